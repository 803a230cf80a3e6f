// One book: both positions, its link, and where it has been.
import * as api from "../api.js";
import { badges, bothPositions, coverOf, lastSeen } from "../components/book_parts.js";
import { linkCard } from "../components/link_card.js";
import { attempt, note } from "../components/notes.js";
import { button, el } from "../dom.js";
import { ago, moment, nameOf, percent } from "../format.js";

const SOURCES = { koreader: "", audiobookshelf: "heard", console: "restored", external: "found" };
const AGAIN = 1500; // ms until the outcome of a sync is looked for
const LOOKS = 6;

const pathOf = (document) => `/admin/library/${api.segment(document)}`;

function historyRow(entry, current, restore) {
  const at = entry.at * 1000;
  const stale = entry.state === "stale";
  const kind = stale ? "sent again, ignored" : SOURCES[entry.source] ?? entry.source;
  return el("li", { class: stale ? "stale" : null },
    el("span", { class: "share" }, entry.percentage === undefined ? "–" : percent(entry.percentage)),
    el("span", { class: "from", dir: "auto" }, entry.device || "a device", kind ? el("small", {}, ` ${kind}`) : null),
    el("time", { datetime: new Date(at).toISOString(), title: moment(at) }, ago(at)),
    current ? el("span", { class: "badge" }, "Now") : button("Restore", () => restore(entry), {
      class: "plain", "aria-label": `Restore ${percent(entry.percentage ?? 0)} of ${moment(at)}` }));
}

function historyCard(history, restore) {
  const now = history.findIndex((entry) => entry.state === "current");
  return el("section", { class: "card" }, el("h2", {}, "Where it has been"),
    el("p", { class: "quiet" }, "A restored position becomes the newest everywhere, on your readers and in the audiobook."),
    history.length ? el("ol", { class: "history" }, history.map((entry, i) => historyRow(entry, i === now, restore)))
      : el("p", {}, "No history yet: it begins with the next page that is turned."));
}

function syncButtons(book, sync) {
  if (book.link.state !== "linked") return null;
  return el("div", { class: "actions" },
    button("Sync now", () => sync("auto"), { title: "The newest position wins" }),
    button("Audiobook to my page", () => sync("to-audio"), { class: "second" }),
    button("Page to the audiobook", () => sync("from-audio"), { class: "second" }));
}

function headOf(book, sync) {
  const trouble = book.failed || (book.waiting?.attempts ? book.waiting.reason : "");
  return el("section", { class: "card book-top" }, coverOf(book), el("div", { class: "book-words" },
    el("h1", { dir: "auto" }, nameOf(book)), el("p", { class: "authors", dir: "auto" }, book.authors),
    badges(book), bothPositions(book), lastSeen(book),
    book.decision ? el("p", { class: "decision" }, book.decision,
      book.decided_at ? el("small", {}, ` · ${ago(book.decided_at)}`) : null) : null,
    trouble ? el("p", { class: "wrong" }, `Not brought to Audiobookshelf: ${trouble}`) : null,
    syncButtons(book, sync)));
}

export async function bookView(place, document_) {
  const path = pathOf(document_);
  let gone = false;
  const load = async () => {
    const found = await attempt(() => api.get(path));
    if (!found || gone) {
      if (!gone) place.replaceChildren(el("section", { class: "empty" }, el("h1", {}, "This book cannot be shown"),
        el("p", {}, "It may have been deleted."), el("a", { class: "button", href: "#/library" }, "To the library")));
      return null;
    }
    document.title = `${nameOf(found.document)} · Koshelf`;
    place.replaceChildren(el("p", { class: "back" }, el("a", { href: "#/library" }, "‹ Library")),
      headOf(found.document, sync), el("div", { class: "columns" }, linkCard(found.document, path, load),
        historyCard(found.history, restore)),
      el("p", { class: "quiet small" }, "Document ", el("code", {}, document_)));
    return found;
  };
  // The bridge carries a position over a moment later: its sentence is waited for.
  const follow = async (before) => {
    for (let look = 0; look < LOOKS && !gone; look += 1) {
      await new Promise((resume) => { setTimeout(resume, AGAIN); });
      const found = gone ? null : await load();
      if (!found || found.document.decided_at !== before) return;
    }
  };
  const sync = (way) => attempt(async () => {
    const before = (await api.get(path)).document.decided_at;
    const answer = await api.call("POST", `${path}/sync/${way}`, {});
    note(answer.message);
    await load();
    if (answer.outcome === "queued") await follow(before);
  });
  const restore = (entry) => attempt(async () => {
    const { history } = await api.get(path);
    const previous = history.find((each) => each.state === "current");
    const answer = await api.call("POST", `${path}/restore`, { id: entry.id });
    note(`${answer.message}.`, { undo: previous && (() => restore(previous)) });
    await load();
  });
  await load();
  return () => { gone = true; };
}
