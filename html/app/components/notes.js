// Notes at the edge of the page: what was done, and a way back.
import { button, el } from "../dom.js";

const STAY = 8000;

export function note(text, { undo = null, wrong = false } = {}) {
  const element = el("div", { class: wrong ? "note wrong" : "note" }, el("span", {}, text));
  const close = () => element.remove();
  if (undo) element.append(button("Undo", async () => { close(); await undo(); }, { class: "plain" }));
  element.append(button("✕", close, { class: "plain", "aria-label": "Dismiss" }));
  // Only the latest: what was before it may not be undone any more.
  document.getElementById("notes").replaceChildren(element);
  // Whoever is about to press its button is not left with nothing.
  const later = () => setTimeout(() => (element.matches(":hover, :focus-within") ? later() : close()), undo ? STAY * 2 : STAY);
  later();
}

// Runs something that may fail, and says so.
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    note(error.message, { wrong: true });
    return undefined;
  }
}
