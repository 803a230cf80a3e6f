// One's own account: the address for readers, the connection, the password, the way out.
import * as api from "../api.js";
import { checkList } from "../components/checks.js";
import { confirmByName } from "../components/dialog.js";
import { attempt, note } from "../components/notes.js";
import { button, el, field, form } from "../dom.js";

function passwordForm() {
  const password = field("New password", { type: "password", autocomplete: "new-password" }, "Your readers have to log in again.");
  return form(async () => {
    if (!password.input.value) return password.fail("A password is missing.");
    try {
      await api.changePassword(api.who().username, password.input.value);
      password.input.value = "";
      password.fail("");
      return note("The password is changed.");
    } catch (error) {
      return password.fail(error.message);
    }
  }, password.element, el("div", { class: "actions" }, el("button", { type: "submit" }, "Change")));
}

function leave() {
  api.signOut();
  location.hash = "";
  window.dispatchEvent(new Event("koshelf:signed-out"));
}

async function remove() {
  const { username } = api.who();
  const sure = await confirmByName("Delete your account?", "Your books, positions and history go with it. This cannot be undone.", username, "Delete");
  if (!sure) return;
  await attempt(async () => {
    await api.call("DELETE", `/admin/accounts/${api.segment(username)}`);
    leave();
    note("Your account is deleted.");
  });
}

export async function youView(place) {
  const { username, version } = api.who();
  const outcome = el("div", { role: "status" }, el("p", { class: "quiet" }, "Trying…"));
  place.append(el("div", { class: "title-row" }, el("h1", { dir: "auto" }, username), button("Sign out", leave, { class: "second" })),
    el("section", { class: "card" }, el("h2", {}, "For your reader"), el("p", { class: "address" }, el("code", {}, api.serverAddress)),
      el("p", { class: "quiet" }, "KOReader: Tools › Progress sync › Custom sync server, then log in with this name.")),
    el("section", { class: "card" }, el("h2", {}, "Audiobookshelf"), outcome),
    el("section", { class: "card" }, el("h2", {}, "Password"), passwordForm()),
    el("section", { class: "card" }, el("h2", {}, "Leave"), el("p", {}, "Deletes the account with everything that belongs to it."),
      button("Delete my account", remove, { class: "danger" })),
    el("p", { class: "quiet small" }, `Koshelf Sync Server ${version}`));
  try {
    const answer = api.who().configured ? await api.get("/admin/audiobookshelf/status") : null;
    outcome.replaceChildren(answer ? checkList(answer) : el("p", {}, "This server is not connected to Audiobookshelf."));
  } catch (error) {
    outcome.replaceChildren(el("p", { class: "wrong" }, error.message));
  }
}
