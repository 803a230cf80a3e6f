// Dialogs that ask something. The promise is the answer, or null if it was dismissed.
import { el, field, form } from "../dom.js";

function open(title, build) {
  return new Promise((resolve) => {
    const dialog = el("dialog", { "aria-label": title }, el("h2", {}, title));
    const finish = (answer) => { dialog.close(); dialog.remove(); resolve(answer); };
    dialog.append(build(finish));
    dialog.addEventListener("cancel", () => finish(null));
    document.body.append(dialog);
    dialog.showModal();
  });
}

const cancel = (finish) => el("button", { type: "button", class: "plain", onclick: () => finish(null) }, "Cancel");

// Asks for a name to be typed, since what follows cannot be undone. True if it was.
export const confirmByName = (title, text, name, action) => open(title, (finish) => {
  const typed = field(`Type ${name} to go on`, { autocomplete: "off", spellcheck: "false" });
  return form(() => {
    if (typed.input.value === name) finish(true);
    else typed.fail("That is another name.");
  }, el("p", {}, text), typed.element,
  el("div", { class: "actions" }, el("button", { type: "submit", class: "danger" }, action), cancel(finish)));
});

// Asks for a password; `check` gets it and throws if it is not good.
export const askPassword = (title, text, action, check, attributes = {}) => open(title, (finish) => {
  const password = field("Password", { type: "password", autocomplete: "current-password", ...attributes });
  return form(async () => {
    if (!password.input.value) return password.fail("A password is missing.");
    try {
      await check(password.input.value);
      return finish(true);
    } catch (error) {
      return password.fail(error.status === 401 ? "That is not the password." : error.message);
    }
  }, el("p", {}, text), password.element,
  el("div", { class: "actions" }, el("button", { type: "submit" }, action), cancel(finish)));
});
