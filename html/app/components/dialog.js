// Dialogs that ask something. The promise is the answer, or null if it was dismissed.
import { el, field, form } from "../dom.js";

// `build(finish)` gives the content; `finish(answer)` closes. Whoever goes to another view has dismissed it, unless it `stays`.
export function open(title, build, stays = false) {
  return new Promise((resolve) => {
    const dialog = el("dialog", { "aria-label": title }, el("h2", {}, title));
    const dismiss = () => finish(null);
    const finish = (answer) => {
      window.removeEventListener("hashchange", dismiss);
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    if (!stays) window.addEventListener("hashchange", dismiss);
    dialog.append(build(finish));
    dialog.addEventListener("cancel", dismiss);
    document.body.append(dialog);
    dialog.showModal();
  });
}

const cancel = (finish, words = "Cancel") => el("button", { type: "button", class: "plain", onclick: () => finish(null) }, words);

// Asks for a name to be typed, since what follows cannot be undone. True if it was.
export const confirmByName = (title, text, name, action) => open(title, (finish) => {
  const typed = field(`Type ${name} to go on`, { autocomplete: "off", spellcheck: "false", autocapitalize: "none" });
  return form(() => {
    if (typed.input.value === name) finish(true);
    else typed.fail("That is another name.");
  }, el("p", {}, text), typed.element,
  el("div", { class: "actions" }, el("button", { type: "submit", class: "danger" }, action), cancel(finish)));
});

// Asks before something that does little harm.
export const confirm = (title, text, action) => open(title, (finish) => form(() => finish(true), el("p", {}, text),
  el("div", { class: "actions" }, el("button", { type: "submit", class: "danger" }, action), cancel(finish))));

// Shows something until it is closed.
export const tell = (title, ...content) => open(title, (finish) => form(() => finish(true), content,
  el("div", { class: "actions" }, el("button", { type: "submit" }, "Done"))));

// Asks for a password; `check` gets it and throws if it is not good. `username` tells a password manager whose it is.
export const askPassword = (title, text, action, check, { username = "", fresh = false } = {}) => open(title, (finish) => {
  const password = field("Password", { type: "password", autocomplete: fresh ? "new-password" : "current-password" });
  return form(async () => {
    if (!password.input.value) return password.fail("A password is missing.");
    try {
      await check(password.input.value);
      return finish(true);
    } catch (error) {
      return password.fail(error.status === 401 ? "That is not the password." : error.message);
    }
  }, el("p", {}, text), el("input", { type: "text", autocomplete: "username", value: username, hidden: true, readonly: true }),
  password.element,
  el("div", { class: "actions" }, el("button", { type: "submit" }, action), cancel(finish)));
}, true);
