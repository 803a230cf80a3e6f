// Text above, audio below, on one width; between them what corresponds, as bands. It is a slider for the keyboard and for
// screen readers: its value is the stretch that is told about.
import {
  finePercent, kindWords, listeningWords, readingWords, readShare, skipped, stretchWords,
} from "./alignment_words.js";
import { offsetOf, secondsOf, shortTitles, stretchOfText, stretchOfTime } from "./scales.js";
import { el } from "../dom.js";
import { clock } from "../format.js";
import { fitting, svg, whenWide, widthOf } from "../svg.js";

const FLAG = 26; // px above and below for the positions
const BAR = 34;
const BAND = 76;
const AUDIO = FLAG + BAR + BAND;
const HEIGHT = AUDIO + BAR + FLAG;
const SIZE = 12; // of letters
const NARROW = 12; // px of a part that is only one of many

// Where the title of a part stands: beside the position, if that is inside of it.
function titleRoom(from, to, done) {
  if (done <= from || done >= to) return [from, to];
  return done - from > to - done ? [from, done - 2] : [done + 2, to];
}

function partTitle(title, short, [left, right], top) {
  const room = right - left;
  const label = fitting(title, room - 10, SIZE) === title ? title : fitting(short, room - 6, SIZE);
  return label ? svg("text", { x: left + (room - widthOf(label, SIZE)) / 2, y: top + BAR / 2 + 4 }, label) : null;
}

// Parts that are too narrow for their titles, under those of their parents: [{from, to, title}].
function grouped(parts) {
  const groups = [];
  for (const { from, to, parent } of parts) {
    if (groups.at(-1)?.title !== parent) groups.push({ title: parent, from });
    groups.at(-1).to = to;
  }
  return groups.filter((group) => group.title);
}

// A row of sections or chapters: what is done is tinted, titles stand where they fit.
function row(parts, top, done, kind) {
  const narrow = parts.length > 1 && (parts.at(-1).to - parts[0].from) / parts.length < NARROW;
  const rects = parts.map(({ from, to }, n) => {
    const end = from + Math.max(0.5, to - from - (to - from > 7 ? 1.5 : to - from > 3 ? 0.75 : 0));
    const rect = (kind_, until) => svg("rect", { class: kind_, x: from, y: top, width: until - from, height: BAR });
    return [rect(n % 2 && !narrow ? "part odd" : "part", end), done > from ? rect("part come", Math.min(end, done)) : null];
  });
  const titled = narrow && parts.some((part) => part.parent) ? grouped(parts) : parts;
  const shorts = shortTitles(titled.map((part) => part.title));
  return svg("g", { class: `row ${kind}` }, rects, titled.map(({ from, to, title }, n) => [
    titled === parts ? null : svg("line", { class: "border", x1: from, x2: from, y1: top, y2: top + BAR }),
    partTitle(title, shorts[n], titleRoom(from, to, done), top)]));
}

function bandPath(x0, x1, u0, u1) {
  const [top, bottom] = [FLAG + BAR + 2, AUDIO - 2];
  return `M${x0.toFixed(1)} ${top}L${x1.toFixed(1)} ${top}L${u1.toFixed(1)} ${bottom}L${u0.toFixed(1)} ${bottom}Z`;
}

function bandClass(stretch) {
  if (skipped(stretch)) return "band skipped";
  return `band ${stretch.confidence >= 0.8 ? "high" : stretch.confidence >= 0.5 ? "medium" : "low"}`;
}

