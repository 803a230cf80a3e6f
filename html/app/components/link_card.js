// Which audiobook a book is: linking, unlinking, suggestions, search; and whose text counts.
import * as api from "../api.js";
import { card } from "./card.js";
import { whoRunsThis } from "./checks.js";
import { attempt, note } from "./notes.js";
import { itemRow, itemSearch } from "./item_search.js";
import { onceMore } from "./states.js";
import { textSource } from "./text_source.js";
import { button, el, facts } from "../dom.js";
import { clock, percent } from "../format.js";

const HOW = { digest: "found by itself: the same file", filename: "found by itself: the same file name", manual: "chosen",
  suggestion: "suggested and accepted", document_map: "by the document map" };

const linkButton = (item, link) => button("Link", () => link(item), {
  class: "second", "aria-label": `Link to ${item.title}` });

function linkedCard({ link, title }, source, unlink) {
  return card("link", "Its audiobook", el("p", { dir: "auto" }, el("b", {}, link.title || link.item || title)),
    el("p", { class: "quiet" }, facts(link.authors, link.duration && clock(link.duration), HOW[link.how])),
    source, el("div", { class: "actions" }, button("Unlink", unlink, { class: "second", "data-key": "unlink" })));
}

function notConnected() {
  return card("link", "Which audiobook is it?", el("p", {}, api.isAdmin()
    ? el("a", { href: "#/settings" }, "Connect this account to Audiobookshelf")
    : "This account is not connected to Audiobookshelf. Ask who runs this server."), api.isAdmin() ? null : whoRunsThis());
}

function searchCard(book, address, link) {
  const search = itemSearch("Search in Audiobookshelf", book.title, address.owner,
    (item) => itemRow(item, linkButton(item, link("manual"))));
  const suggestion = ({ item, score, reasons }) => itemRow(item, linkButton(item, link("suggestion")),
    `${percent(score)} alike: ${reasons.join(", ")}`);
  search.offer([], "Looking for it in Audiobookshelf…");
  const look = () => api.get(address.at("suggestions")).then(({ suggestions }) => search.offer(suggestions.map(suggestion),
    "Nothing there is called like it. Search with other words."), () => { search.offer([], ""); onceMore(search.element, look); });
  look();
  return card("link", "Which audiobook is it?", search.element, book.link.state === "unlinked"
    ? el("p", { class: "quiet" }, "Somebody unlinked it, so it is not linked by itself.") : null);
}

// {element, show(book)}. `address` of the book (book/address.js); `reload()` after a change.
export function linkCard(address, reload) {
  const element = el("div", {});
  let [book, known] = [null, ""];
  const change = (words, undo, method, body, parameters = {}) => attempt(async () => {
    await api.call(method, address.at("link", parameters), body);
    note(words, { undo });
    await reload();
  });
  const forget = (words) => change(words, null, "DELETE", undefined, { forget: "true" });
  const link = (how) => (item) => {
    const refused = book.link.state === "unlinked"; // and is so again
    const undo = () => (refused ? change("Unlinked again, and nothing links it by itself.", null, "DELETE")
      : forget("It is not linked any more."));
    return change(`Linked to ${item.title}.`, undo, "PUT", { libraryItemId: item.id, how });
  };
  const unlink = () => {
    const { item, text_item: textItemId, how } = book.link;
    const again = { libraryItemId: item, ...(textItemId && { textItemId }), ...(how === "suggestion" && { how }) };
    const undo = () => (how === "document_map" ? forget("The document map counts again.")
      : change("Linked again.", null, "PUT", again));
    return change("Unlinked. Nothing links it again by itself.", item && undo, "DELETE");
  };
  return {
    element,
    show(next) {
      book = next;
      const state = JSON.stringify([next.link, next.title]);
      if (state === known) return; // a search that is under way stays
      known = state;
      if (next.link.state === "linked") element.replaceChildren(linkedCard(next, textSource(next, address, reload), unlink));
      else element.replaceChildren(api.whose().connected ? searchCard(next, address, link) : notConnected());
    },
  };
}
