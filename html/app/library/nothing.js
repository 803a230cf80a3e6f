// What the library says when there is nothing to show, and what to do about it.
import * as api from "../api.js";
import { readerAddress, readerSteps } from "../components/address.js";
import { copyable } from "../components/copy.js";
import { empty } from "../components/states.js";
import { button, el } from "../dom.js";

const nobodysBooks = (name) => empty("No books yet", el("p", {}, "Nothing has been synced with the account of ", el("bdi", {}, name),
  ". Its books come with the pages that are turned on a reader that has logged in so."),
el("a", { class: "button second", href: `#/account/${api.segment(name)}` }, "See the account"));

const ownNoBooks = () => empty("No books yet", el("p", {}, "Nothing has been synced with this account. On your reader:"),
  copyable(readerAddress(), "the address").element, readerSteps(api.who().username),
  el("div", { class: "actions" }, el("a", { class: "button", href: "#/start" }, "Set it up step by step"),
    api.isAdmin() && !api.who().configured
      ? el("a", { class: "button second", href: "#/start/audiobookshelf" }, "Connect Audiobookshelf") : null));

export const noBooks = () => (api.isOwn() ? ownNoBooks() : nobodysBooks(api.whose().username));

const WORDS = {
  trouble: ["Nothing is in trouble", "Every position has found its way to Audiobookshelf."],
  finished: ["Nothing is finished yet", "A book is finished when its last page is turned, or when Audiobookshelf says so."],
  linked: ["No book has an audiobook yet", "Open a book, and look for its audiobook there."],
  unlinked: ["Every book has its audiobook", "There is none without."],
};

export function nothingFits({ filter, q }, reset) {
  const [title, text] = (!q && WORDS[filter]) || ["No book fits", "Nothing matches the search and the filter."];
  return empty(title, el("p", {}, text), button("Show all books", reset));
}
