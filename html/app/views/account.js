// One account, for administrators: role, quota, password, devices, books, deletion.
import * as api from "../api.js";
import { askPassword, confirmByName } from "../components/dialog.js";
import { bothPositions, coverOf, lastSeen } from "../components/book_parts.js";
import { attempt, note } from "../components/notes.js";
import { load, skeleton } from "../components/states.js";
import { deviceCard } from "../devices/device_card.js";
import { button, el, field, fill, form, tick } from "../dom.js";
import { ago, count, moment, nameOf } from "../format.js";

const FROM = { environment: "KOSHELF_ADMIN_USERS makes it an administrator, and nothing here takes that back.",
  first: "It is the first account, which administers." };

function roleCard(account, path, reload) {
  const admin = account.role === "admin";
  const own = account.username === api.who().username;
  const given = admin && account.role_from === "environment";
  const say = el("p", { class: "hint", role: "status" });
  const set = (role, undo) => async () => {
    try {
      await api.call("PUT", `${path}/role`, { role });
      note(role === "admin" ? `${account.username} administers now.` : `${account.username} is a reader now.`,
        { undo: undo && set(undo, null) });
      await reload();
    } catch (error) {
      say.textContent = error.message;
      say.classList.add("wrong");
    }
  };
  return el("section", { class: "card" }, el("h2", {}, "Role"),
    el("p", {}, admin ? "An administrator: sees and edits everything." : "A reader: sees and edits only what is its own."),
    admin && FROM[account.role_from] ? el("p", { class: "quiet" }, FROM[account.role_from]) : null,
    own && !given ? el("p", { class: "quiet" }, "Your own role is another administrator’s to change.") : null,
    own || given ? null : el("div", { class: "actions" }, admin ? button("Make it a reader", set("reader", "admin"), { class: "second" })
      : button("Make it an administrator", set("admin", "reader"), { class: "second" })), say);
}

function quotaCard(account, path, reload) {
  const books = field("Books at most", { type: "number", min: 0, inputmode: "numeric", value: account.quota ?? "" },
    "0 for no limit");
  const usual = tick("As the server has it", { checked: !account.quota_own });
  const sync = () => { books.input.disabled = usual.input.checked; };
  usual.input.addEventListener("change", sync);
  sync();
  return el("section", { class: "card" }, el("h2", {}, "Quota"), el("p", { class: "quiet" }, account.quota
    ? `${count(account.documents, "book")} of ${count(account.quota, "book")}` : `${count(account.documents, "book")}, no limit`),
  form(async () => {
    books.fail("");
    const limit = Number(books.input.value);
    const whole = books.input.value !== "" && Number.isInteger(limit) && limit >= 0;
    if (!usual.input.checked && !whole) return books.fail("A whole number, please.");
    try {
      await api.call("PUT", `${path}/quota`, { documents: usual.input.checked ? null : limit });
      note("The quota is set.");
      return await reload();
    } catch (error) {
      return books.fail(error.message);
    }
  }, usual.element, books.element,
    el("div", { class: "actions" }, el("button", { type: "submit", class: "second" }, "Set the quota"))));
}

function dangerCard(account, path) {
  const { username } = account;
  const setPassword = async () => {
    const done = await askPassword(`New password for ${username}`, "All devices of this account have to log in again.", "Set",
      (password) => api.changePassword(username, password), { username, fresh: true });
    if (done) note("The password is set.");
  };
  const remove = async () => {
    const sure = await confirmByName(`Delete ${username}?`,
      `${count(account.documents, "book")} with their positions and history go with it. This cannot be undone.`, username,
      "Delete");
    if (!sure) return;
    await attempt(async () => {
      await api.call("DELETE", path);
      if (api.whose().username === username) api.lookAt(null);
      note(`${username} is deleted.`);
      location.hash = "#/accounts";
    });
  };
  const own = username === api.who().username;
  const see = button("See its books", open(account), { class: "second" });
  return el("section", { class: "card" }, el("h2", {}, "Access"),
    own ? el("p", {}, "This is you. ", el("a", { href: "#/you" }, "Your password and your data"), ".")
    : el("div", { class: "actions" }, see, button("Set a password", setPassword, { class: "second" }),
      button("Delete the account", remove, { class: "danger" })));
}

function devicesCard(username) {
  const list = el("div");
  load(list, () => api.get(`/admin/devices${api.query({ user: username })}`), ({ devices }) => fill(list, devices.length
    ? el("ul", { class: "device-list" }, devices.map((each) => deviceCard(each, null)))
      : el("p", { class: "card" }, "No device has sent anything yet. In KOReader, log in as ", el("bdi", {}, username), " at ",
        el("a", { href: "#/you" }, "the address of this server"), ", and turn a page.")));
  return el("section", {}, el("h2", {}, "Devices"), list);
}

const open = (account) => () => {
  api.lookAt(account);
  location.hash = "#/library";
};

function booksCard(username) {
  const list = el("div");
  const row = (book) => el("li", {}, coverOf(book, 80, username),
    el("div", {}, el("b", { dir: "auto" }, nameOf(book)), bothPositions(book), lastSeen(book)));
  load(list, () => api.get(`/admin/library${api.query({ user: username, limit: 20 })}`),
    ({ documents }) => fill(list, documents.length
    ? el("ul", { class: "book-lines" }, documents.map(row)) : el("p", {}, "No books yet. They come with the pages that are turned on its devices.")));
  return el("section", { class: "card" }, el("h2", {}, "Last read"), list);
}

export async function accountView(place, username) {
  const path = `/admin/accounts/${api.segment(username)}`;
  const content = el("div");
  fill(place, el("p", { class: "back" }, el("a", { href: "#/accounts" }, "‹ Accounts")), el("h1", { dir: "auto" }, username),
    content);
  fill(content, skeleton(3, "block"));
  const rest = el("div", {}, devicesCard(username), booksCard(username));
  const reload = () => load(content, () => api.get(path), (account) => fill(content, el("p", { class: "quiet" }, [
    account.created ? `Made ${moment(account.created * 1000)}` : "",
      account.last_seen ? `seen ${ago(account.last_seen * 1000)}` : "never seen",
    account.connected ? "connected to Audiobookshelf" : "not connected to Audiobookshelf"].filter(Boolean).join(" · ")),
  el("div", { class: "columns" }, roleCard(account, path, reload), quotaCard(account, path, reload),
    dangerCard(account, path)), rest));
  await reload();
}
