// Building elements. Text only ever becomes a text node: nothing that comes from elsewhere is markup.

const present = (child) => child !== null && child !== undefined && child !== false;

// el("p", {class: "x", onclick: f, hidden: true}, "text", child, …)
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value") element.value = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter(present));
  return element;
}

// The children in the place of what is there, without those that are null or false.
export function fill(element, ...children) {
  element.replaceChildren(...children.flat().filter(present));
  return element;
}

async function busy(element, work) {
  if (element.getAttribute("aria-busy") === "true") return;
  element.setAttribute("aria-busy", "true");
  try {
    await work(element);
  } finally {
    element.removeAttribute("aria-busy");
  }
}

// A button that cannot be pressed again while its work goes on.
export function button(label, work, attributes = {}) {
  const element = el("button", { type: "button", ...attributes }, label);
  element.addEventListener("click", () => busy(element, work));
  return element;
}

let fields = 0;

function control(id, { rows, options, ...attributes }) {
  const common = { id, "aria-describedby": `${id}-note`, ...attributes };
  if (rows) return el("textarea", { rows, ...common });
  if (!options) return el("input", common);
  const { value, ...rest } = common;
  const select = el("select", rest, options.map(([key, label]) => el("option", { value: key }, label)));
  if (value !== undefined) select.value = value;
  return select;
}

// A labelled input with room for what is wrong with it: {element, input, fail(message)}. `rows` makes it a text area,
// `options` ([value, label] each) a list to choose from.
export function field(label, attributes = {}, hint = null) {
  fields += 1;
  const id = `field-${fields}`;
  const input = control(id, attributes);
  const note = el("span", { id: `${id}-note`, class: "hint" }, hint ?? "");
  const fail = (message) => {
    note.textContent = message || hint || "";
    note.classList.toggle("wrong", Boolean(message));
    if (message) {
      input.setAttribute("aria-invalid", "true");
      input.focus();
    } else input.removeAttribute("aria-invalid");
  };
  const element = el("div", { class: "field" }, el("label", { for: id }, label), input, note);
  return { element, input, fail };
}

// A box to tick with its words beside it.
export function tick(label, attributes = {}) {
  const input = el("input", { type: "checkbox", ...attributes });
  return { element: el("label", { class: "tick" }, input, el("span", {}, label)), input };
}

export function form(submit, ...children) {
  const element = el("form", { novalidate: true }, ...children);
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    busy(element, submit);
  });
  return element;
}

// Buttons of which one is pressed: chips(label, [[key, words], …], chosen, choose(key)).
export function chips(label, entries, chosen, choose) {
  const group = el("div", { class: "chips", role: "group", "aria-label": label });
  const press = (key) => group.childNodes.forEach((each, i) => each.setAttribute("aria-pressed", String(entries[i][0] === key)));
  const chip = ([key, words]) => el("button", { type: "button", onclick: () => { press(key); choose(key); } }, words);
  group.append(...entries.map(chip));
  press(chosen);
  group.press = press;
  return group;
}

// "George Eliot · 31:04:05", of which each may be written from right to left.
export const facts = (...words) => words.filter(Boolean).flatMap((each, n) => [n ? " · " : "", el("bdi", {}, each)]);

export const time = (millis, text, exact) => el("time", { datetime: new Date(millis).toISOString(), title: exact }, text);

// Replaces elements within `root`, and leaves the focus on what then has the same data-key; else on its heading.
export function keepingFocus(root, work) {
  const focused = root.contains(document.activeElement) ? document.activeElement : null;
  work();
  if (!focused || root.contains(document.activeElement)) return;
  const key = focused.dataset.key;
  const again = key && [...root.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key);
  (again || root.querySelector("[tabindex='-1']"))?.focus({ preventScroll: true });
}
