// "The narrator is here now": a sentence and a second that belong together, and those that were given.
import * as api from "../api.js";
import { secondsOf } from "./scales.js";
import { textPages } from "./text_pages.js";
import { disclosure } from "../components/disclosure.js";
import { attempt, note } from "../components/notes.js";
import { button, el, field, form } from "../dom.js";
import { ago, clock, joined, parseClock, span } from "../format.js";

const NUDGE = 5; // seconds
const RIGHT = 2; // seconds that nobody hears
const HOW = "Listen for a moment and pause. Then choose the sentence that you heard last, and give the time that the player "
  + "shows. Underlined is where the audiobook is thought to be.";
const TIME_HINT = "As the player shows it, such as 1:25:40. Filled in: where the audiobook was last.";

function effectWords(alignment, sentence, seconds) {
  if (!sentence) return "Choose the sentence that you hear.";
  if (seconds === null) return "";
  const expected = secondsOf(alignment, sentence.offset);
  const apart = Math.round(seconds - expected);
  const before = `So far it was expected at ${clock(expected)}`;
  if (Math.abs(apart) < RIGHT) return `${before}: that is right already.`;
  const way = `${span(Math.abs(apart))} ${apart > 0 ? "later" : "earlier"}`;
  return `${before}: the narrator is ${way} than thought. Places near here move by about as much.`;
}

// The time with two buttons beside it: {element, input, fail(message), seconds()}. `changed()` after a change.
function timeField({ duration }, start, changed) {
  const time = field("Time in the audiobook", { value: clock(start, true), inputmode: "numeric", autocomplete: "off",
    spellcheck: "false" }, TIME_HINT);
  const seconds = () => parseClock(time.input.value);
  const nudge = (words, label, by) => el("button", { type: "button", class: "second", "aria-label": label, onclick: () => {
    time.input.value = clock(Math.max(0, Math.min(duration, (seconds() ?? start) + by)), true);
    time.fail("");
    changed();
  } }, words);
  time.input.addEventListener("input", () => { time.fail(""); changed(); });
  const element = el("div", { class: "time-row" }, time.element,
    nudge(`−${NUDGE} s`, `${NUDGE} seconds earlier`, -NUDGE), nudge(`+${NUDGE} s`, `${NUDGE} seconds later`, NUDGE));
  return { ...time, element, seconds };
}

const routeOf = (address, { id }, more) => address.at(`calibrations/${api.segment(id)}`, more);

// Tells the server; `changed(alignment)` with its answer.
async function say(address, alignment, sentence, seconds, changed) {
  const answer = await api.call("POST", address.at("calibrations"), { offset: sentence.offset, seconds });
  const known = new Set(alignment.calibrations.map((each) => each.id));
  const made = answer.calibrations.find((each) => !known.has(each.id));
  changed(answer);
  const words = [`Noted: that sentence is read at ${clock(seconds)}.`, answer.dropped ? "What contradicted it is gone." : "",
    answer.carried?.message ?? ""].filter(Boolean).join(" ");
  note(words, { undo: made && (() => attempt(async () => {
    changed(await api.call("DELETE", routeOf(address, made, { undo: true })));
    note("Taken back: it does not count any more.");
  })) });
}

// {element, first}. `done()` when it is over; `changed(alignment)` with what the server then says.
function panel(address, alignment, changed, done) {
  const { listening, reading, duration } = alignment;
  const place = listening?.offset ?? reading?.offset ?? 0;
  const effect = el("p", { class: "effect", role: "status" });
  const tell = () => { effect.textContent = effectWords(alignment, pages.chosen(), time.seconds()); };
  const pages = textPages(address, () => alignment, place, tell);
  const time = timeField(alignment, listening?.seconds ?? reading?.seconds ?? 0, tell);
  const submit = async () => {
    const sentence = pages.chosen();
    const seconds = time.seconds();
    if (!sentence) { pages.fail("Choose the sentence first."); return; }
    if (seconds === null) { time.fail("That is no time. It looks like 1:25:40."); return; }
    if (seconds > duration) { time.fail(`The audiobook ends at ${clock(duration)}.`); return; }
    try {
      await say(address, alignment, sentence, seconds, changed);
      done();
    } catch (error) {
      (error.field === "seconds" ? time : pages).fail(error.message);
    }
  };
  pages.open(place);
  tell();
  const title = el("h3", { tabindex: "-1" }, "The narrator is here now");
  const actions = el("div", { class: "actions" }, el("button", { type: "submit" }, "Set it right"),
    el("button", { type: "button", class: "plain", onclick: done }, "Cancel"));
  return { first: title, element: el("div", { class: "calibrate" }, title, el("p", { class: "quiet" }, HOW),
    el("div", { class: "calibrate-parts" }, pages.element, form(submit, time.element, effect, actions))) };
}

function entry(address, each, changed) {
  const remove = () => attempt(async () => {
    changed(await api.call("DELETE", routeOf(address, each)));
    const again = { offset: each.offset, seconds: each.seconds };
    note("Removed.", { undo: () => attempt(async () => {
      changed(await api.call("POST", address.at("calibrations"), again));
      note("It counts again.");
    }) });
  });
  const facts = joined(`read at ${clock(each.seconds)}`, each.at ? `said ${ago(each.at * 1000)}` : "",
    each.ignored ? "of another file or recording, so it does not count now" : "");
  return el("li", {}, el("div", {}, el("q", { dir: "auto" }, each.sentence || "A place in the text"),
    el("p", { class: "quiet" }, facts)), button("Remove", remove, {
    class: "plain", "aria-label": `Remove what was said of ${clock(each.seconds)}` }));
}

// {element, show(alignment)}. `changed(alignment)` after a change.
export function calibration(address, changed) {
  let alignment = null;
  const given = el("div", { class: "given" });
  const { opener, place } = disclosure("The narrator is somewhere else…",
    (done) => panel(address, alignment, changed, done));
  const hint = el("p", { class: "quiet" }, "If page and audiobook do not meet, say once what you hear.");
  return {
    element: el("div", { class: "calibration" }, el("div", { class: "actions" }, opener, hint), place, given),
    show(next) {
      alignment = next;
      const entries = next.calibrations.map((each) => entry(address, each, changed));
      given.replaceChildren(...(entries.length
        ? [el("h3", {}, "Set right by ear"), el("ul", { class: "items" }, entries)] : []));
    },
  };
}
