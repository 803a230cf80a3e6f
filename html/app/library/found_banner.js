// At the foot of the library, where it moves nothing: books that were found in Audiobookshelf and only have to be accepted.
import * as api from "../api.js";
import { el, fill } from "../dom.js";
import { count } from "../format.js";

const PAGES = 5;
const FRESH = 120_000; // ms
let later = ""; // for whom it was put off, while this page lives
let known = { username: "", at: 0, found: null }; // comparing is work for the server

// What has been accepted meanwhile is not counted again.
export const forgetFound = () => { known.at = 0; };

async function counted() {
  const { username } = api.whose();
  if (known.username === username && Date.now() - known.at < FRESH) return known.found;
  known = { username, at: Date.now(), found: await countAgain() };
  return known.found;
}

async function countAgain() {
  let sure = 0;
  let all = 0;
  let pages = 0;
  await api.walk("/admin/suggestions", "suggestions", (suggestions) => {
    all += suggestions.length;
    sure += suggestions.filter((each) => each.sure).length;
    pages += 1;
    return pages < PAGES;
  });
  return { sure, all };
}

export async function foundBanner(place) {
  const { username, connected } = api.whose();
  if (!connected || later === username) return;
  const { sure, all } = await counted().catch(() => ({ sure: 0, all: 0 }));
  if (!all || !place.isConnected) return;
  const words = sure ? `${count(sure, "book was", "books were")} found in Audiobookshelf.`
    : `${count(all, "book")} may be in Audiobookshelf.`;
  fill(place, el("section", { class: "banner", "aria-label": "Found in Audiobookshelf" }, el("p", {}, words),
    el("a", { class: "button", href: "#/suggestions" }, sure ? "Link them" : "Have a look"),
    el("button", { type: "button", class: "plain", onclick: () => { later = username; place.replaceChildren(); } }, "Later")));
}
