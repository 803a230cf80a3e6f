// How a device is told from the others: by colour, and for those who see few colours by shape.
import { svg } from "../svg.js";

// Within a circle of radius 5.
const SHAPES = [
  "M-5 0A5 5 0 1 0 5 0A5 5 0 1 0-5 0Z", // circle
  "M-4.4-4.4H4.4V4.4H-4.4Z", // square
  "M0-5.6L5.4 4.2H-5.4Z", // triangle
  "M0-6L5.4 0L0 6L-5.4 0Z", // diamond
  "M0 5.6L-5.4-4.2H5.4Z", // triangle on its tip
  "M-3-5.2H3L6 0L3 5.2H-3L-6 0Z", // hexagon
  "M-1.9-5.4H1.9V-1.9H5.4V1.9H1.9V5.4H-1.9V1.9H-5.4V-1.9H-1.9Z", // cross
];
const HEARD = "M-6 0A6 6 0 1 0 6 0A6 6 0 1 0-6 0ZM-2.4 0A2.4 2.4 0 1 1 2.4 0A2.4 2.4 0 1 1-2.4 0Z"; // ring
const CONSOLE = "M-5.2-3.2L-3.2-5.2L0-2L3.2-5.2L5.2-3.2L2 0L5.2 3.2L3.2 5.2L0 2L-3.2 5.2L-5.2 3.2L-2 0Z"; // crossed strokes
const COLOURS = 6;

// How a position came about, where a device did not just say it.
export const KINDS = { audiobookshelf: "heard", console: "restored", external: "found" };

// Which mark an entry of the history has: a function of the entry. Names in the order of the alphabet, so that a device
// looks alike at every visit.
export function marksFor(entries) {
  const own = entries.filter((entry) => !(entry.source in KINDS) || entry.source === "external");
  const names = [...new Set(own.map((entry) => entry.device))].sort((a, b) => a.localeCompare(b));
  return (entry) => {
    if (entry.source === "audiobookshelf") return { path: HEARD, colour: "heard" };
    if (entry.source === "console") return { path: CONSOLE, colour: "console" };
    const n = Math.max(0, names.indexOf(entry.device));
    return { path: SHAPES[n % SHAPES.length], colour: `device-${n % COLOURS}` };
  };
}

// The mark of a stale push in general, for legends.
export const STALE = { path: SHAPES[0], colour: "console" };

// Around the origin of a drawing.
export const markShape = (mark, stale) => svg("path", {
  class: `token ${mark.colour}${stale ? " stale" : ""}`, d: mark.path, "fill-rule": "evenodd" });

// A mark by itself, for lists and legends.
export const markIcon = (mark, stale = false) => svg("svg", {
  class: "mark-icon", viewBox: "-8 -8 16 16", "aria-hidden": "true" }, markShape(mark, stale));
