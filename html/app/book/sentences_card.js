// The sentence at each position.
import { chapterName, placeName } from "./alignment_words.js";
import { card } from "../components/card.js";
import { failed } from "../components/states.js";
import { el } from "../dom.js";
import { clock, joined, percent } from "../format.js";

const UNREAD = "Not opened on a reader yet.";
const UNHEARD = "Not heard yet: press play in Audiobookshelf.";

function quote(kind, title, where, sentence, none) {
  return el("figure", { class: `quote ${kind}` },
    el("figcaption", {}, el("span", { class: `key ${kind}` }, title), where ? el("span", { class: "quiet" }, where) : null),
    sentence ? el("blockquote", { dir: "auto" }, sentence) : el("p", { class: "quiet" }, none));
}

function readWhere({ reading }, alignment) {
  if (!reading) return "";
  const place = alignment?.reading ? placeName(alignment, alignment.reading.offset) : "";
  return joined(percent(reading.percentage ?? 0), place);
}

// The alignment was asked for later than the document.
const heardAt = ({ listening }, alignment) => (alignment?.listening ?? listening)?.seconds;

function heardWhere(document, alignment) {
  const seconds = heardAt(document, alignment);
  return seconds === undefined ? "" : joined(clock(seconds), alignment ? chapterName(alignment, seconds) : "");
}

function quotes(document, { reading, listening, message }, alignment) {
  const why = message || "The sentence is not known.";
  const read = readWhere(document, alignment);
  if (reading && listening && heardAt(document, alignment) !== undefined && reading.offset === listening.offset) {
    return [quote("read both", "Read and heard here", joined(read, clock(heardAt(document, alignment))), reading.text)];
  }
  const here = (what, place) => `${what} ${place?.exact === false ? "about here" : "here"}`; // known by a percentage alone
  return [quote("read", here("Read", reading), read, reading?.text, document.reading ? why : UNREAD),
    quote("heard", here("Heard", listening), heardWhere(document, alignment), listening?.text,
      document.listening ? why : UNHEARD)];
}

// {element, busy(), show(document, answer of sentences, alignment or null), fail(error, again)}
export function sentencesCard() {
  const place = el("div", { class: "quotes" });
  return {
    element: card("sentences", "Where you are", place),
    busy() {
      if (!place.children.length) place.replaceChildren(el("p", { class: "working" }, "Opening the book at your place…"));
    },
    show(document, said, alignment) { place.replaceChildren(...quotes(document, said, alignment)); },
    fail(error, again) { place.replaceChildren(failed(error, again)); },
  };
}
