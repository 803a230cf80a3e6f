// Paging through a book's text, and searching in it, to choose one sentence.
import * as api from "../api.js";
import { finePercent, placeName } from "./alignment_words.js";
import { searchBox } from "../components/card.js";
import { button, el } from "../dom.js";
import { joined } from "../format.js";

const SPAN = 2000; // characters a page
const NOT_FOUND = "These words are not in the text. Try fewer of them.";

let groups = 0;

// The page's sentences as paragraphs of radio buttons.
function paragraphs(sentences, option) {
  const parts = [];
  for (const sentence of sentences) {
    if (!parts.length || sentence.paragraph) parts.push([]);
    parts.at(-1).push(option(sentence), " ");
  }
  return parts.map((part) => el("p", {}, part));
}

// Words that are searched for, and the sentences that have them. `chose(sentence)` when one is chosen.
function finder(address, alignmentNow, chose) {
  const list = el("ul", { class: "found" });
  const hit = (each) => el("li", {}, el("button", {
    type: "button", class: "hit", onclick: () => { list.replaceChildren(); chose(each); },
  }, el("span", { dir: "auto" }, each.text.trim()),
  el("small", { dir: "auto" }, each.section_title || placeName(alignmentNow(), each.offset))));
  const search = searchBox("Find words in the text", async (q) => {
    list.replaceChildren(el("li", { class: "working" }, "Searching…"));
    try {
      const answer = await api.get(address.at("text/search", { q }));
      list.replaceChildren(...answer.found.map(hit));
      if (!answer.found.length) search.fail(NOT_FOUND);
    } catch (error) {
      list.replaceChildren();
      search.fail(error.message);
    }
  }, { action: "Find", missing: "Type a few words of the sentence." });
  return el("div", {}, search.element, el("div", { role: "status" }, list));
}

// One page of the text: {element, show(page, at)}. `place` is shown as the one where the audio is thought to be, `at`
// is scrolled to. `sentenceNow()` is the chosen one, `chose(sentence)` when another is.
function textPage(place, sentenceNow, chose) {
  groups += 1;
  const name = `sentence-${groups}`;
  const element = el("div", { class: "page-text", dir: "auto", role: "radiogroup", "aria-label": "Sentences" });
  const option = (each) => {
    const input = el("input", { type: "radio", name, class: "unseen", onchange: () => chose(each) });
    input.checked = sentenceNow()?.offset === each.offset;
    const here = place >= each.offset && place < each.offset + each.length;
    return el("label", { "data-offset": each.offset, class: here ? "here" : null }, input,
      el("span", {}, each.text.trim()));
  };
  return {
    element,
    show({ sentences }, at) {
      element.replaceChildren(...paragraphs(sentences, option));
      // In the middle, without moving the page around it.
      const here = [...element.querySelectorAll("label")].findLast((label) => Number(label.dataset.offset) <= at);
      element.scrollTop = here && at > sentences[0].offset ? here.offsetTop - element.clientHeight / 3 : 0;
    },
  };
}

// {element, open(offset), chosen() -> sentence or null, fail(message)}. `chose(sentence)` at each choice;
// `alignmentNow()` knows the sections; `place` as in textPage().
export function textPages(address, alignmentNow, place, chose) {
  let [page, sentence, turn] = [null, null, 0];
  const choose = (each) => { sentence = each; wrong.textContent = ""; chose(each); };
  const text = textPage(place, () => sentence, choose);
  const where = el("p", { class: "quiet", role: "status" });
  const wrong = el("p", { class: "hint wrong", role: "alert" });
  const earlier = button("‹ Earlier", () => turnTo({ before: String(page.before) }), { class: "second", disabled: true });
  const later = button("Later ›", () => turnTo({ after: String(page.after) }), { class: "second", disabled: true });

  const show = (at) => {
    text.show(page, at);
    const { offset } = page.sentences[0] ?? page;
    where.textContent = joined(page.section_title || placeName(alignmentNow(), page.offset),
      `from ${finePercent(offset / page.length)} of the text`);
    earlier.disabled = page.before === null;
    later.disabled = page.after === null;
    wrong.textContent = "";
  };
  const fail = (error, again) => {
    wrong.textContent = error.message;
    if (!page) text.element.replaceChildren(button("Try again", again, { class: "second" }));
  };
  async function turnTo(parameters, at = 0) {
    turn += 1;
    const mine = turn;
    text.element.setAttribute("aria-busy", "true");
    if (!page) text.element.replaceChildren(el("p", { class: "working" }, "Opening the book. The first time takes a moment…"));
    try {
      const answer = await api.get(address.at("text", { ...parameters, span: SPAN }));
      if (mine !== turn) return;
      page = answer;
      show(at);
    } catch (error) {
      if (mine === turn) fail(error, () => turnTo(parameters, at));
    }
    text.element.removeAttribute("aria-busy");
  }
  const open = (offset) => turnTo({ at: String(Math.round(offset)) }, offset);
  const search = finder(address, alignmentNow, (each) => { choose(each); open(each.offset); });
  return {
    element: el("div", { class: "text-pages" }, search, where, text.element, wrong,
      el("div", { class: "actions pager" }, earlier, later)),
    open,
    chosen: () => sentence,
    fail(message) { wrong.textContent = message; text.element.querySelector("input")?.focus(); },
  };
}
