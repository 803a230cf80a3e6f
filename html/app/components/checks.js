// The connection to Audiobookshelf, tried step by step.
import * as api from "../api.js";
import { load, onceMore } from "./states.js";
import { el, fill } from "../dom.js";

const MARKS = { ok: ["✓", "good"], warning: ["!", "note"], failed: ["✕", "wrong"], none: ["–", "not used"] };

export function mark(state) {
  const [sign, meaning] = MARKS[state] ?? ["·", state];
  return el("span", { class: "mark", role: "img", "aria-label": meaning }, sign);
}

export function checkList(answer) {
  return el("ul", { class: "checks" }, answer.checks.map((check) => el("li", { class: check.state },
    mark(check.state), el("span", {}, check.message))));
}

// Tries one's own connection and shows that in `place`, again and again until it is good.
export function tryConnection(place) {
  const look = () => load(place, () => api.get("/admin/audiobookshelf/status"), (answer) => {
    const list = checkList(answer);
    if (place.textContent !== list.textContent) fill(place, list); // else it would be read aloud again
    if (!answer.ok) onceMore(place, look);
  });
  return look();
}

// Of the guided start: what is waited for, and what is there.
export const waiting = (...words) => el("p", { class: "stage waits" }, el("span", { class: "pulse", "aria-hidden": "true" }),
  el("span", {}, words));
export const ready = (...words) => el("p", { class: "stage ready" },
  el("span", { class: "mark", "aria-hidden": "true" }, "✓"), el("span", {}, words.flat()));
export const later = (...words) => el("p", { class: "stage later" }, el("span", { class: "dot", "aria-hidden": "true" }),
  el("span", {}, words));

// For who reads that somebody else has to do something, and is that somebody.
export const whoRunsThis = () => el("details", {}, el("summary", {}, "Do you run this server yourself?"),
  el("p", {}, "An account that was made on a reader does not administer by itself. Start the server with ",
    el("code", { dir: "auto" }, `KOSHELF_ADMIN_USERS=${api.who().username}`), " in its environment, and sign in again."));
