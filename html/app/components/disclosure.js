// A button that opens something below it, and closes it again.
import { el } from "../dom.js";

// {opener, place}. `make(close)` gives {element, first}: what opens, and what of it has the focus then.
export function disclosure(label, make) {
  const place = el("div", {});
  const opener = el("button", { type: "button", class: "second", "aria-expanded": "false" }, label);
  const close = () => {
    const inside = place.contains(document.activeElement);
    place.replaceChildren();
    opener.setAttribute("aria-expanded", "false");
    if (inside) opener.focus();
  };
  opener.addEventListener("click", () => {
    if (place.children.length) { close(); return; }
    const made = make(close);
    place.replaceChildren(made.element);
    opener.setAttribute("aria-expanded", "true");
    made.first.focus();
  });
  return { opener, place };
}
