// Audiobookshelf: where it is, and who is who there.
import * as api from "../api.js";
import { checkList } from "../components/checks.js";
import { confirm } from "../components/dialog.js";
import { note } from "../components/notes.js";
import { load, skeleton } from "../components/states.js";
import { button, el, fill, form } from "../dom.js";
import { CONFIG, settled, tryChanges } from "../settings/connect.js";
import { settingField } from "../settings/setting_field.js";
import { KEY_NAME, originOf, URL_NAME, USER_MAP, USER_TOKEN, WORDS } from "../settings/words.js";

const FIRST = [URL_NAME, USER_MAP];
const SUGGESTIONS = "account-names";
const SECRETS = [["api_key", "apiKey", "token"], ["user_token", "userToken"]]; // each by the names that the server takes

function changesOf(fields) {
  if (!fields.every((each) => each.check())) return null;
  return Object.fromEntries(fields.map((each) => [each.name, each.change()]).filter(([, change]) => change !== undefined));
}

function showError(fields, outcome, error) {
  const wrong = fields.find((each) => each.name === error.field);
  if (!wrong) return fill(outcome, el("p", { class: "wrong", role: "alert" }, error.message));
  wrong.element.closest("details")?.setAttribute("open", "");
  return wrong.fail(`This ${error.message}.`.replace("..", "."), error.offset);
}

const fixed = (settings) => el("details", { class: "card" }, el("summary", {}, "Only from the environment"),
  el("dl", { class: "fixed" },
  settings.flatMap((each) => [el("dt", {}, el("code", {}, each.name), " ",
    el("span", { class: `badge ${each.origin}` }, originOf(each))),
    el("dd", {}, each.value ?? each.default ?? "not set")])));

// Accounts that have no row yet are proposed for one.
async function accountNames(list) {
  const { accounts } = await api.get("/admin/accounts?limit=200").catch(() => ({ accounts: [] }));
  fill(list, accounts.map(({ username }) => el("option", { value: username })));
}

// [account, n] for each secret of a map. What is neither text nor object is refused by the server, and takes nothing away.
const secretsOf = (map) => Object.entries(JSON.parse(map || "{}")).flatMap(([name, entry]) => SECRETS.map((names, n) => (
  typeof entry === "object" ? names.some((each) => entry?.[each]) && [name, n] : (!n || typeof entry !== "string") && [name, n])))
  .filter(Boolean);

// Whose keys go with the change, of those that are stored here.
function losing(config, settings) {
  const goes = (name) => name in settings && config.settings.find((each) => each.name === name && each.origin === "override")?.value;
  const left = secretsOf(settings[USER_MAP]).map(String);
  const accounts = secretsOf(goes(USER_MAP)).filter((each) => !left.includes(String(each))).map(([name]) => name);
  const rest = [KEY_NAME, USER_TOKEN].some((name) => goes(name) && !settings[name]);
  return [...new Set(accounts), ...(rest ? ["all accounts that the table does not name"] : [])];
}

// True if the change takes no key away, which nobody could see again, or somebody says that it shall.
async function mayLose(config, settings) {
  const names = losing(config, settings);
  return !names.length || confirm("Remove stored keys?", `The key of ${names.join(", ").replace(/, ([^,]*)$/, " and $1")} goes. `
    + "Keys are never shown again: to have it back, you need it from elsewhere, or a new one.", "Save and remove");
}

function conflict(outcome, mine, theirs) {
  fill(outcome, el("div", { class: "empty failed", role: "alert" },
    el("p", {}, "Somebody else has changed the settings meanwhile. Your text is still here."),
    el("div", { class: "actions" }, button("Save mine over theirs", mine, { class: "second" }),
      button("Show theirs, drop mine", theirs, { class: "second" }))));
}

// {element, changed()}
function settingsForm(config, reload) {
  const outcome = el("div", { role: "status" });
  const fields = Object.keys(WORDS).map((name) => config.settings.find((each) => each.name === name)).filter(Boolean)
    .map((setting) => settingField(setting, SUGGESTIONS));
  const names = el("datalist", { id: SUGGESTIONS });
  accountNames(names);
  const attempt = async (work) => {
    const settings = changesOf(fields);
    if (!settings) return;
    try {
      await work(settings);
    } catch (error) {
      fill(outcome);
      showError(fields, outcome, error);
    }
  };
  const test = () => attempt(async (settings) => {
    fill(outcome, el("p", { class: "quiet" }, "Trying the connection…"));
    fill(outcome, checkList(await tryChanges(settings)));
  });
  // `current`: what is changed by that.
  const put = async (settings, current) => {
    if (!await mayLose(current, settings)) return;
    await api.call("PUT", CONFIG, { version: current.version, settings });
    note("Saved. It counts from now on.");
    await settled(current.version);
    await reload();
  };
  const save = () => attempt(async (settings) => {
    if (!Object.keys(settings).length) { note("Nothing has been changed."); return; }
    try {
      await put(settings, config);
    } catch (error) {
      if (error.status !== 409) throw error;
      conflict(outcome, () => attempt(async (mine) => put(mine, await api.get(CONFIG))), reload);
    }
  });
  const [first, rest] = [fields.filter((each) => FIRST.includes(each.name)), fields.filter((each) => !FIRST.includes(each.name))];
  const used = rest.some((each) => config.settings.find((setting) => setting.name === each.name).origin !== "default");
  const element = form(save, names, el("section", { class: "card" }, first.map((each) => each.element)),
    el("details", { class: "card", open: used }, el("summary", {}, "More"), rest.map((each) => each.element)),
    el("section", { class: "card outcome" }, el("div", { class: "actions" }, el("button", { type: "submit" }, "Save"),
      button("Test the connection", test, { class: "second" })), outcome));
  return { element, changed: () => fields.some((each) => each.change() !== undefined) };
}

let kept = null; // {username, content, changed()}: what was left with changes that are not saved

// Draws the settings into `content`; `drawn(changed)` is told how to ask whether something is not saved.
async function draw(content, drawn) {
  const reload = () => load(content, () => api.get(CONFIG), (config) => {
    const { element, changed } = settingsForm(config, reload);
    drawn(changed);
    fill(content, config.configured ? null : el("p", { class: "lead" },
      "Give the address and a key, and your place in the e-book and in the audiobook stay together."),
    config.problems.map((problem) => el("p", { class: "wrong" }, `${problem.name} ${problem.message}.`)),
    element, fixed(config.settings.filter((each) => !each.editable)));
  });
  await reload();
}

export async function settingsView(place) {
  const { username } = api.who();
  let state = kept?.username === username ? kept : null;
  kept = null;
  if (state) note("What you had changed and not saved is still here.");
  else state = { username, content: el("div", {}, skeleton(3, "block")), changed: () => false };
  fill(place, el("h1", {}, "Audiobookshelf"), state.content);
  if (state.content.querySelector(".skeletons")) await draw(state.content, (changed) => { state.changed = changed; });
  return () => { if (state.changed()) kept = state; };
}
