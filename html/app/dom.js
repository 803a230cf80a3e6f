// Building elements. Text only ever becomes a text node: nothing that comes from elsewhere is markup.

// el("p", {class: "x", onclick: f, hidden: true}, "text", child, …)
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value") element.value = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// A button that cannot be pressed again while its work goes on.
export function button(label, work, attributes = {}) {
  const element = el("button", { type: "button", ...attributes }, label);
  element.addEventListener("click", async () => {
    if (element.getAttribute("aria-busy") === "true") return;
    element.setAttribute("aria-busy", "true");
    try {
      await work(element);
    } finally {
      element.removeAttribute("aria-busy");
    }
  });
  return element;
}

let fields = 0;

// A labelled input with room for what is wrong with it: {element, input, fail(message)}.
export function field(label, attributes = {}, hint = null) {
  fields += 1;
  const id = `field-${fields}`;
  const input = el(attributes.rows ? "textarea" : "input", { id, "aria-describedby": `${id}-note`, ...attributes });
  const note = el("span", { id: `${id}-note`, class: "hint" }, hint ?? "");
  const fail = (message) => {
    note.textContent = message || hint || "";
    note.classList.toggle("wrong", Boolean(message));
    input.toggleAttribute("aria-invalid", Boolean(message));
    if (message) {
      input.setAttribute("aria-invalid", "true");
      input.focus();
    }
  };
  const element = el("div", { class: "field" }, el("label", { for: id }, label), input, note);
  return { element, input, fail };
}

export function form(submit, ...children) {
  const element = el("form", { novalidate: true }, ...children);
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (element.getAttribute("aria-busy") === "true") return;
    element.setAttribute("aria-busy", "true");
    try {
      await submit();
    } finally {
      element.removeAttribute("aria-busy");
    }
  });
  return element;
}
