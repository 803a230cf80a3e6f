// Which audiobook a book is: linking, unlinking, suggestions, search.
import * as api from "../api.js";
import { attempt, note } from "./notes.js";
import { button, el, field, form } from "../dom.js";
import { clock, percent } from "../format.js";

const HOW = { digest: "found by itself: the same file", filename: "found by itself: the same file name", manual: "chosen",
  suggestion: "suggested and accepted", document_map: "by the document map" };

function itemRow(item, link, more = null) {
  const facts = [item.duration ? clock(item.duration) : "no audio", item.ebook ? item.ebook.toUpperCase() : "no e-book"];
  return el("li", {}, el("div", { dir: "auto" }, el("b", {}, item.title || item.id),
    el("p", { class: "quiet" }, [item.authors, ...facts].filter(Boolean).join(" · ")),
    more ? el("p", { class: "quiet" }, more) : null), button("Link", () => link(item), {
    class: "second", "aria-label": `Link to ${item.title}` }));
}

export function linkCard(book, path, reload) {
  const found = el("ul", { class: "items" });
  const say = el("p", { class: "quiet", role: "status" });
  const link = (how) => (item) => attempt(async () => {
    await api.call("PUT", `${path}/link`, { libraryItemId: item.id, how });
    note(`Linked to ${item.title}.`, { undo: async () => { await unlink(); } });
    await reload();
  });
  const unlink = () => attempt(async () => {
    await api.call("DELETE", `${path}/link`);
    note("Unlinked. Nothing links it again by itself.", { undo: book.link.item && (() => attempt(async () => {
      await api.call("PUT", `${path}/link`, { libraryItemId: book.link.item });
      await reload();
    })) });
    await reload();
  });
  const show = (entries, none) => { found.replaceChildren(...entries); say.textContent = entries.length ? "" : none; };

  if (book.link.state === "linked") {
    return el("section", { class: "card" }, el("h2", {}, "Its audiobook"),
      el("p", { dir: "auto" }, el("b", {}, book.link.title || book.link.item)),
      el("p", { class: "quiet" }, [book.link.authors, book.link.duration && clock(book.link.duration),
        HOW[book.link.how]].filter(Boolean).join(" · ")),
      el("div", { class: "actions" }, button("Unlink", unlink, { class: "second" })));
  }
  const card = el("section", { class: "card" }, el("h2", {}, "Which audiobook is it?"));
  if (!api.who().connected) {
    card.append(el("p", {}, api.isAdmin() ? el("a", { href: "#/settings" }, "Connect this account to Audiobookshelf")
      : "This account is not connected to Audiobookshelf. Ask who runs this server."));
    return card;
  }
  const search = field("Search in Audiobookshelf", { type: "search", value: book.title, autocomplete: "off" });
  const look = () => attempt(async () => {
    if (!search.input.value.trim()) return search.fail("Type a part of the title.");
    search.fail("");
    say.textContent = "Searching…";
    const { items } = await api.get(`/admin/audiobookshelf/search${api.query({ q: search.input.value.trim() })}`);
    return show(items.map((item) => itemRow(item, link("manual"))), "Nothing found. Try fewer words of the title.");
  });
  card.append(form(look, search.element, el("div", { class: "actions" }, el("button", { type: "submit", class: "second" }, "Search"))),
    found, say);
  if (book.link.state === "unlinked") card.append(el("p", { class: "quiet" }, "Somebody unlinked it, so it is not linked by itself."));
  api.get(`${path}/suggestions`).then(({ suggestions }) => show(suggestions.map((each) => itemRow(each.item,
    link("suggestion"), `${percent(each.score)} alike: ${each.reasons.join(", ")}`)), ""), () => {});
  return card;
}
