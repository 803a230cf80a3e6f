// One's own account: the address for readers, the connection, the password, one's data, the way out.
import * as api from "../api.js";
import { addressPanel } from "../components/address.js";
import { tryConnection, whoRunsThis } from "../components/checks.js";
import { confirmByName } from "../components/dialog.js";
import { attempt, note } from "../components/notes.js";
import { load, progress } from "../components/states.js";
import { button, el, field, fill, form } from "../dom.js";
import { count } from "../format.js";

function passwordForm() {
  const { username } = api.who();
  const password = field("New password", { type: "password", autocomplete: "new-password" },
    "Your readers have to log in again.");
  return form(async () => {
    if (!password.input.value) return password.fail("A password is missing.");
    try {
      await api.changePassword(username, password.input.value);
      password.input.value = "";
      password.fail("");
      return note("The password is changed.");
    } catch (error) {
      return password.fail(error.message);
    }
  }, el("input", { type: "text", autocomplete: "username", value: username, hidden: true, readonly: true }), password.element,
  el("div", { class: "actions" }, el("button", { type: "submit", class: "second" }, "Change the password")));
}

function leave() {
  api.signOut();
  history.replaceState(null, "", "#/library");
  window.dispatchEvent(new Event("koshelf:signed-out"));
}

async function remove() {
  const { username } = api.who();
  const sure = await confirmByName("Delete your account?",
    "Your books, positions and history go with it. This cannot be undone.", username, "Delete");
  if (!sure) return;
  await attempt(async () => {
    await api.call("DELETE", `/admin/accounts/${api.segment(username)}`);
    leave();
    note("Your account is deleted.");
  });
}

// Who administers for others does not leave them alone.
function leaveCard() {
  const place = el("div");
  const offer = () => fill(place, el("p", {}, "Deletes the account with everything that belongs to it."),
    el("div", { class: "actions" }, button("Delete my account", remove, { class: "danger" })));
  if (api.isAdmin()) {
    load(place, () => api.get("/admin/accounts?limit=2"), ({ accounts }) => (accounts.length < 2 ? offer()
      : fill(place, el("p", {}, "You administer this server, and others have accounts here: another administrator has to delete yours."))));
  } else offer();
  return el("section", { class: "card" }, el("h2", {}, "Leave"), place);
}

function download(text, name) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/x-ndjson" }));
  el("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

// Everything of the account as one file: a JSON object a line, as koshelf-ctl import reads it.
function dataCard() {
  const { username } = api.who();
  const place = el("div", { role: "status" });
  const fetchAll = async () => {
    const bar = progress("Collecting…");
    fill(place, bar.element);
    const entries = [];
    try {
      await api.walk(`/admin/accounts/${api.segment(username)}/export`, "lines", (lines, seen) => {
        entries.push(...lines);
        bar.at(null, `${count(seen, "entry", "entries")} so far…`);
      });
      download(`${entries.map((entry) => JSON.stringify(entry)).join("\n")}\n`, `${username.replace(/[^\w.-]+/g, "_")}.jsonl`);
      fill(place, el("p", {}, `Done: ${count(entries.length, "entry", "entries")}. The file is with your downloads.`));
    } catch (error) {
      fill(place, el("p", { class: "wrong" }, error.message));
    }
  };
  return el("section", { class: "card" }, el("h2", {}, "Your data"),
    el("p", {}, "Your books, positions, history and links as one file, a JSON object a line. Your password is not in it."),
    el("div", { class: "actions" }, button("Download my data", fetchAll, { class: "second" })), place);
}

function connectionCard() {
  const outcome = el("div", { role: "status" }, el("p", { class: "quiet" }, "Trying…"));
  const { configured, connected } = api.who();
  if (!configured) {
    fill(outcome, el("p", {}, "This server is not connected to Audiobookshelf."),
      api.isAdmin() ? el("a", { class: "button second", href: "#/start/audiobookshelf" }, "Connect it") : null);
  } else if (!connected && !api.isAdmin()) {
    fill(outcome, el("p", {}, "This account is not connected to Audiobookshelf. Ask who runs this server."),
      whoRunsThis());
  } else tryConnection(outcome);
  return el("section", { class: "card" }, el("h2", {}, "Audiobookshelf"), outcome);
}

export async function youView(place) {
  const { username, version } = api.who();
  fill(place, el("div", { class: "title-row" }, el("h1", { dir: "auto" }, username),
    button("Sign out", leave, { class: "second" })),
    el("section", { class: "card" }, el("h2", {}, "For your reader"), addressPanel(),
      el("p", {}, "KOReader: Tools › Progress sync › Custom sync server, then log in with this name. ",
        el("a", { href: "#/start" }, "Step by step"))),
    el("div", { class: "columns" }, connectionCard(),
      el("section", { class: "card" }, el("h2", {}, "Password"), passwordForm()), dataCard(),
      leaveCard()),
    el("p", { class: "quiet small" }, `Koshelf Sync Server ${version}`));
}
