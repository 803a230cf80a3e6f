// Finding an item of Audiobookshelf.
import * as api from "../api.js";
import { searchBox } from "./card.js";
import { el, facts } from "../dom.js";
import { clock } from "../format.js";

export function itemRow(item, action, more = null) {
  const audio = item.duration ? clock(item.duration) : "no audio";
  const ebook = item.ebook ? item.ebook.toUpperCase() : "no e-book";
  return el("li", {}, el("div", {}, el("b", { dir: "auto" }, item.title || item.id),
    el("p", { class: "quiet" }, facts(item.authors, audio, ebook)),
    more ? el("p", { class: "quiet" }, more) : null), action);
}

// {element, offer(rows, none), look()}. `owner`: who may see it; `row(item)` makes what is shown of a hit, or null for one that does not fit; `offer`
// shows rows that nobody has searched for, unless somebody has searched meanwhile.
export function itemSearch(label, value, owner, row, none = "Nothing found. Try fewer words of the title.") {
  const found = el("ul", { class: "items" });
  const say = el("p", { class: "quiet", role: "status" });
  const show = (rows, otherwise) => { found.replaceChildren(...rows); say.textContent = rows.length ? "" : otherwise; };
  let turn = 0; // an older search may answer later
  const search = searchBox(label, async (q) => {
    turn += 1;
    const mine = turn;
    say.textContent = "Searching…";
    try {
      const { items } = await api.get(`/admin/audiobookshelf/search${api.query({ q, ...owner })}`);
      if (mine === turn) show(items.map(row).filter(Boolean), none);
    } catch (error) {
      if (mine !== turn) return;
      say.textContent = "";
      search.fail(error.message);
    }
  }, { value, missing: "Type a part of the title." });
  const offer = (rows, otherwise) => { if (!turn) show(rows, otherwise); };
  return { element: el("div", {}, search.element, found, say), offer, look: search.submit };
}