// A position: a flag outside of its bar, and a line to its counterpart in the other one.
function flag(kind, label, own, other, width) {
  const above = kind === "read";
  const edge = above ? FLAG : AUDIO + BAR;
  const half = widthOf(label, SIZE, 600) / 2;
  const name = above ? widthOf("Text", SIZE) + 14 : widthOf("Audiobook", SIZE) + 14;
  const x = Math.max(name + half, Math.min(width - half, own));
  const tip = above ? -5 : 5;
  const [near, far] = above ? [FLAG + BAR, AUDIO] : [AUDIO, FLAG + BAR];
  return svg("g", { class: `flag ${kind}` },
    svg("text", { x, y: above ? FLAG - 10 : edge + 20, "text-anchor": "middle" }, label),
    svg("path", { class: "tip", d: `M${own} ${edge}l-4.5 ${tip}h9Z` }),
    svg("line", { x1: own, x2: own, y1: edge, y2: near }),
    other === null ? null : svg("line", { class: "across", x1: own, x2: other, y1: near, y2: far }),
    other === null ? null : svg("circle", { cx: other, cy: far, r: 3.5 }));
}

function names(alignment, width) {
  const below = AUDIO + BAR + 20;
  const end = svg("text", { x: width, y: below, "text-anchor": "end" }, clock(alignment.duration));
  return svg("g", { class: "names" }, svg("text", { x: 0, y: FLAG - 10 }, "Text"),
    svg("text", { x: 0, y: below }, "Audiobook"), alignment.listening ? null : end);
}

function pins(alignment, x, u) {
  return alignment.calibrations.map(({ offset, seconds }) => svg("g", { class: "pin" },
    svg("line", { x1: x(offset), x2: u(seconds), y1: FLAG + BAR, y2: AUDIO }),
    svg("path", { d: `M${((x(offset) + u(seconds)) / 2).toFixed(1)} ${FLAG + BAR + BAND / 2 - 6}l6 6l-6 6l-6-6Z` })));
}

function about(alignment, index, cursor) {
  const stretch = alignment.stretches[index];
  const words = stretchWords(alignment, stretch);
  const side = (kind, name, range) => el("p", { class: "side" },
    el("b", { class: `key ${kind}`, dir: "auto" }, name), el("span", {}, range));
  const here = cursor
    ? `${finePercent(cursor.offset / alignment.length)} of the text is read at ${clock(cursor.seconds)}.`
    : [readingWords(alignment), listeningWords(alignment)].filter(Boolean).join(" ");
  return [side("read", words.text, words.share), side("heard", words.audio, words.time),
    el("p", { class: "quiet" }, [kindWords(stretch), words.sure].filter(Boolean).join(": "), ". ", here)];
}

// What a position says, and where it is on its own scale and on the other one.
function flags(alignment, width, x, u) {
  const { reading, listening } = alignment;
  const on = (scale, place) => (place === null || place === undefined ? null : scale(place));
  return [
    reading && flag("read", `Read ${readShare(alignment)}`, x(reading.offset), on(u, reading.seconds), width),
    listening && flag("heard", `Heard ${clock(listening.seconds)}`, u(listening.seconds), on(x, listening.offset), width),
  ];
}

// The whole drawing: {picture, bands}. `x` and `u` are the scales of the text and of the audio.
function drawing(alignment, width, x, u) {
  const { sections, chapters, stretches, reading, listening } = alignment;
  const fine = stretches.length * NARROW > width ? " fine" : "";
  const bands = stretches.map((each) => svg("path", { class: bandClass(each) + fine,
    d: bandPath(x(each.begin), x(each.end), u(each.start_seconds), u(each.end_seconds)) }));
  const text = sections.map(({ title, parent, start, length }) => ({ from: x(start), to: x(start + length), title, parent }));
  const audio = chapters.map(({ title, start, end }) => ({ from: u(start), to: u(end), title }));
  const picture = svg("svg", { width, height: HEIGHT, "aria-hidden": "true" }, bands,
    row(text, FLAG, reading ? x(reading.offset) : 0, "text"),
    row(audio, AUDIO, listening ? u(listening.seconds) : 0, "audio"),
    pins(alignment, x, u), names(alignment, width), flags(alignment, width, x, u),
    svg("path", { class: "outline" }), svg("path", { class: "cursor" }));
  return { picture, bands };
}

