// Whose EPUB gives the text of a linked book.
import * as api from "../api.js";
import { itemRow, itemSearch } from "./item_search.js";
import { attempt, note } from "./notes.js";
import { button, el } from "../dom.js";

const unknown = () => [el("b", {}, "Its text is not known"), ", so positions cross by percentage. ",
  "If Audiobookshelf has the EPUB in another item, choose that one, and they cross at the sentence."];

function words({ link }, title) {
  if (link.text_item) return ["Its text comes from ", el("b", { dir: "auto" }, title), "."];
  return link.ebook ? ["Its text is the e-book of the same item."] : unknown();
}

// The line that says it; the item's title comes later.
function currentLine(book, owner) {
  const { text_item: current } = book.link;
  const line = el("p", {}, words(book, "another item"));
  if (current) {
    api.get(`/admin/audiobookshelf/library-items/${api.segment(current)}${api.query(owner)}`).then((item) => {
      line.replaceChildren(...words(book, item.title || current));
    }, () => {});
  }
  return line;
}

// An element that shows it and lets another one be chosen.
export function textSource(book, address, reload) {
  const { text_item: current, ebook, title } = book.link;
  const set = (item, before) => attempt(async () => {
    await api.call("PUT", address.at("text-item"), { textItemId: item?.id ?? null });
    note(item ? `The text of ${item.title ?? "that item"} counts from now on.`
      : "The text of another item is not used any more.", { undo: () => set(before ? { id: before } : null, item?.id) });
    await reload();
  });
  const choose = (item) => {
    if (item.ebook?.toLowerCase?.() !== "epub" || item.id === book.link.item) return null;
    return itemRow(item, button("Use its text", () => set(item, current), {
      class: "second", "aria-label": `Use the text of ${item.title}` }));
  };
  const search = itemSearch("Search for the e-book", title ?? book.title, address.owner, choose,
    "No other item of that name has an EPUB.");
  const panel = el("details", { class: "text-source" },
    el("summary", {}, current || ebook ? "Use another text" : "Choose its text"), search.element);
  let looked = false;
  panel.addEventListener("toggle", () => {
    if (panel.open && !looked) search.look();
    looked = true;
  });
  return el("div", {}, currentLine(book, address.owner),
    current ? button("Do not use it", () => set(null, current), { class: "plain" }) : null, panel);
}
