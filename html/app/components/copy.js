// A text to be taken elsewhere, with a button that copies it.
import { button, el } from "../dom.js";

const SHOWN = 2000; // ms

function select(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}

// {element, show(text)}. Where the browser does not let pages copy, the text is selected instead.
export function copyable(text, what) {
  const code = el("code", {}, text);
  const say = el("span", { class: "unseen", role: "status" });
  const copy = button("Copy", async (self) => {
    let words = "Copied";
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      select(code);
      words = "Selected";
    }
    self.textContent = words;
    say.textContent = words;
    setTimeout(() => { self.textContent = "Copy"; say.textContent = ""; }, SHOWN);
  }, { class: "second small", "aria-label": `Copy ${what}` });
  return { element: el("div", { class: "copyable" }, code, copy, say), show: (other) => { code.textContent = other; } };
}
