// A book in the library. Rows that look as before stay the elements that they are.
import { segment } from "../api.js";
import { badges, bothPositions, coverOf, lastSeen } from "../components/book_parts.js";
import { el, keepingFocus } from "../dom.js";
import { ago, nameOf } from "../format.js";

function row(book) {
  return el("li", {}, el("a", { class: "book-row", href: `#/book/${segment(book.document)}`, "data-key": book.document },
    coverOf(book), el("div", { class: "book-words" },
      el("h2", { dir: "auto" }, nameOf(book)), el("p", { class: "authors", dir: "auto" }, book.authors || " "),
      bothPositions(book), el("div", { class: "book-foot" }, lastSeen(book), badges(book)))));
}

const looks = (book) => JSON.stringify(book) + (book.reading?.at ? ago(book.reading.at * 1000) : "");

// Draws lists of books into `list`: draw(books).
export function bookList(list) {
  let shown = new Map(); // document -> [how it looks, element]
  return (books) => {
    const next = new Map();
    for (const book of books) {
      const look = looks(book);
      const before = shown.get(book.document);
      next.set(book.document, before?.[0] === look ? before : [look, row(book)]);
    }
    shown = next;
    keepingFocus(list, () => {
      let at = list.firstChild;
      for (const [, element] of next.values()) {
        if (element === at) at = at.nextSibling;
        else list.insertBefore(element, at);
      }
      while (at) {
        const after = at.nextSibling;
        at.remove();
        at = after;
      }
    });
  };
}
