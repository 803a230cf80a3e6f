// The log, as it is written: a sentence a line.
import * as api from "../api.js";
import { attempt } from "../components/notes.js";
import { button, el } from "../dom.js";
import { moment } from "../format.js";

const PULSE = 2000; // ms between two looks
const KEPT = 500; // lines on the page

const KINDS = [["", "Everything"], ["push.", "To the audiobook"], ["import.", "From the audiobook"], ["console.", "By hand"]];

function line(entry) {
  return el("li", {}, el("time", { datetime: new Date(entry.at).toISOString() }, moment(entry.at)),
    el("div", {}, api.isAdmin() && entry.user ? el("span", { class: "badge", dir: "auto" }, entry.user) : null,
      el("span", { class: "sentence", dir: "auto" }, entry.sentence),
      entry.document ? el("a", { class: "quiet", href: `#/book/${api.segment(entry.document)}`,
        hidden: entry.user !== api.who().username }, "Book") : null));
}

export async function activityView(place) {
  let paused = false;
  let gone = false;
  let last = "0";
  let cursor = null;
  let event = "";
  const list = el("ol", { class: "log" });
  const below = el("div", { class: "below" });
  const state = el("span", { class: "quiet", role: "status" }, "Live");
  const ask = (parameters) => api.get(`/admin/activity${api.query({ event, ...parameters })}`);

  const older = () => attempt(async () => {
    const page = await ask({ cursor });
    list.append(...page.entries.map(line));
    cursor = page.next;
    below.replaceChildren(cursor ? button("Show older", older) : "");
  });
  const begin = () => attempt(async () => {
    const page = await ask({});
    ({ last } = page);
    cursor = page.next;
    list.replaceChildren(...page.entries.map(line));
    below.replaceChildren(cursor ? button("Show older", older) : "");
    if (!page.entries.length) below.replaceChildren(el("section", { class: "empty" }, el("h2", {}, "Nothing has happened yet"),
      el("p", {}, "When a position crosses between a reader and an audiobook, a sentence here says why.")));
  });
  const look = async () => {
    if (gone) return;
    if (!paused && !document.hidden) {
      try {
        const page = await ask({ after: last });
        if (!paused && !gone && page.entries.length) {
          ({ last } = page);
          below.querySelector(".empty")?.remove();
          for (const entry of page.entries) list.prepend(line(entry));
          while (list.children.length > KEPT) list.lastChild.remove();
        }
        if (!paused) state.textContent = "Live";
      } catch { state.textContent = "Waiting for the server"; }
    }
    setTimeout(look, PULSE);
  };
  const pause = el("button", { type: "button", class: "second", "aria-pressed": "false" }, "Pause");
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    pause.textContent = paused ? "Go on" : "Pause";
    state.textContent = paused ? "Paused" : "Live";
  });
  const chips = el("div", { class: "chips", role: "group", "aria-label": "Filter" });
  const choose = (kind) => {
    event = kind;
    chips.replaceChildren(...KINDS.map(([key, label]) => el("button", { type: "button", "aria-pressed": String(key === event),
      onclick: () => { choose(key); begin(); } }, label)));
  };
  choose("");
  place.append(el("div", { class: "title-row" }, el("h1", {}, "Activity"), state, pause), chips, list, below);
  await begin();
  setTimeout(look, PULSE);
  return () => { gone = true; };
}
