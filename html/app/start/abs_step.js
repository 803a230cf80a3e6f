// Of the guided start: Audiobookshelf, by address and key, tried before anything is kept.
import * as api from "../api.js";
import { checkList, tryConnection, whoRunsThis } from "../components/checks.js";
import { note } from "../components/notes.js";
import { load } from "../components/states.js";
import { button, el, field, fill, form } from "../dom.js";
import { addressOf, changedOf, changesFor, CONFIG, settled, tryChanges } from "../settings/connect.js";

async function connected(place) {
  const outcome = el("div", { role: "status" }, el("p", { class: "quiet" }, "Trying the connection…"));
  fill(place, el("h2", {}, "Audiobookshelf"), el("p", {}, "This account is connected."), outcome,
    api.isAdmin() ? el("p", { class: "quiet" }, el("a", { href: "#/settings" }, "All settings")) : null);
  await tryConnection(outcome);
}

function onlyAdministrators(place) {
  fill(place, el("h2", {}, "Audiobookshelf"),
    el("p", {}, "This account is not connected to Audiobookshelf. Whoever runs this server can do that, with an "
    + "API key of your user there. Your readers share their place without it."),
    whoRunsThis());
}

const keyHelp = () => el("details", {}, el("summary", {}, "Where do I get a key?"), el("ol", { class: "numbered" },
  el("li", {}, "Open Audiobookshelf as an administrator and go to ", el("b", {}, "Settings › API Keys"), "."),
  el("li", {}, "Add a key. As its user, choose ", el("b", {}, "yourself"), ": it is your place in the audiobook that is kept."),
  el("li", {}, "Switch the key on, and copy it at once: it is shown only then.")));

function connectForm(first, done) {
  let config = first;
  const address = field("Address of Audiobookshelf",
    { value: addressOf(config), placeholder: "https://books.example", inputmode: "url",
    autocomplete: "off", spellcheck: "false", autocapitalize: "none" }, "As you type it into a browser, also with a path");
  const key = field("Your API key", { autocomplete: "off", spellcheck: "false", autocapitalize: "none" },
    "It is encrypted before it is stored, and never shown again");
  const outcome = el("div", { role: "status" });
  const changes = () => {
    address.fail("");
    key.fail("");
    if (!address.input.value.trim()) return address.fail("Where is Audiobookshelf?");
    if (!key.input.value.trim()) return key.fail("A key is missing.");
    return changesFor(config, address.input.value.trim(), key.input.value.trim());
  };
  // Somebody may have saved meanwhile: what is not ours stays theirs, and what is is not overwritten unseen.
  const put = async (settings) => {
    try {
      await api.call("PUT", CONFIG, { version: config.version, settings });
    } catch (error) {
      if (error.status !== 409) throw error;
      const before = config;
      config = await api.get(CONFIG);
      const changed = changedOf(before, config);
      if (changed) throw new Error(`Somebody has changed the settings meanwhile: ${changed}. Connect again to have yours.`);
      await api.call("PUT", CONFIG, { version: config.version, settings: changes() });
    }
  };
  const showError = (error) => {
    if (error.field === "AUDIOBOOKSHELF_BASE_URL") address.fail(`This ${error.message}.`);
    else if (error.field) key.fail(`The user map ${error.message}.`);
    else fill(outcome, el("p", { class: "wrong" }, error.message));
  };
  const attempt = async (keep) => {
    try {
      const settings = changes();
      if (!settings) return;
      fill(outcome, el("p", { class: "quiet" }, "Trying…"));
      const answer = await tryChanges(settings);
      fill(outcome, checkList(answer));
      if (!keep || !answer.ok) return;
      await put(settings);
      await settled(config.version);
      note("Connected to Audiobookshelf.");
      done();
    } catch (error) {
      showError(error);
    }
  };
  return form(() => attempt(true), address.element, key.element, keyHelp(), el("div", { class: "actions" },
    el("button", { type: "submit" }, "Test and connect"), button("Only test", () => attempt(false), { class: "second" })),
      outcome);
}

export function absStep(place, { changed }) {
  const show = async () => {
    if (api.who().connected) await connected(place);
    else if (!api.isAdmin()) onlyAdministrators(place);
    else {
      await load(place, () => api.get(CONFIG), (config) => fill(place, el("h2", {}, "Audiobookshelf"),
        el("p", {}, "Give the address and a key, and your place in the e-book and in the audiobook stay together. "
          + "Not now? This step can wait."),
        connectForm(config, () => { changed({ abs: true }); show(); })));
    }
  };
  show();
  return null;
}
