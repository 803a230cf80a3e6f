// Accounts, for administrators.
import * as api from "../api.js";
import { askPassword, confirmByName } from "../components/dialog.js";
import { attempt, note } from "../components/notes.js";
import { button, el, field, form } from "../dom.js";
import { ago } from "../format.js";
import { md5 } from "../md5.js";

function row(account, reload) {
  const { username } = account;
  const path = `/admin/accounts/${api.segment(username)}`;
  const setPassword = () => askPassword(`New password for ${username}`, "All devices of this account have to log in again.", "Set",
    (password) => api.changePassword(username, password), { autocomplete: "new-password" }).then((done) => done && note("The password is set."));
  const remove = async () => {
    const books = account.documents === 1 ? "1 book" : `${account.documents} books`;
    const sure = await confirmByName(`Delete ${username}?`, `${books} with their positions and history go with it. This cannot be undone.`, username, "Delete");
    if (!sure) return;
    await attempt(async () => {
      await api.call("DELETE", path);
      note(`${username} is deleted.`);
      await reload();
    });
  };
  const own = username === api.who().username;
  return el("li", {}, el("div", {}, el("b", { dir: "auto" }, username), " ",
    account.role === "admin" ? el("span", { class: "badge" }, "Administrator") : null, " ",
    account.connected ? el("span", { class: "badge exact" }, "Audiobookshelf") : null,
    el("p", { class: "quiet" }, `${account.documents} ${account.documents === 1 ? "book" : "books"}`,
      account.last_seen ? ` · seen ${ago(account.last_seen * 1000)}` : "")),
  el("div", { class: "actions" }, button("Password", setPassword, { class: "second", "aria-label": `Password of ${username}` }),
    own ? null : button("Delete", remove, { class: "second", "aria-label": `Delete ${username}` })));
}

function creation(reload) {
  const name = field("Name", { autocomplete: "off", autocapitalize: "none", spellcheck: "false" });
  const password = field("Password", { type: "password", autocomplete: "new-password" });
  return form(async () => {
    name.fail("");
    password.fail("");
    if (!name.input.value || name.input.value.includes(":")) return name.fail("A name without a colon, please.");
    if (!password.input.value) return password.fail("A password is missing.");
    try {
      await api.call("POST", "/admin/accounts", { username: name.input.value, password: md5(password.input.value) });
      note(`${name.input.value} can log in now.`);
      name.input.value = "";
      password.input.value = "";
      return await reload();
    } catch (error) {
      return name.fail(error.message);
    }
  }, el("div", { class: "side-by-side" }, name.element, password.element), el("div", { class: "actions" },
    el("button", { type: "submit" }, "Create the account")));
}

export async function accountsView(place) {
  const list = el("ul", { class: "items" });
  const below = el("div", { class: "below" });
  let cursor = null;
  const load = (more) => attempt(async () => {
    const page = await api.get(`/admin/accounts${api.query({ cursor: more ? cursor : null })}`);
    cursor = page.next;
    const rows = page.accounts.map((account) => row(account, () => load(false)));
    if (more) list.append(...rows);
    else list.replaceChildren(...rows);
    below.replaceChildren(cursor ? button("Show more", () => load(true)) : "");
  });
  place.append(el("h1", {}, "Accounts"), el("section", { class: "card" }, list, below),
    el("section", { class: "card" }, el("h2", {}, "A new account"), creation(() => load(false))));
  await load(false);
}
