// The log, as it is written: a sentence a line.
import * as api from "../api.js";
import { FILTERS, lines } from "../activity/lines.js";
import { empty, failed, poll } from "../components/states.js";
import { button, chips, el, field, fill } from "../dom.js";
import { count, nameOf } from "../format.js";

const PULSE = 2000; // ms between two looks
const KEPT = 500; // lines on the page
const NEAR = 120; // px: who is further down reads, and nothing moves under the eyes

// The books that were read last, by their titles.
async function knownTitles() {
  const { documents } = await api.get(`/admin/library${api.query({ limit: 200, ...api.owner() })}`).catch(() => ({ documents: [] }));
  return new Map(documents.map((book) => [book.document, nameOf(book)]));
}

function bookChoices(titles, chosen) {
  const choices = [["", "All books"], ...titles];
  if (chosen && !titles.has(chosen)) choices.push([chosen, `Book ${chosen.slice(0, 8)}`]);
  return choices;
}

async function userChoices() {
  const { accounts } = await api.get("/admin/accounts?limit=200").catch(() => ({ accounts: [] }));
  return [["", "Everybody"], ...accounts.map(({ username }) => [username, username])];
}

function refill(select, choices, chosen) {
  fill(select, choices.map(([value, label]) => el("option", { value }, label)));
  select.value = chosen;
}

// `reset` shows everything, null where that is shown.
const nothing = (reset) => (reset
  ? empty("No line fits", el("p", {}, "Nothing of that kind is in the log. New lines appear here by themselves."),
    button("Show everything", reset))
  : empty("Nothing has happened yet",
    el("p", {}, "When a position crosses between a reader and an audiobook, a sentence here says why."),
    el("a", { class: "button", href: "#/start" }, "Set it up step by step")));

// What runs beside the page: the newest lines, held back while somebody reads further down or has paused. `restart()` begins
// anew, where too many were held back; `cut()`: the oldest lines have gone.
function follower(log, ask, tell, restart, cut) {
  let last = null;
  let held = [];
  let full = false; // so many that the page is better fetched anew
  let paused = false;
  let turn = 0; // what was asked before the filter was changed is void
  const release = () => {
    if (full) return restart();
    if (log.top(held)) cut();
    held = [];
    return tell({ paused, held: 0 });
  };
  const near = () => !paused && window.scrollY < NEAR;
  const look = async () => {
    if (last === null) return;
    if (full) { if (near()) release(); return; }
    const mine = turn;
    try {
      const page = await ask({ after: last });
      if (mine !== turn) return;
      ({ last } = page);
      held.push(...page.entries);
      full = held.length > KEPT;
      if (near()) release();
      else tell({ paused, held: held.length });
    } catch (error) {
      tell({ paused, held: held.length, away: true });
      throw error;
    }
  };
  return {
    look,
    release,
    begin: (id) => { // null: wait for the first page
      turn += 1;
      last = id;
      held = [];
      full = false;
      tell({ paused, held: 0 });
    },
    pause: (on) => { paused = on; if (on) tell({ paused, held: held.length }); else release(); },
  };
}

function controls(wanted, titles, again) {
  const book = field("Book", { options: bookChoices(titles, wanted.document), value: wanted.document });
  book.input.addEventListener("change", () => { wanted.document = book.input.value; again(); });
  const user = api.isAdmin() ? field("Account", { options: [["", "Everybody"]] }) : null;
  user?.input.addEventListener("change", () => { wanted.user = user.input.value; again(); });
  if (user) userChoices().then((choices) => refill(user.input, choices, wanted.user));
  const kinds = chips("Kind", FILTERS, wanted.event, (key) => { wanted.event = key; again(); });
  const only = (entry) => {
    if (![...book.input.options].some((each) => each.value === entry.document)) {
      book.input.append(el("option", { value: entry.document }, `Book ${entry.document.slice(0, 8)}`));
    }
    book.input.value = entry.document;
    wanted.document = entry.document;
    again();
  };
  const reset = () => {
    Object.assign(wanted, { event: "", document: "", user: "" });
    book.input.value = "";
    if (user) user.input.value = "";
    kinds.press("");
    return again();
  };
  return { element: el("div", { class: "tools" }, el("div", { class: "tool-row" }, book.element, user?.element), kinds), only, reset };
}

// "Live", "Paused" or why not, and how many lines are held back.
function statusLine(release) {
  const state = el("span", { class: "live", role: "status" });
  const fresh = el("div", { class: "fresh" });
  const tell = ({ paused, held, away }) => {
    const words = away ? "Waiting for the server" : paused ? "Paused" : "Live";
    if (state.textContent !== words) state.textContent = words;
    state.classList.toggle("on", !away && !paused);
    fill(fresh, held ? button(held > KEPT ? `Show more than ${KEPT} new lines` : `Show ${count(held, "new line")}`, () => { window.scrollTo({ top: 0 }); release(); }) : null);
  };
  return { state, fresh, tell };
}

function pauseButton(paused) {
  const element = el("button", { type: "button", class: "second", "aria-pressed": "false" }, "Pause");
  element.addEventListener("click", () => {
    const on = element.getAttribute("aria-pressed") === "false";
    element.setAttribute("aria-pressed", String(on));
    paused(on);
  });
  return element;
}

export async function activityView(place, document_) {
  fill(place, el("div", { class: "title-row" }, el("h1", {}, "Activity")));
  const wanted = { event: "", document: document_, user: api.isOwn() ? "" : api.whose().username };
  const titles = await knownTitles();
  const ask = (parameters) => api.get(`/admin/activity${api.query({ ...wanted, ...parameters })}`);
  const below = el("div", { class: "below" });
  const rest = (page) => fill(below, page.next ? button("Show older", () => older(log.oldest()), { class: "second" })
    : log.size() === 0 && nothing((wanted.event || wanted.document || wanted.user) && filter.reset));
  let turn = 0; // an answer of an older filter is void
  // Shows a page of the log by `put`, or why it cannot be had.
  const show = async (parameters, put, again) => {
    const mine = turn;
    try {
      const page = await ask(parameters);
      if (mine !== turn) return;
      put(page);
      log.bottom(page.entries);
      rest(page);
    } catch (error) {
      if (mine !== turn) return;
      if (!parameters.cursor) log.clear(); // what is there is of another filter
      fill(below, failed(error, again));
    }
  };
  const older = (cursor) => show({ cursor }, () => {}, () => older(cursor));
  const begin = () => {
    turn += 1;
    live.begin(null);
    return show({}, (page) => { log.clear(); live.begin(page.last); }, begin);
  };
  const filter = controls(wanted, titles, begin);
  const log = lines(KEPT, filter.only, titles);
  const { state, fresh, tell } = statusLine(() => live.release());
  const live = follower(log, ask, (news) => {
    tell(news);
    if (log.size()) below.querySelector(".empty")?.remove();
  }, () => begin(), () => rest({ next: true }));
  fill(place, el("div", { class: "title-row" }, el("h1", {}, "Activity"), state, pauseButton((on) => live.pause(on))),
    filter.element, fresh, el("div", { role: "log", "aria-label": "Activity", "aria-live": "off" }, log.element), below);
  await begin();
  return poll(PULSE, live.look);
}
