// Drawing with elements of SVG, and text that fits where it stands.
const SPACE = "http://www.w3.org/2000/svg";

// svg("path", {class: "x", d: "…", onclick: f}, child, …)
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, typeof value === "number" ? String(Math.round(value * 100) / 100) : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const pen = document.createElement("canvas").getContext("2d");

export function widthOf(text, size, weight = 400) {
  pen.font = `${weight} ${size}px system-ui, -apple-system, "Segoe UI", sans-serif`;
  return pen.measureText(text).width;
}

// As much of the text as fits, with an ellipsis; "" if that would say nothing.
export function fitting(text, width, size) {
  if (widthOf(text, size) <= width) return text;
  const letters = Array.from(text);
  let [low, high] = [0, letters.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (widthOf(`${letters.slice(0, middle).join("")}…`, size) <= width) low = middle;
    else high = middle - 1;
  }
  return low >= 4 ? `${letters.slice(0, low).join("").trimEnd()}…` : "";
}

// Calls `draw(width)` whenever the element has got another width.
export function whenWide(element, draw) {
  let known = 0;
  new ResizeObserver(() => {
    const width = Math.floor(element.clientWidth);
    if (width === known || width === 0) return;
    known = width;
    draw(width);
  }).observe(element);
}
