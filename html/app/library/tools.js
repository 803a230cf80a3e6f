// Of the library: search, order, filter, and how the books are shown.
import { chips, el, field } from "../dom.js";
import { icon } from "../icons.js";
import { recall, remember } from "../remember.js";

export const FILTERS = [["all", "All"], ["reading", "Reading"], ["finished", "Finished"], ["linked", "With audiobook"],
  ["unlinked", "Without"], ["trouble", "In trouble"]];
export const SORTS = [["recent", "Last read first"], ["oldest", "Longest ago first"], ["title", "By title"],
  ["progress", "By progress"]];
const LAYOUTS = [["cards", "Cards"], ["list", "List"]];
const PAUSE = 250; // after the last letter of a search, ms

// Two buttons, remembered. `list` gets the class.
export function layoutChoice(list) {
  const group = el("div", { class: "layouts", role: "group", "aria-label": "Layout" });
  const show = (layout) => {
    list.className = `books ${layout}`;
    group.childNodes.forEach((each, i) => each.setAttribute("aria-pressed", String(LAYOUTS[i][0] === layout)));
  };
  group.append(...LAYOUTS.map(([key, label]) => el("button", { type: "button", class: "second", title: label, "aria-label": label,
    onclick: () => { remember("layout", key); show(key); } }, icon(key))));
  show(recall("layout", "cards") === "list" ? "list" : "cards");
  return group;
}

// `wanted` {filter, sort, q} is changed in place; `changed()` is called after.
export function tools(wanted, layouts, changed) {
  const search = field("Search", { type: "search", value: wanted.q, placeholder: "Title, author, file", autocomplete: "off" });
  const sort = field("Order", { options: SORTS, value: wanted.sort });
  const filter = chips("Filter", FILTERS, wanted.filter, (key) => { wanted.filter = key; changed(); });
  let timer = 0;
  search.input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => { wanted.q = search.input.value.trim(); changed(); }, PAUSE);
  });
  sort.input.addEventListener("change", () => { wanted.sort = sort.input.value; changed(); });
  const reset = () => {
    Object.assign(wanted, { q: "", filter: "all" });
    search.input.value = "";
    filter.press("all");
    changed();
  };
  const element = el("div", { class: "tools" }, el("div", { class: "tool-row" }, search.element, sort.element, layouts), filter);
  return { element, reset, stop: () => clearTimeout(timer) };
}
