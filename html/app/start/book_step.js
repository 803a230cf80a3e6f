// Of the guided start: the first book that is in step, watched as it happens.
import * as api from "../api.js";
import { bothPositions, coverOf } from "../components/book_parts.js";
import { later, ready, waiting } from "../components/checks.js";
import { attempt, note } from "../components/notes.js";
import { poll, skeleton } from "../components/states.js";
import { button, el, fill } from "../dom.js";
import { nameOf } from "../format.js";

const PAUSE = 2000; // ms
const ENOUGH = 8; // looks after which the bridge has had its time to find the book by itself
const pathOf = (book) => `/admin/library/${api.segment(book.document)}`;
const HOW = { digest: "It is the same file", filename: "The file has the same name",
  document_map: "The document map says so", suggestion: "As you said",
  manual: "As you said" };

function arrival(book) {
  return book ? ready(el("b", { dir: "auto" }, nameOf(book)),
    ` has arrived${book.reading?.device ? ` from ${book.reading.device}` : ""}.`)
    : waiting("Open a book on your reader and turn a page.");
}

function proposal(book, suggestion, again) {
  const { item } = suggestion;
  const accept = () => attempt(async () => {
    await api.call("PUT", `${pathOf(book)}/link`, { libraryItemId: item.id, how: "suggestion" });
    note(`Linked to ${item.title}.`);
    await again();
  });
  return el("div", { class: "stage-more" },
    el("p", {}, "Is it ", el("b", { dir: "auto" }, item.title), item.authors ? ` by ${item.authors}?` : "?"),
    el("div", { class: "actions" }, button("Yes, link them", accept),
      el("a", { class: "button second", href: `#/book/${api.segment(book.document)}` }, "Another one")));
}

// Which audiobook it is: found, being looked for, or asked.
function linking(book, { looks, suggestions, again }) {
  if (!book) return later("Its audiobook is found.");
  if (book.link.state === "linked") {
    return ready("Its audiobook is found: ", el("b", { dir: "auto" }, book.link.title || book.link.item),
      `. ${HOW[book.link.how] ?? "Linked"}.`);
  }
  if (!api.who().connected) return later("Audiobookshelf is not connected. ",
    el("a", { href: "#/start/audiobookshelf" }, "Connect it"), ", or be done: your readers share their place.");
  if (looks < ENOUGH && book.link.state === "none") return waiting("Looking for it in Audiobookshelf…");
  if (suggestions?.length) return [later("Not found by its file, but perhaps by its name:"),
    proposal(book, suggestions[0], again)];
  return [later("It was not found by itself. "),
    el("p", { class: "stage-more" }, el("a", { href: `#/book/${api.segment(book.document)}` }, "Look for it by name"))];
}

function carrying(book) {
  if (book?.link.state !== "linked") return later("Your place is carried over.");
  if (book.failed) return later(`Not yet: ${book.failed}`);
  if (book.decision) return ready(book.decision);
  return waiting("Carrying your place over. The text is read first, which may take a minute…");
}

export function bookStep(place, { changed }) {
  const top = el("div", { class: "found-book" });
  const stages = el("div", { role: "status", class: "stages" });
  fill(place, el("h2", {}, "Your first book"), el("p", {}, "This page watches, and says what happens."), top, stages);
  fill(top, skeleton(1, "block")); // what is below stays where it is
  let looks = 0;
  let suggestions = null;
  let drawn = "";
  const look = async () => {
    const { documents: [book] } = await api.get("/admin/library?limit=1");
    looks += book ? 1 : 0;
    if (book && book.link.state !== "linked" && looks >= ENOUGH && api.who().connected) {
      suggestions ??= (await api.get(`${pathOf(book)}/suggestions`)).suggestions;
    }
    const state = JSON.stringify([book, looks >= ENOUGH, suggestions]);
    if (state === drawn) return;
    drawn = state;
    fill(top, book ? [coverOf(book), el("div", {}, el("h3", { dir: "auto" }, nameOf(book)), bothPositions(book))] : null);
    fill(stages, arrival(book), linking(book, { looks, suggestions, again: look }), carrying(book));
    changed({ reader: Boolean(book), book: book?.link.state === "linked" });
  };
  return poll(PAUSE, look);
}
