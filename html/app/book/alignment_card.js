// The two forms of a book beside each other: picture, table, and what can be set right.
import { alignmentPicture } from "./alignment_picture.js";
import { skipped, stretchWords, summary } from "./alignment_words.js";
import { calibration } from "./calibrate.js";
import { card } from "../components/card.js";
import { failed } from "../components/states.js";
import { el } from "../dom.js";

const HEADS = ["Text", "Share", "Audio", "Time", "How sure"];
const BUSY = "Laying text and audio beside each other…";
const PENDING = "The book’s text is being read. This page looks again by itself.";
const SWATCHES = [["high", "sure"], ["medium", "fairly sure"], ["low", "a guess"], ["skipped", "only in one of the two"]];
const NEXT = { // what to do next, by the state of the alignment
  no_text: ["Choose its text", ".text-source"],
  no_audio: ["See what it is linked to", "#link-title"],
};

// Goes to another part of the page, and opens it.
function goTo(selector) {
  const target = document.querySelector(selector);
  if (!target) return;
  target.open = true;
  (target.querySelector("summary") ?? target).focus();
  target.scrollIntoView({ block: "center" });
}

function table(alignment) {
  const rows = alignment.stretches.map((stretch) => {
    const { text, share, audio, time, sure } = stretchWords(alignment, stretch);
    return el("tr", {}, el("th", { scope: "row", dir: "auto" }, text), el("td", {}, share),
      el("td", { dir: "auto" }, audio), el("td", {}, time), el("td", {}, skipped(stretch) ? "–" : sure));
  });
  const heads = el("tr", {}, HEADS.map((head) => el("th", { scope: "col" }, head)));
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Stretches as a table" },
    el("table", {}, el("thead", {}, heads), el("tbody", {}, rows)));
}

const legend = () => el("ul", { class: "swatches" }, SWATCHES.map(([kind, words]) => (
  el("li", {}, el("span", { class: `swatch ${kind}` }), words))));

const working = (words) => el("p", { class: "working", role: "status" }, words);

// Why there is nothing to see, and what to do about it.
function nothing({ state, message }) {
  if (state === "pending") return [working(message || PENDING)];
  const [words, selector] = NEXT[state] ?? [];
  return [el("p", {}, message),
    words ? el("button", { type: "button", class: "second", onclick: () => goTo(selector) }, words) : ""];
}

// {element, busy(), show(alignment), fail(error, again)}. `changed(alignment)` after a calibration.
export function alignmentCard(address, changed) {
  const picture = alignmentPicture();
  const calibrate = calibration(address, changed);
  const lead = el("p", { class: "quiet" });
  const body = el("div", { class: "alignment-body" });
  const more = el("details", {}, el("summary", {}, "As a table"));
  let alignment = null;
  const fill = () => { if (more.open) more.replaceChildren(more.firstChild, table(alignment)); };
  more.addEventListener("toggle", fill);
  const without = (...content) => {
    alignment = null;
    lead.textContent = "";
    body.replaceChildren(...content);
  };
  return {
    element: card("alignment", "Text and audiobook", lead, body),
    busy() { if (!alignment) body.replaceChildren(working(BUSY)); },
    show(next) {
      if (next.state !== "ready") { without(...nothing(next)); return; }
      if (!alignment) body.replaceChildren(picture.element, legend(), more, calibrate.element);
      alignment = next;
      lead.textContent = summary(next);
      picture.show(next);
      calibrate.show(next);
      fill();
    },
    fail(error, again) { without(failed(error, again)); },
  };
}
