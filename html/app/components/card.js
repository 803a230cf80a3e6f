// Parts of a view under a heading of their own, and a search within one.
import { el, field, form } from "../dom.js";

// The heading can be focused: what is drawn anew leaves the focus there.
export const card = (key, title, ...content) => el("section", { class: "card", "aria-labelledby": `${key}-title` },
  el("h2", { id: `${key}-title`, tabindex: "-1" }, title), content);

// A field with its button: {element, input, fail(message)}. `look(words)` when asked, with what was typed.
export function searchBox(label, look, { value = "", action = "Search", missing }) {
  const search = field(label, { type: "search", value, autocomplete: "off" });
  const submit = async () => {
    const words = search.input.value.trim();
    search.fail(words ? "" : missing);
    if (words) await look(words);
  };
  const element = form(submit, el("div", { class: "with-button" }, search.element,
    el("button", { type: "submit", class: "second" }, action)));
  return { element, input: search.input, fail: search.fail, submit };
}
