// Books that Audiobookshelf seems to have: to be accepted one by one, or all that are certain.
import * as api from "../api.js";
import { addressOf } from "../book/address.js";
import { coverOf } from "../components/book_parts.js";
import { attempt, note } from "../components/notes.js";
import { empty, failed, progress } from "../components/states.js";
import { button, el, facts, fill } from "../dom.js";
import { clock, count, nameOf, percent } from "../format.js";
import { forgetFound } from "../library/found_banner.js";

// As if nobody had ever said anything.
async function unlinkAll(routes) {
  for (const at of routes) await api.call("DELETE", at("link", { forget: "true" }));
}

function pair(suggestion, link) {
  const { item } = suggestion;
  const audio = item.duration ? clock(item.duration) : "no audio";
  const ebook = item.ebook ? item.ebook.toUpperCase() : "no e-book";
  return el("li", { class: "pair" }, coverOf({ ...suggestion, link: { item: item.id } }),
    el("div", {}, el("a", { class: "pair-book", dir: "auto", href: `#/book/${api.segment(suggestion.document)}` },
      nameOf(suggestion)),
      el("p", { class: "quiet", dir: "auto" }, suggestion.authors || suggestion.filename)),
    el("div", {}, el("b", { dir: "auto" }, item.title),
      el("p", { class: "quiet" }, facts(item.authors, audio, ebook)),
      el("p", { class: "quiet" }, `${percent(suggestion.score)} alike: ${suggestion.reasons.join(", ")}`)),
    button("Link", () => link(suggestion), { class: "second", "aria-label": `Link ${nameOf(suggestion)}` }));
}

// Accepts page after page, until the view is `gone`; the books that are linked then.
async function acceptAll(owner, tell, gone) {
  const linked = [];
  let cursor = null;
  do {
    const answer = await api.call("POST", `/admin/suggestions/accept${api.query({ cursor, ...owner })}`, {});
    linked.push(...answer.linked);
    tell(null, `${count(linked.length, "book")} linked…`);
    cursor = answer.next;
  } while (cursor && !gone());
  return linked;
}

function group(title, suggestions, link, ...more) {
  return suggestions.length ? el("section", { class: "card" }, el("h2", {}, title), more,
    el("ul", { class: "pairs" }, suggestions.map((each) => pair(each, link)))) : null;
}

function draw(content, suggestions, link, accept) {
  const sure = suggestions.filter((each) => each.sure);
  const rest = suggestions.filter((each) => !each.sure);
  fill(content, suggestions.length ? null : empty("Nothing to accept",
    el("p", {}, "Every book is linked, or nothing in Audiobookshelf looks like it. You can look for an audiobook on each "
      + "book’s page."), el("a", { class: "button", href: "#/library" }, "To the library")),
  group(count(sure.length, "certain find"), sure, link, el("p", {}, "Title and author agree, and nothing else comes close."),
    el("div", { class: "actions" }, button(sure.length === 1 ? "Link it" : `Link all ${sure.length}`, accept))),
  group("Look before you link", rest, link, el("p", {}, "These are alike, but not certain.")));
}

export async function suggestionsView(place) {
  const content = el("div");
  fill(place, el("p", { class: "back" }, el("a", { href: "#/library" }, "‹ Library")),
    el("h1", {}, "Found in Audiobookshelf"), content);
  const { of, owner } = addressOf("");
  let gone = false;
  const undoing = (documents) => () => attempt(async () => {
    await unlinkAll(documents.map(of));
    note(documents.length === 1 ? "It is unlinked again." : `${count(documents.length, "book")} are unlinked again.`);
    await show();
  });
  const link = (suggestion) => attempt(async () => {
    await api.call("PUT", of(suggestion.document)("link"), { libraryItemId: suggestion.item.id, how: "suggestion" });
    note(`${nameOf(suggestion)} is linked.`, { undo: undoing([suggestion.document]) });
    await show();
  });
  const accept = () => attempt(async () => {
    const bar = progress("Linking…");
    fill(content, bar.element);
    const linked = await acceptAll(owner, bar.at, () => gone).catch(async (error) => { await show(); throw error; });
    note(`${count(linked.length, "book is", "books are")} linked.`,
      { undo: linked.length ? undoing(linked.map((each) => each.document)) : null });
    await show();
  });
  const show = async () => {
    forgetFound();
    if (gone) return;
    const bar = progress("Comparing your books with Audiobookshelf…");
    if (!content.querySelector(".pairs")) fill(content, bar.element);
    const found = [];
    try {
      await api.walk("/admin/suggestions", "suggestions", (suggestions) => {
        found.push(...suggestions);
        bar.at(null, `${count(found.length, "find")}…`);
        return !gone;
      }, owner);
      if (!gone) draw(content, found, link, accept);
    } catch (error) {
      if (!gone) fill(content, failed(error, show));
    }
  };
  show(); // not awaited, so that leaving ends it
  return () => { gone = true; };
}
