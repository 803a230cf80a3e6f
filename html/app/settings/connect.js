// Connecting one's own account to Audiobookshelf, with what is least: an address and a key.
import * as api from "../api.js";

export const CONFIG = "/admin/audiobookshelf/config";
const URL_NAME = "AUDIOBOOKSHELF_BASE_URL";
const MAP_NAME = "AUDIOBOOKSHELF_USER_MAP";
const PATIENCE = 8; // times
const PAUSE = 400; // ms: the workers look once a second

export const valueOf = (config, name) => config.settings.find((each) => each.name === name)?.value ?? "";
export const addressOf = (config) => valueOf(config, URL_NAME);

// The changes that give this account that key; a key that others have stays theirs. Throws if the map is no JSON.
export function changesFor(config, address, key) {
  const map = JSON.parse(valueOf(config, MAP_NAME) || "{}");
  const { username } = api.who();
  const before = map[username];
  map[username] = typeof before === "object" && before !== null ? { ...before, api_key: key } : { api_key: key };
  return { ...(address !== addressOf(config) && { [URL_NAME]: address }), [MAP_NAME]: JSON.stringify(map) };
}

// What of that has another value in `now` than in `then`, in words; "" if nothing has.
export function changedOf(then, now) {
  const { username } = api.who();
  const own = (config) => JSON.stringify(JSON.parse(valueOf(config, MAP_NAME) || "{}")[username]);
  return [addressOf(then) !== addressOf(now) && `the address is ${addressOf(now) || "removed"} now`,
    own(then) !== own(now) && "your account has another key now"].filter(Boolean).join(", and ");
}

export const tryChanges = (settings) => api.call("POST", "/admin/audiobookshelf/status", { settings });

// Until the worker that is asked knows the new settings.
export async function settled(version) {
  for (let look = 0; look < PATIENCE; look += 1) {
    const config = await api.get(CONFIG);
    await api.refresh();
    if (config.version !== version && api.who().configured) return;
    await new Promise((resume) => { setTimeout(resume, PAUSE); });
  }
}
