// The history of a book over days: how far, when, and by which device.
import { KINDS, markIcon, markShape } from "./marks.js";
import { shareScale } from "./share_scale.js";
import { pauseWords, timeAxis } from "./time_axis.js";
import { button, el } from "../dom.js";
import { ago, moment, percent } from "../format.js";
import { svg, whenWide, widthOf } from "../svg.js";

const HEIGHT = 232;
const TOP = 14;
const BOTTOM = 30;
const LEFT = 44;
const RIGHT = 14;
const NEAR = 30; // px from a point at which the pointer means it
const MANY = 80; // points, from which they are drawn smaller

export function kindWords(entry) {
  if (entry.state === "stale") return "sent again, ignored";
  return KINDS[entry.source] ?? "";
}

const who = (entry) => entry.device || "a device";

function words(entry) {
  const how = kindWords(entry);
  return `${percent(entry.percentage)}, ${who(entry)}${how ? `, ${how}` : ""}, ${moment(entry.at * 1000)}`;
}

function shareLines({ lines }, width, y) {
  return lines.map((share) => [svg("line", { x1: LEFT, x2: width - RIGHT, y1: y(share), y2: y(share) }),
    svg("text", { x: LEFT - 8, y: y(share) + 4, "text-anchor": "end" }, `${Math.round(share * 100)} %`)]);
}

// A pause that is cut out. Its words keep away from the line, which crosses it at `height`.
function pause(cut, height) {
  const label = pauseWords(cut.seconds);
  const low = height < HEIGHT / 2;
  const at = `translate(${LEFT + cut.x + cut.width / 2 + 4} ${low ? HEIGHT - BOTTOM - 6 : TOP + 2}) rotate(-90)`;
  const box = { class: "cut", x: LEFT + cut.x, y: TOP - 6, width: cut.width, height: HEIGHT - TOP - BOTTOM + 12 };
  return [svg("rect", box, svg("title", {}, `${label} without a change`)), cut.width > 18
    ? svg("text", { class: "cut-words", "text-anchor": low ? "start" : "end", transform: at }, label) : null];
}

function tickMark({ x, label }, width) {
  const half = widthOf(label, 12) / 2;
  const top = HEIGHT - BOTTOM + 6;
  return [svg("line", { class: "notch", x1: LEFT + x, x2: LEFT + x, y1: top, y2: top + 5 }),
    svg("text", { x: Math.max(half + 2, Math.min(width - half - 2, LEFT + x)), y: HEIGHT - 6, "text-anchor": "middle" }, label)];
}

