// Accounts, for administrators.
import * as api from "../api.js";
import { invitations } from "../accounts/invitations.js";
import { note } from "../components/notes.js";
import { failed, skeleton } from "../components/states.js";
import { button, el, field, fill, form } from "../dom.js";
import { ago, count } from "../format.js";
import { md5 } from "../md5.js";

function row(account) {
  const { username } = account;
  const facts = [count(account.documents, "book"), account.devices === undefined ? "" : count(account.devices, "device"),
    account.last_seen ? `seen ${ago(account.last_seen * 1000)}` : "never seen"];
  return el("li", {}, el("a", { class: "account-row", href: `#/account/${api.segment(username)}` },
    el("span", { class: "initial", "aria-hidden": "true" }, Array.from(username)[0]),
    el("span", {}, el("b", { dir: "auto" }, username), " ",
      account.role === "admin" ? el("span", { class: "badge" }, "Administrator") : null, " ",
      account.connected ? el("span", { class: "badge exact" }, "Audiobookshelf") : null,
      el("span", { class: "quiet block" }, facts.filter(Boolean).join(" · "))),
        el("span", { class: "chevron", "aria-hidden": "true" }, "›")));
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
      return (error.field === "password" ? password : name).fail(error.message);
    }
  }, el("div", { class: "side-by-side" }, name.element, password.element), el("div", { class: "actions" },
    el("button", { type: "submit" }, "Create the account")));
}

export async function accountsView(place) {
  const list = el("ul", { class: "items accounts-list" });
  const below = el("div", { class: "below" });
  const load = async (cursor) => {
    try {
      const page = await api.get(`/admin/accounts${api.query({ cursor })}`);
      if (!cursor) fill(list);
      list.append(...page.accounts.map(row));
      fill(below, page.next ? button("Show more", () => load(page.next), { class: "second" }) : null);
    } catch (error) {
      fill(below, failed(error, () => load(cursor)));
    }
  };
  const title = el("h1", {}, "Accounts");
  fill(place, title, skeleton(3, "block"));
  await load(null);
  fill(place, title, el("section", { class: "card" }, list, below),
    el("section", { class: "card" }, el("h2", {}, "A new account"), creation(() => load(null))), invitations());
}
