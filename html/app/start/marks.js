// Of the guided start: what is waited for, and what is there.
import { el } from "../dom.js";

export const waiting = (...words) => el("p", { class: "stage waits" }, el("span", { class: "pulse", "aria-hidden": "true" }),
  el("span", {}, words));
export const ready = (...words) => el("p", { class: "stage ready" },
  el("span", { class: "mark", "aria-hidden": "true" }, "✓"), el("span", {}, words.flat()));
export const later = (...words) => el("p", { class: "stage later" }, el("span", { class: "dot", "aria-hidden": "true" }),
  el("span", {}, words));
