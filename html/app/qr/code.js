// A QR code of a text: byte mode in UTF-8, level M (a seventh of it may be lost), versions 1 to 10.
import { codewords, versionFor } from "./codewords.js";
import { laidOut, putFormat } from "./layout.js";
import { MASKS, penalty } from "./masks.js";

function masked({ modules, places }, mask) {
  const copy = modules.map((row) => row.slice());
  for (const [x, y] of places) if (MASKS[mask](x, y)) copy[y][x] = !copy[y][x];
  putFormat(copy, mask);
  return copy;
}

// Rows of modules, true where dark, without the quiet zone of four around it; null if the text has more than 213 bytes.
// `mask` is the one that reads best, unless it is given.
export function qrCode(text, mask = null) {
  const bytes = new TextEncoder().encode(text);
  const version = versionFor(bytes.length);
  if (version === null) return null;
  const layout = laidOut(codewords(bytes, version), version);
  if (mask !== null) return masked(layout, mask);
  const [best] = MASKS.map((_, each) => masked(layout, each)).map((modules) => [penalty(modules), modules])
    .reduce((found, each) => (each[0] < found[0][0] ? [each] : found), [[Infinity]]);
  return best[1];
}
