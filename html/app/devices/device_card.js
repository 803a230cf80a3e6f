// A device: what it did last, and what is the matter with it.
import * as api from "../api.js";
import { el, time } from "../dom.js";
import { ago, count, moment, nameOf, span } from "../format.js";

const METHODS = { content: "by their content", filename: "by their file names", mixed: "some by content, some by file name",
  unknown: "not known yet" };
const CLOCK = 60; // seconds off that are worth a word

const when = (seconds) => (seconds ? time(seconds * 1000, ago(seconds * 1000), moment(seconds * 1000)) : "never");

function clockWords(skew) {
  if (skew === null || skew === undefined) return "not known";
  if (Math.abs(skew) < CLOCK) return "right";
  return `${span(skew)} ${skew > 0 ? "fast" : "slow"}`;
}

function lastBook({ id, last_document: last }, own) {
  if (!last) return "none";
  return own ? el("a", { href: `#/book/${api.segment(last.document)}`, dir: "auto", "data-key": `book ${id}` }, nameOf(last))
    : el("bdi", {}, nameOf(last));
}

const fact = (words, ...value) => el("div", {}, el("dt", {}, words), el("dd", {}, value));

// `forget(device)` asks and does it. Without it the device is somebody else's: no button, and no way to the book.
export function deviceCard(device, forget) {
  return el("li", { class: "card device" },
    el("div", { class: "device-top" }, el("h2", {}, el("bdi", {}, device.device || "A device without a name")),
    forget ? el("button", { type: "button", class: "plain", "aria-label": `Forget ${device.device}`, "data-key": `forget ${device.id}`,
      onclick: () => forget(device) }, "Forget") : null),
  device.problems?.length ? el("ul", { class: "problems" }, device.problems.map((each) => el("li", {}, each.message))) : null,
  el("dl", { class: "facts" },
    fact("Sent its place", when(device.last_push)), fact("Asked for it", when(device.last_pull)),
    fact("Last book", lastBook(device, forget)),
    fact("Tells books apart", METHODS[device.method] ?? device.method), fact("Its clock", clockWords(device.clock_skew_s)),
    fact("Sent in all", count(device.pushes ?? 0, "place"), device.stale ? `, ${count(device.stale, "old one")} ignored` : "")),
  device.device_id ? el("p", { class: "quiet small" }, "Id ", el("code", {}, device.device_id)) : null);
}
