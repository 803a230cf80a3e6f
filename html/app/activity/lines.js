// Lines of the log, newest first, with the days between them.
import { isAdmin, segment, whose } from "../api.js";
import { el, time } from "../dom.js";
import { day, moment, timeOfDay } from "../format.js";

const KINDS = [["push.", "out", "To the audiobook"], ["import.", "in", "From the audiobook"],
  ["console.", "hand", "By hand"], ["link", "link", "Links"]];
export const FILTERS = [["", "Everything"], ...KINDS.map(([prefix, , words]) => [prefix, words])];

// `only(entry)` shows that book's lines alone; `titles` has what the books are called.
function line(entry, only, titles) {
  const [, kind, words] = KINDS.find(([prefix]) => entry.event.startsWith(prefix)) ?? ["", "other", "Other"];
  const own = entry.user === whose().username;
  return el("li", { class: `line ${kind}`, "data-id": entry.id }, time(entry.at, timeOfDay(entry.at), moment(entry.at)),
    el("span", { class: "kind", role: "img", "aria-label": words, title: words }),
    el("div", {}, el("span", { class: "sentence" }, entry.sentence), " ",
      isAdmin() && entry.user && !own ? el("bdi", { class: "badge" }, entry.user) : null,
      entry.document ? el("div", { class: "line-links" },
        own ? el("a", { href: `#/book/${segment(entry.document)}`, dir: "auto" }, titles.get(entry.document) ?? "The book")
          : null,
        el("button", { type: "button", class: "plain", onclick: () => only(entry) }, "Only this book")) : null));
}

// {element, top(entries), bottom(entries), clear(), size(), oldest()}. `top` takes the newest last, as they came, and is true if
// older ones went for them; `oldest`: the id of the last line.
export function lines(most, only, titles) {
  const element = el("div", { class: "log" });
  const dayOf = (entry) => String(new Date(entry.at).setHours(0, 0, 0, 0));
  const name = (section) => { // what was today is yesterday after midnight
    const words = day(Number(section.dataset.day));
    if (section.firstChild.textContent === words) return;
    section.setAttribute("aria-label", words);
    section.firstChild.textContent = words;
  };
  const group = (begin) => el("section", { "data-day": begin }, el("h2"), el("ol"));
  const put = (entry, section, where) => {
    const fits = section?.dataset.day === dayOf(entry);
    const home = fits ? section : group(dayOf(entry));
    if (!fits) element[where](home);
    home.lastChild[where](line(entry, only, titles));
    return home.lastChild[where === "prepend" ? "firstChild" : "lastChild"];
  };
  const size = () => element.querySelectorAll(".line").length;
  const trim = () => {
    const many = size() > most;
    while (size() > most) {
      const { lastChild } = element;
      lastChild.lastChild.lastChild.remove();
      if (!lastChild.lastChild.firstChild) lastChild.remove();
    }
    return many;
  };
  return {
    element,
    size,
    top: (entries) => {
      entries.forEach((entry) => put(entry, element.firstChild, "prepend").classList.add("new"));
      element.childNodes.forEach(name);
      return trim();
    },
    bottom: (entries) => {
      entries.forEach((entry) => put(entry, element.lastChild, "append"));
      element.childNodes.forEach(name);
    },
    oldest: () => element.lastChild?.lastChild.lastChild.dataset.id,
    clear: () => element.replaceChildren(),
  };
}
