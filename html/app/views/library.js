// Every book of the account, in both forms.
import * as api from "../api.js";
import { failed, poll, skeleton } from "../components/states.js";
import { button, el, fill } from "../dom.js";
import { bookList } from "../library/book_row.js";
import { foundBanner } from "../library/found_banner.js";
import { noBooks, nothingFits } from "../library/nothing.js";
import { FILTERS, layoutChoice, SORTS, tools } from "../library/tools.js";

const PAGE = 40; // books
const AHEAD = "1200px"; // how far below the window the next page is fetched
const PULSE = 10_000; // ms between two looks whether something has moved
const FRESH = 600_000; // ms that what was shown is good enough to begin with

let kept = null; // what was shown when the library was left: {username, at, books, cursor, scroll, wanted}

function wantedOf(parameters) {
  const known = (name, entries) => (entries.some(([key]) => key === parameters.get(name)) ? parameters.get(name) : entries[0][0]);
  return { filter: known("filter", FILTERS), sort: known("sort", SORTS), q: parameters.get("q") ?? "" };
}

// One page with something on it: those of a rare find may be empty and still go on.
async function fetchPage(wanted, owner, cursor) {
  let page = { documents: [], next: cursor };
  do {
    page = await api.get(`/admin/library${api.query({ ...wanted, ...owner, limit: PAGE, cursor: page.next })}`);
  } while (page.documents.length === 0 && page.next);
  return page;
}

const without = (books, others) => {
  const documents = new Set(others.map((book) => book.document));
  return books.filter((book) => !documents.has(book.document));
};

// `bar` is out of the way while there is nothing to look for.
function shelf(list, below, wanted, bar) {
  const draw = bookList(list);
  const owner = api.owner();
  let books = [];
  let cursor = null;
  let turn = 0; // a newer question makes older answers void
  const show = (found, next) => {
    books = found;
    cursor = next;
    draw(books);
    list.removeAttribute("aria-busy");
    const bare = !books.length && !cursor && wanted.filter === "all" && !wanted.q;
    bar.element.hidden = bare;
    if (cursor) fill(below, button("Show more", more, { class: "second" }));
    else if (books.length) fill(below);
    else fill(below, bare ? noBooks() : nothingFits(wanted, bar.reset));
  };
  // True if there was an answer.
  const ask = async (from, then) => {
    turn += 1;
    const mine = turn;
    try {
      const page = await fetchPage(wanted, owner, from);
      if (mine === turn) then(page);
      return true;
    } catch (error) {
      if (mine !== turn) return false;
      list.removeAttribute("aria-busy");
      fill(below, failed(error, () => ask(from, then)));
      return false;
    }
  };
  const more = () => ask(cursor, (page) => show([...books, ...without(page.documents, books)], page.next));
  const begin = () => {
    if (!books.length) fill(below, skeleton(6, "book"));
    list.setAttribute("aria-busy", "true");
    return ask(null, (page) => show(page.documents, page.next));
  };
  // What has moved goes to the top; what is further down stays as it was fetched.
  const look = async () => {
    if (wanted.sort !== "recent" || wanted.filter !== "all" || wanted.q) return;
    const mine = turn;
    const page = await fetchPage(wanted, owner, null);
    if (mine !== turn) return;
    const whole = books.length <= PAGE;
    show(whole ? page.documents : [...page.documents, ...without(books, page.documents)], whole ? page.next : cursor);
  };
  // A book that somebody has been at meanwhile.
  const renew = async (document_) => {
    const found = await api.get(`/admin/library/${api.segment(document_)}${api.query({ limit: 1, ...owner })}`).catch((error) => error);
    if (found.status && found.status !== 404) return;
    const fresh = found.document ? [found.document] : [];
    show(books.flatMap((book) => (book.document === document_ ? fresh : [book])), cursor);
  };
  return { begin, more, look, show, renew, hasMore: () => Boolean(cursor), state: () => ({ books, cursor }),
    stop: () => { turn += 1; } };
}

// Fetches on when the end comes near. The button does the same for who has no wheel.
function endless(below, { hasMore, more }) {
  let going = false;
  const observer = new IntersectionObserver(async ([{ isIntersecting }]) => {
    if (!isIntersecting || going || !hasMore()) return;
    going = true;
    const there = await more();
    going = false;
    if (!there) return;
    observer.unobserve(below); // asked again, since it may be in sight still
    observer.observe(below);
  }, { rootMargin: AHEAD });
  observer.observe(below);
  return observer;
}

function keepAddress(wanted) {
  const { filter, sort, q } = wanted;
  history.replaceState(null, "",
    `#/library${api.query({ filter: filter === "all" ? "" : filter, sort: sort === "recent" ? "" : sort, q })}`);
}

function takeKept(wanted) {
  const good = kept && kept.username === api.whose().username && Date.now() - kept.at < FRESH
    && JSON.stringify(kept.wanted) === JSON.stringify(wanted);
  return good ? kept : null;
}

export async function libraryView(place, _, parameters) {
  const wanted = wantedOf(parameters);
  const list = el("ul", { class: "books" });
  const below = el("div", { class: "below" });
  const banner = el("div", { class: "found" });
  const bar = tools(wanted, layoutChoice(list), () => { keepAddress(wanted); shown.begin(); });
  const shown = shelf(list, below, wanted, bar);
  fill(place, el("h1", { class: "unseen" }, "Library"), bar.element, list, banner, below);
  const before = takeKept(wanted);
  if (before) {
    shown.show(before.books, before.cursor);
    window.scrollTo(0, before.scroll);
    if (before.opened) {
      list.querySelector(`[data-key="${CSS.escape(before.opened)}"]`)?.focus({ preventScroll: true });
      shown.renew(before.opened);
    }
  } else await shown.begin();
  const observer = endless(below, shown);
  const stop = poll(PULSE, shown.look);
  foundBanner(banner);
  // The place is noted while it is there: when the view is left, the next one has scrolled already.
  let scroll = window.scrollY;
  const whose = api.whose().username;
  let opened = "";
  const note = () => { if (list.isConnected) scroll = window.scrollY; };
  window.addEventListener("scroll", note, { passive: true });
  list.addEventListener("click", (event) => { opened = event.target.closest("a")?.dataset.key ?? ""; });
  return () => {
    kept = { username: whose, at: Date.now(), wanted: { ...wanted }, scroll, opened, ...shown.state() };
    window.removeEventListener("scroll", note);
    observer.disconnect();
    stop();
    bar.stop();
    shown.stop();
  };
}
