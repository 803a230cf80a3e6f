// The connection to Audiobookshelf, tried step by step.
import { el } from "../dom.js";

const MARKS = { ok: "✓", warning: "!", failed: "✕" };
const WORDS = { ok: "good", warning: "note", failed: "wrong" };

export function checkList(answer) {
  return el("ul", { class: "checks" }, answer.checks.map((check) => el("li", { class: check.state },
    el("span", { class: "mark", role: "img", "aria-label": WORDS[check.state] ?? check.state }, MARKS[check.state] ?? "·"),
    el("span", {}, check.message))));
}

// Of the guided start: what is waited for, and what is there.
export const waiting = (...words) => el("p", { class: "stage waits" }, el("span", { class: "pulse", "aria-hidden": "true" }),
  el("span", {}, words));
export const ready = (...words) => el("p", { class: "stage ready" },
  el("span", { class: "mark", "aria-hidden": "true" }, "✓"), el("span", {}, words.flat()));
export const later = (...words) => el("p", { class: "stage later" }, el("span", { class: "dot", "aria-hidden": "true" }),
  el("span", {}, words));
