// Every book of the account, in both forms.
import * as api from "../api.js";
import { badges, bothPositions, coverOf, lastSeen } from "../components/book_parts.js";
import { attempt } from "../components/notes.js";
import { button, el, field } from "../dom.js";
import { nameOf } from "../format.js";

const FILTERS = [["all", "All"], ["reading", "Reading"], ["finished", "Finished"], ["linked", "With audiobook"],
  ["unlinked", "Without"], ["trouble", "In trouble"]];
const PAUSE = 250; // after the last letter of a search, ms

function row(book) {
  return el("li", {}, el("a", { class: "book-row", href: `#/book/${api.segment(book.document)}` },
    coverOf(book), el("div", { class: "book-words" },
      el("h2", { dir: "auto" }, nameOf(book)), el("p", { class: "authors", dir: "auto" }, book.authors || " "),
      bothPositions(book), el("div", { class: "book-foot" }, lastSeen(book), badges(book)))));
}

function firstSteps() {
  const steps = [
    el("li", {}, "In KOReader, open a book and go to ", el("b", {}, "Tools › Progress sync › Custom sync server"), "."),
    el("li", {}, "Type ", el("code", { class: "address-inline" }, api.serverAddress), "."),
    el("li", {}, "Choose ", el("b", {}, "Register / Login"), ` and log in as ${api.who().username}.`),
    el("li", {}, "Turn a page. The book appears here.")];
  const parts = [el("h2", {}, "No books yet"), el("p", {}, "Nothing has been synced with this account."), el("ol", {}, steps)];
  if (api.isAdmin() && !api.who().configured) {
    parts.push(el("p", {}, "Do you listen, too? ", el("a", { href: "#/settings" }, "Connect Audiobookshelf"), "."));
  }
  return el("section", { class: "empty" }, parts);
}

function nothingFound(reset) {
  return el("section", { class: "empty" }, el("h2", {}, "No book fits"),
    el("p", {}, "Nothing matches the search and the filter."), button("Show all books", reset));
}

export async function libraryView(place) {
  let filter = "all";
  let cursor = null;
  let turn = 0; // a newer question makes older answers void
  const list = el("ul", { class: "books" });
  const below = el("div", { class: "below", role: "status" });
  const search = field("Search", { type: "search", placeholder: "Title, author, file", autocomplete: "off" });
  const chips = el("div", { class: "chips", role: "group", "aria-label": "Filter" });

  const load = async (more) => {
    turn += 1;
    const mine = turn;
    if (!more) { cursor = null; below.textContent = "Loading…"; }
    const found = [];
    const wanted = { filter, q: search.input.value.trim() };
    do { // a page of a rare find may be empty and still go on
      const page = await attempt(() => api.get(`/admin/library${api.query({ ...wanted, limit: 40, cursor })}`));
      if (mine !== turn) return;
      if (!page) { below.replaceChildren(button("Try again", () => load(more))); return; }
      found.push(...page.documents);
      cursor = page.next;
    } while (found.length === 0 && cursor);
    if (!more) list.replaceChildren();
    list.append(...found.map(row));
    if (cursor) below.replaceChildren(button("Show more", () => load(true)));
    else if (list.children.length > 0) below.replaceChildren();
    else below.replaceChildren(filter === "all" && !wanted.q ? firstSteps() : nothingFound(reset));
  };
  const choose = (name) => {
    filter = name;
    chips.replaceChildren(...FILTERS.map(([key, label]) => el("button", {
      type: "button", "aria-pressed": String(key === filter), onclick: () => { choose(key); load(false); },
    }, label)));
  };
  const reset = () => { search.input.value = ""; choose("all"); return load(false); };

  let timer = 0;
  search.input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => load(false), PAUSE); });
  choose(filter);
  place.append(el("h1", { class: "unseen" }, "Library"), el("div", { class: "tools" }, search.element, chips), list, below);
  await load(false);
  return () => { turn += 1; clearTimeout(timer); };
}
