// The connection to Audiobookshelf, tried step by step.
import { el } from "../dom.js";

const MARKS = { ok: "✓", warning: "!", failed: "✕" };
const WORDS = { ok: "good", warning: "note", failed: "wrong" };

export function checkList(answer) {
  return el("ul", { class: "checks" }, answer.checks.map((check) => el("li", { class: check.state },
    el("span", { class: "mark", role: "img", "aria-label": WORDS[check.state] ?? check.state }, MARKS[check.state] ?? "·"),
    el("span", {}, check.message))));
}
