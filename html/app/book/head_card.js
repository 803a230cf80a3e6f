// The top of the page: what it is, where it is in both forms, why, and the ways to bring them together.
import * as api from "../api.js";
import { badges, bothPositions, coverOf, lastSeen } from "../components/book_parts.js";
import { button, el, keepingFocus, time } from "../dom.js";
import { ago, moment, nameOf, reasonWords } from "../format.js";

const EARLIER = 12; // sentences of the log
const NOTHING = "Nothing yet. Each time that a position crosses, a sentence here says why.";

const logLine = ({ at, sentence }) => el("li", {}, time(at, ago(at), moment(at)), el("span", {}, sentence));

// What the log says of the book, fetched when it is opened.
function decisions(address) {
  const list = el("ol", { class: "earlier" });
  const more = el("details", {}, el("summary", {}, "What happened before"), list);
  more.addEventListener("toggle", async () => {
    if (!more.open) return;
    if (!list.children.length) list.replaceChildren(el("li", { class: "working" }, "Looking it up…"));
    try {
      const { entries } = await api.get(address.activity({ limit: EARLIER }));
      list.replaceChildren(...(entries.length ? entries.map(logLine) : [el("li", { class: "quiet" }, NOTHING)]));
    } catch (error) {
      list.replaceChildren(el("li", { class: "wrong" }, error.message));
    }
  });
  return more;
}

function decision(book) {
  if (!book.decision) return null;
  const when = book.decided_at ? el("small", {}, ` · ${ago(book.decided_at)}`) : null;
  return el("p", { class: "decision" }, book.decision, when);
}

function trouble(book, retry) {
  const reason = book.failed || (book.waiting?.attempts ? book.waiting.reason : "");
  if (!reason) return null;
  const what = book.failed ? "Not brought to Audiobookshelf: " : "On its way to Audiobookshelf, but: ";
  return el("div", { class: "trouble" }, el("p", {}, el("b", {}, what), reasonWords(reason)),
    button("Try again now", retry, { class: "second", "data-key": "retry" }));
}

function syncButtons(sync) {
  return el("div", { class: "actions" },
    button("Sync now", () => sync("auto"), { title: "The newest position wins", "data-key": "auto" }),
    button("Audiobook to my page", () => sync("to-audio"), { class: "second", "data-key": "to-audio" }),
    button("Page to the audiobook", () => sync("from-audio"), { class: "second", "data-key": "from-audio" }));
}

// {element, show(document)}. `sync(way)` and `retry()` when asked.
export function headCard(address, sync, retry) {
  const element = el("section", { class: "card book-top" });
  const log = decisions(address);
  return {
    element,
    show(book) {
      const linked = book.link.state === "linked";
      keepingFocus(element, () => element.replaceChildren(coverOf(book, 320),
        el("div", { class: "names" }, el("h1", { dir: "auto", tabindex: "-1" }, nameOf(book)),
          el("p", { class: "authors", dir: "auto" }, book.authors), badges(book)),
        el("div", { class: "rest" }, bothPositions(book), lastSeen(book), decision(book), trouble(book, retry),
          linked ? [syncButtons(sync), log] : null)));
    },
  };
}