// Where the story stands: the stretch of the page, else of the audio.
function home({ reading, listening, stretches }) {
  if (reading) return stretchOfText(stretches, reading.offset);
  return listening ? stretchOfTime(stretches, listening.seconds) : 0;
}

// What is at a share of the width, in the upper half of the picture by the text, in the lower by the audio.
function placeAt(alignment, share, lower) {
  const { stretches, length, duration } = alignment;
  if (lower) {
    const seconds = share * duration;
    return { chosen: stretchOfTime(stretches, seconds), cursor: { seconds, offset: offsetOf(alignment, seconds) } };
  }
  const offset = share * length;
  return { chosen: stretchOfText(stretches, offset), cursor: { offset, seconds: secondsOf(alignment, offset) } };
}

// The stretch that a key goes to, or null for other keys.
function stepFor(key, at, last) {
  const page = Math.max(1, Math.round(last / 10));
  const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: page, PageDown: -page,
    Home: -Infinity, End: Infinity };
  return key in steps ? Math.max(0, Math.min(last, at + steps[key])) : null;
}

function valueText(stretch, { text, share, audio, time, sure }) {
  return `${text}, ${share}: ${audio}, ${time}. ${[kindWords(stretch), sure].filter(Boolean).join(", ")}`;
}

// {element, show(alignment)}.
export function alignmentPicture() {
  const stage = el("div", { class: "drawing", role: "slider", tabindex: "0", "aria-label": "Stretches of the book",
    "aria-valuemin": "1" });
  const told = el("div", { class: "told" });
  let [alignment, width, bands] = [null, 0, []];
  let at = { chosen: 0, cursor: null, looking: false }; // looking: somebody chose it

  const x = (offset) => (offset / alignment.length) * width;
  const u = (seconds) => (seconds / alignment.duration) * width;
  const tell = (next) => {
    at = next;
    const stretch = alignment.stretches[at.chosen];
    stage.setAttribute("aria-valuenow", String(at.chosen + 1));
    stage.setAttribute("aria-valuetext", valueText(stretch, stretchWords(alignment, stretch)));
    told.replaceChildren(...about(alignment, at.chosen, at.cursor));
    if (!bands.length) return;
    stage.querySelector(".outline").setAttribute("d", at.looking ? bands[at.chosen].getAttribute("d") : "");
    stage.querySelector(".cursor").setAttribute("d", at.cursor
      ? `M${x(at.cursor.offset)} ${FLAG}V${FLAG + BAR}L${u(at.cursor.seconds)} ${AUDIO}V${AUDIO + BAR}` : "");
  };
  const goHome = () => tell({ chosen: home(alignment), cursor: null, looking: false });
  const draw = () => {
    if (!width || !alignment) return;
    const drawn = drawing(alignment, width, x, u);
    bands = drawn.bands;
    stage.replaceChildren(drawn.picture);
    tell(at);
  };
  const point = (event) => {
    if (!alignment) return;
    const box = stage.getBoundingClientRect();
    const share = Math.max(0, Math.min(1, (event.clientX - box.left) / width));
    tell({ ...placeAt(alignment, share, event.clientY - box.top > HEIGHT / 2), looking: true });
  };
  stage.addEventListener("pointermove", point);
  stage.addEventListener("pointerdown", point);
  stage.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse" && alignment) goHome(); });
  stage.addEventListener("keydown", (event) => {
    const chosen = stepFor(event.key, at.chosen, alignment.stretches.length - 1);
    if (chosen === null) return;
    event.preventDefault();
    tell({ chosen, cursor: null, looking: true });
  });
  whenWide(stage, (wide) => { width = wide; draw(); });
  return {
    element: el("div", { class: "picture" }, stage, told),
    show(next) {
      alignment = next;
      stage.setAttribute("aria-valuemax", String(next.stretches.length));
      if (!at.looking || at.chosen >= next.stretches.length) goHome();
      draw();
    },
  };
}
