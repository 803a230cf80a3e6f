// At the foot of the library, where it moves nothing: books that were found in Audiobookshelf and only have to be accepted.
import * as api from "../api.js";
import { el, fill } from "../dom.js";
import { count } from "../format.js";

const PAGES = 5;
const FRESH = 120_000; // ms
const REST = 300_000; // ms that nobody asks again after a failure
let later = ""; // for whom it was put off, while this page lives
let known = { username: "", until: 0, found: null }; // comparing is work for the server

// What has been accepted meanwhile is not counted again.
export const forgetFound = () => { known.until = 0; };

// Null where it was not found out: it failed, or the view was `gone` before.
async function counted(username, gone) {
  if (known.username === username && Date.now() < known.until) return known.found;
  try {
    const found = await countAgain(gone);
    if (found) known = { username, until: Date.now() + FRESH, found };
    return found;
  } catch {
    known = { username, until: Date.now() + REST, found: null };
    return null;
  }
}

async function countAgain(gone) {
  let sure = 0;
  let all = 0;
  let pages = 0;
  await api.walk("/admin/suggestions", "suggestions", (suggestions) => {
    all += suggestions.length;
    sure += suggestions.filter((each) => each.sure).length;
    pages += 1;
    return pages < PAGES && !gone();
  }, api.owner());
  return gone() ? null : { sure, all };
}

export async function foundBanner(place) {
  const { username, connected } = api.whose();
  if (!connected || later === username) return;
  const found = await counted(username, () => !place.isConnected);
  if (!found?.all || !place.isConnected) return;
  const { sure, all } = found;
  const words = sure ? `${count(sure, "book was", "books were")} found in Audiobookshelf.`
    : `${count(all, "book")} may be in Audiobookshelf.`;
  fill(place, el("section", { class: "banner", "aria-label": "Found in Audiobookshelf" }, el("p", {}, words),
    el("a", { class: "button", href: "#/suggestions" }, sure ? "Link them" : "Have a look"),
    el("button", { type: "button", class: "plain", onclick: () => { later = username; place.replaceChildren(); } }, "Later")));
}
