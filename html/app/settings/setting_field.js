// A setting with its origin, and a way to take back what is set here.
import { button, el, field } from "../dom.js";
import { mapField, pretty } from "./map_field.js";
import { DOCUMENTS, USERS } from "./map_table.js";
import { DOCUMENT_MAP, originOf, USER_MAP, WORDS } from "./words.js";

const KINDS = { [USER_MAP]: USERS, [DOCUMENT_MAP]: DOCUMENTS };

function build(setting, suggestions) {
  const [label, hint] = WORDS[setting.name];
  const kind = KINDS[setting.name];
  const shown = kind ? pretty(setting.value ?? "") : setting.value ?? "";
  if (kind) return { shown, ...mapField(kind, label, shown, hint, kind === USERS ? suggestions : null) };
  const made = field(label, { value: shown, placeholder: setting.default, spellcheck: "false", autocomplete: "off",
    class: setting.secret ? "mono" : null }, hint);
  return { shown, ...made, text: () => made.input.value, check: () => true };
}

// {name, element, change(), check(), fail(message, byte offset)}. `change()` is undefined where nothing was changed, and null
// where what is set here is to be removed.
export function settingField(setting, suggestions) {
  const made = build(setting, suggestions);
  let removed = false;
  made.element.querySelector("label").append(" ", el("span", { class: `badge ${setting.origin}` }, originOf(setting)));
  if (setting.origin === "override") {
    const undo = button("Remove what is set here", () => {
      removed = !removed;
      made.element.classList.toggle("removed", removed);
      undo.textContent = removed ? "Keep what is set here" : "Remove what is set here";
    }, { class: "plain small" });
    made.element.append(undo);
  }
  made.input.addEventListener("input", () => made.fail(""));
  const change = () => {
    if (removed) return null;
    return made.text() === made.shown ? undefined : made.text() || null;
  };
  return { name: setting.name, element: made.element, change, check: () => removed || made.check(), fail: made.fail };
}
