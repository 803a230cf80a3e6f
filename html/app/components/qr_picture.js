// A QR code as a picture: dark on light, also in the dark, with its quiet zone.
import { qrCode } from "../qr/code.js";
import { svg } from "../svg.js";

const QUIET = 4;

// Null if the text is too long for a code.
export function qrPicture(text) {
  const modules = qrCode(text);
  if (!modules) return null;
  const size = modules.length + 2 * QUIET;
  const path = modules.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : ""))).join("");
  return svg("svg", { class: "qr", viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": `QR code of ${text}`,
    "shape-rendering": "crispEdges" }, svg("rect", { class: "paper", width: size, height: size }), svg("path", { d: path }));
}
