// Keys that a change of the settings takes away. They cannot be shown again, so that is asked about before.
import { confirm } from "../components/dialog.js";
import { KEY_NAME, USER_MAP, USER_TOKEN } from "./words.js";

const SECRETS = [["api_key", "apiKey", "token"], ["user_token", "userToken"]]; // each by the names that the server takes
const isMap = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

// Whether an entry of the map has each of them. One that makes no sense is refused by the server, and takes nothing away.
const secretsIn = (entry) => SECRETS.map((names, n) => (isMap(entry) ? names.some((name) => entry[name])
  : typeof entry !== "string" || (n === 0 && entry !== "")));

// The same of each account in a map as text: [[account, [has, has]], …]. Null if it is no map.
function secretsOf(text) {
  try {
    const map = JSON.parse(text || "{}");
    return isMap(map) ? Object.entries(map).map(([name, entry]) => [name, secretsIn(entry)]) : null;
  } catch {
    return null;
  }
}

// The accounts whose own key or token goes with the change from one map to the other.
function accountsLosing(before, after) {
  const left = secretsOf(after);
  if (!left) return []; // the server refuses it
  const kept = new Map(left);
  return (secretsOf(before) ?? []).filter(([name, secrets]) => secrets.some((has, n) => has && !kept.get(name)?.[n]))
    .map(([name]) => name);
}

// Whose keys go, in words: ["ann", "all accounts that …"]. A setting is lost only where it was set here.
function losers(config, settings) {
  const stored = (name) => config.settings.find((each) => each.name === name && each.origin === "override")?.value;
  const goes = (name) => name in settings && !settings[name] && stored(name);
  const accounts = USER_MAP in settings && stored(USER_MAP) ? accountsLosing(stored(USER_MAP), settings[USER_MAP]) : [];
  const rest = goes(KEY_NAME) || goes(USER_TOKEN);
  return [...accounts, ...(rest ? ["all accounts that the table does not name"] : [])];
}

// True if the change takes no key away, or somebody says that it shall.
export async function mayLose(config, settings) {
  const names = losers(config, settings);
  if (!names.length) return true;
  const whose = names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0];
  return Boolean(await confirm("Remove stored keys?",
    `What is stored here as the key of ${whose} goes. Keys are never shown again: to have them back, you need them from `
    + "elsewhere, or new ones of Audiobookshelf.", "Save and remove"));
}