function pointOf({ entry, x, y }, now, mark, small) {
  const current = entry === now;
  const classes = ["point", current ? "now" : "", small ? "small" : ""].filter(Boolean).join(" ");
  return svg("g", { class: classes, role: "button", tabindex: -1, transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`,
    "aria-label": `${words(entry)}${current ? ": now" : ": restore"}` },
  current ? svg("circle", { class: "halo", r: 10 }) : null, markShape(mark, entry.state === "stale"));
}

// Points from the oldest to the newest: [{entry, x, y, element}], and the picture of them all.
function drawing({ entries, now, markOf }, width) {
  const known = entries.filter((entry) => entry.percentage !== undefined).reverse();
  const axis = timeAxis(known.map((entry) => entry.at), width - LEFT - RIGHT);
  const scale = shareScale(known.map((entry) => entry.percentage));
  const y = (share) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (share - scale.low) / (scale.high - scale.low));
  const points = known.map((entry) => ({ entry, x: LEFT + axis.at(entry.at), y: y(entry.percentage) }));
  for (const point of points) point.element = pointOf(point, now, markOf(point.entry), points.length > MANY);
  const lineAt = (cut) => points.findLast((point) => point.x <= LEFT + cut.x + 1)?.y ?? 0;
  const grid = svg("g", { class: "grid", "aria-hidden": "true" }, shareLines(scale, width, y),
    axis.cuts.map((cut) => pause(cut, lineAt(cut))), axis.ticks.map((tick) => tickMark(tick, width)));
  const trail = points.filter((point) => point.entry.state !== "stale")
    .map((point) => `${point.x.toFixed(1)} ${point.y.toFixed(1)}`).join(" ");
  const picture = svg("svg", { width, height: HEIGHT, role: "group",
    "aria-label": "Positions over time. Arrow keys go from one to the next, Enter restores it." },
  grid, svg("polyline", { class: "trail", points: trail, "aria-hidden": "true" }), points.map((point) => point.element));
  return { points, picture };
}

function nearest(points, stage, event) {
  const box = stage.getBoundingClientRect();
  const [x, y] = [event.clientX - box.left, event.clientY - box.top];
  const ranked = points.map((point) => [Math.hypot(point.x - x, point.y - y), point]).sort((a, b) => a[0] - b[0]);
  return ranked.length && ranked[0][0] <= NEAR ? ranked[0][1] : null;
}

// What is said below the chart of the point that is looked at.
function about({ entry }, { now, markOf }, restore) {
  const rest = [kindWords(entry), moment(entry.at * 1000)].filter(Boolean).map((each) => ` · ${each}`);
  return [markIcon(markOf(entry), entry.state === "stale"),
    el("span", {}, el("b", {}, percent(entry.percentage)), " · ", el("bdi", {}, who(entry)), rest,
      el("small", {}, ` ${ago(entry.at * 1000)}`)),
    entry === now ? el("span", { class: "badge" }, "Now") : button("Restore", () => restore(entry), {
      class: "plain", tabindex: "-1", "aria-label": `Restore ${words(entry)}` })];
}

const ARROWS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, Home: -Infinity, End: Infinity };

// {element, show(entries, now, markOf)}: entries newest first; `now` is the one that counts. `restore(entry)` when asked.
export function historyChart(restore) {
  const stage = el("div", { class: "chart" });
  const readout = el("p", { class: "readout" });
  const element = el("figure", { class: "history-chart" }, stage, readout);
  let [points, shown, chosen, width] = [[], null, null, 0];

  const choose = (point, focus = false) => {
    chosen?.element.classList.remove("chosen");
    chosen?.element.setAttribute("tabindex", "-1");
    chosen = point;
    point.element.classList.add("chosen");
    point.element.setAttribute("tabindex", "0");
    readout.replaceChildren(...about(point, shown, restore));
    if (focus) point.element.focus();
  };
  const act = (point) => { if (point.entry !== shown.now) restore(point.entry); };
  const draw = () => {
    element.hidden = !shown.entries.some((entry) => entry.percentage !== undefined);
    if (element.hidden || !width) return;
    const had = stage.contains(document.activeElement);
    const drawn = drawing(shown, width);
    [points, chosen] = [drawn.points, null];
    stage.replaceChildren(drawn.picture);
    choose(points.find((point) => point.entry === shown.now) ?? points.at(-1), had);
  };

  stage.addEventListener("focusin", (event) => {
    const point = points.find((each) => each.element === event.target);
    if (point && point !== chosen) choose(point);
  });
  stage.addEventListener("keydown", (event) => {
    const step = ARROWS[event.key];
    if (step === undefined && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    if (step) choose(points[Math.max(0, Math.min(points.length - 1, points.indexOf(chosen) + step))], true);
    else act(chosen);
  });
  stage.addEventListener("pointermove", (event) => {
    const point = nearest(points, stage, event);
    stage.classList.toggle("over", Boolean(point));
    if (point && point !== chosen && event.pointerType === "mouse") choose(point);
  });
  // A finger has no way to look first: its first touch shows, the second restores.
  let before = null;
  stage.addEventListener("pointerdown", () => { before = chosen; });
  stage.addEventListener("click", (event) => {
    const point = nearest(points, stage, event);
    if (!point) return;
    if (event.pointerType === "mouse" || event.detail === 0 || point === before) act(point);
    choose(point, true);
  });
  whenWide(stage, (wide) => { width = wide; if (shown) draw(); });
  return { element, show(entries, now, markOf) { shown = { entries, now, markOf }; draw(); } };
}
