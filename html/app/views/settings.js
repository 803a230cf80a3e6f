// Audiobookshelf: where it is, and who is who there.
import * as api from "../api.js";
import { checkList } from "../components/checks.js";
import { attempt, note } from "../components/notes.js";
import { button, el, field, form } from "../dom.js";

const CONFIG = "/admin/audiobookshelf/config";
const WORDS = {
  AUDIOBOOKSHELF_BASE_URL: ["Address of Audiobookshelf", "https://books.example, also with a path"],
  AUDIOBOOKSHELF_API_KEY: ["API key for everybody", "For accounts that the user map does not name. In Audiobookshelf: Settings › API Keys"],
  AUDIOBOOKSHELF_USER_MAP: ["User map", "Who is who: {\"ann\": {\"api_key\": \"…\"}, \"bob\": \"a key\"}. Keys shown as asterisks stay as they are"],
  AUDIOBOOKSHELF_DOCUMENT_MAP: ["Document map", "For all accounts: {\"document id\": \"library item id\"}"],
  AUDIOBOOKSHELF_DEVICE_NAME: ["Name on the readers", "What KOReader shows for positions from there"],
  AUDIOBOOKSHELF_HTTP_TIMEOUT: ["Longest wait, in ms", "100 to 120000"],
  AUDIOBOOKSHELF_USER_ID: ["User id", "Only for servers that have progress routes for a user"],
  AUDIOBOOKSHELF_USER_TOKEN: ["User token", "Sent as X-ABS-User-Token, for proxies that want it"],
};
const ORDER = Object.keys(WORDS);
const ORIGINS = { override: "set here", environment: "from the environment", default: "not set" };
const MAPS = ["AUDIOBOOKSHELF_USER_MAP", "AUDIOBOOKSHELF_DOCUMENT_MAP"];

function pretty(value) {
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}

// Bytes of UTF-8 to characters of the text.
const characters = (text, bytes) => new TextDecoder().decode(new TextEncoder().encode(text).slice(0, bytes)).length;

function settingField(setting) {
  const isMap = MAPS.includes(setting.name);
  const [label, hint] = WORDS[setting.name];
  const value = setting.value === null ? "" : isMap ? pretty(setting.value) : setting.value;
  const made = field(label, { value, spellcheck: "false", autocomplete: "off", rows: isMap ? 6 : null,
    class: isMap ? "mono" : null }, hint);
  made.shown = value;
  made.setting = setting;
  made.element.querySelector("label").append(" ", el("span", { class: `badge ${setting.origin}` }, ORIGINS[setting.origin]));
  if (setting.origin === "override") {
    const undo = button("Remove what is set here", () => { made.removed = true; made.input.value = ""; undo.remove(); }, { class: "plain" });
    made.element.append(undo);
  }
  made.input.addEventListener("input", () => made.fail(""));
  return made;
}

function showError(fields, error) {
  const wrong = fields.find((each) => each.setting.name === error.field);
  if (!wrong) return note(error.message, { wrong: true });
  wrong.fail(`This ${error.message}.`.replace("..", "."));
  if (error.offset !== undefined) {
    const at = characters(wrong.input.value, error.offset);
    wrong.input.setSelectionRange(at, at + 1);
  }
  return undefined;
}

function changesOf(fields) {
  const changes = {};
  for (const { input, shown, setting, removed } of fields) {
    if (removed && !input.value) changes[setting.name] = null;
    else if (input.value !== shown) changes[setting.name] = input.value || null;
  }
  return changes;
}

function fixedSettings(settings) {
  return el("details", {}, el("summary", {}, "Only from the environment"), el("dl", {}, settings.flatMap((each) => [
    el("dt", {}, el("code", {}, each.name)), el("dd", {}, each.value ?? "not set")])));
}

export async function settingsView(place) {
  const load = async () => {
    const config = await attempt(() => api.get(CONFIG));
    if (!config) return;
    const fields = ORDER.map((name) => config.settings.find((each) => each.name === name)).filter(Boolean).map(settingField);
    const outcome = el("div", { role: "status" });
    const tried = async (work) => {
      outcome.replaceChildren(el("p", { class: "quiet" }, "Trying…"));
      try {
        const answer = await work();
        outcome.replaceChildren(checkList(answer));
      } catch (error) {
        outcome.replaceChildren();
        showError(fields, error);
      }
    };
    const test = button("Test the connection", () => tried(() => api.call("POST", "/admin/audiobookshelf/status",
      { settings: changesOf(fields) })), { class: "second" });
    const save = async () => {
      const settings = changesOf(fields);
      if (!Object.keys(settings).length) { note("Nothing has been changed."); return; }
      try {
        await api.call("PUT", CONFIG, { version: config.version, settings });
        note("Saved. It counts from now on.");
        await new Promise((resume) => { setTimeout(resume, 1100); }); // the other workers look once a second
        await attempt(api.refresh);
        await load();
      } catch (error) {
        if (error.status === 409) note("Somebody else has changed the settings meanwhile. Your text is still here: open this page again to see theirs.", { wrong: true });
        else showError(fields, error);
      }
    };
    const [first, rest] = [fields.slice(0, 3), fields.slice(3)];
    place.replaceChildren(el("h1", {}, "Audiobookshelf"),
      config.configured ? null : el("p", { class: "lead" }, "Give the address and a key, and your place in the e-book and in the audiobook stay together."),
      config.problems.map((problem) => el("p", { class: "wrong" }, `${problem.name} ${problem.message}.`)),
      el("section", { class: "card" }, form(save, first.map((each) => each.element),
        el("details", { open: rest.some((each) => each.setting.origin !== "default") }, el("summary", {}, "More"), rest.map((each) => each.element)),
        el("div", { class: "actions" }, el("button", { type: "submit" }, "Save"), test), outcome)),
      fixedSettings(config.settings.filter((each) => !each.editable)));
  };
  await load();
}
