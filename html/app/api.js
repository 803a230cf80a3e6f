// Talking to the server: the admin routes with the credentials of this tab.
import { md5 } from "./md5.js";

// The page may be served below a base path, and as /audiobookshelf or /audiobookshelf/.
export const basePath = location.pathname.replace(/\/(audiobookshelf\/?|index\.html)?$/, "");
export const serverAddress = location.origin + basePath;

// Where the protocol says less to people than to devices.
const WORDS = { 1000: "The server is there, but Redis, where it keeps everything, is not." };

export class ApiError extends Error {
  constructor(status, body) {
    super(WORDS[body.code] ?? body.message ?? "The server gave an answer that cannot be read.");
    this.status = status;
    this.code = body.code;
    this.field = body.field;
    this.offset = body.offset;
  }
}

const KEY = "koshelf";
// What nginx says of its pool, as another proxy in front of it would, and the server of its Redis.
const AWAY = [502, 503, 504, 1000];
const isAway = (code) => AWAY.includes(code) || (code >= 520 && code <= 530); // Cloudflare has numbers of its own
const SILENT = "The server does not answer. Is it running, and are you online?";
const SUBJECT = "koshelf-subject";
let session = null; // {username, key, role, connected, …}
let subject = null; // {username, connected}: whose books an administrator looks at, if not their own
let signInAgain = null; // asks for the password; resolves when there is a session again
const listeners = new Set();

export const who = () => session;
export const isAdmin = () => session?.role === "admin";
// Whose books are looked at: {username, connected, …}.
export const whose = () => subject ?? session;
export const isOwn = () => subject === null;
// The same as a parameter, of every request that is about books, devices or the library. Whoever starts something keeps it,
// since it may be undone or go on after somebody has gone back to their own.
export const owner = () => (isAdmin() ? { user: whose().username } : {});
export const onReachable = (listener) => listeners.add(listener);
export const whenExpired = (ask) => { signInAgain = ask; };

function tellReachable(reachable) {
  listeners.forEach((listener) => listener(reachable));
}

function header(text) {
  // Headers carry bytes: the name in UTF-8, one character for each.
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}

async function send(method, path, body, { credentials = session, cache = "no-store" } = {}) {
  const headers = { Accept: "application/json" };
  if (credentials) {
    headers["x-auth-user"] = header(credentials.username);
    headers["x-auth-key"] = credentials.key;
  }
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(basePath + path, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body), cache,
    });
  } catch {
    tellReachable(false);
    throw new ApiError(0, { message: SILENT });
  }
  return answer;
}

async function json(answer) {
  const body = await answer.json().catch(() => null); // a proxy has a page of its own
  const away = isAway(body?.code ?? answer.status);
  tellReachable(!away);
  if (!answer.ok || !body) throw new ApiError(answer.status, body ?? (away ? { message: SILENT } : {}));
  return body;
}

// The answer's JSON. An expired session is asked for once more, and the request repeated.
export async function call(method, path, body) {
  const sent = session;
  const answer = await send(method, path, body);
  if (answer.status !== 401 || !session || !signInAgain || sent?.username !== session.username) return json(answer);
  // A key that was changed while this was under way is no reason to ask.
  if (sent.key === session.key) await signInAgain();
  return json(await send(method, path, body));
}

// From here on the books, devices and log of that account, as its administrator; null: one's own again.
export function lookAt(account) {
  subject = account && account.username !== session.username ? { username: account.username, connected: account.connected } : null;
  if (subject) sessionStorage.setItem(SUBJECT, JSON.stringify(subject));
  else sessionStorage.removeItem(SUBJECT);
}

export const get = (path) => call("GET", path);
export const segment = encodeURIComponent;

export function query(parameters) {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value) text.set(name, value);
  // The server takes a plus sign for what it is.
  const joined = text.toString().replaceAll("+", "%20");
  return joined ? `?${joined}` : "";
}

// The address of a cover's bytes within this page; null if that account, `user`, has none there. Throws if it cannot be
// had now. The browser keeps covers as long as the server says, those of each account under an address of their own.
export async function cover(item, width, user) {
  const path = `/admin/audiobookshelf/cover${query({ id: item, width, user })}`;
  const answer = await send("GET", path, undefined, { cache: "default" });
  if (answer.ok) return URL.createObjectURL(await answer.blob());
  if (answer.status === 404) return null;
  throw new ApiError(answer.status, {});
}

export const setup = async () => json(await send("GET", "/admin/setup", undefined, { credentials: null }));

// Name and key stay in this tab, or in this browser if somebody wanted that.
const remembered = () => sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);

function forget() {
  sessionStorage.removeItem(KEY);
  localStorage.removeItem(KEY);
}

function forgetAll() {
  forget();
  sessionStorage.removeItem(SUBJECT);
  subject = null;
}

function keep({ username, key }, stay) {
  forget();
  (stay ? localStorage : sessionStorage).setItem(KEY, JSON.stringify({ username, key }));
}

async function open(credentials, stay = localStorage.getItem(KEY) !== null) {
  const me = await json(await send("GET", "/admin/accounts/login", undefined, { credentials }));
  session = { ...me, key: credentials.key };
  subject = isAdmin() ? JSON.parse(sessionStorage.getItem(SUBJECT)) : null;
  keep(credentials, stay);
  return session;
}

export const signIn = (username, password, stay) => open({ username, key: md5(password) }, stay);

// Creates an account and signs in: the first one of all and those of an invitation through the console, others as a
// device would.
export async function createAccount(username, password, { first = false, invitation = "" } = {}) {
  const credentials = { username, key: md5(password) };
  const body = { username, password: credentials.key, ...(invitation && { invitation }) };
  await json(await send("POST", first || invitation ? "/admin/accounts" : "/users/create", body, { credentials: null }));
  return open(credentials, false);
}

// The session of before this page was loaded anew; null if there is none, or it is not good any more.
export async function resume() {
  const stored = remembered();
  if (!stored) return null;
  try {
    return await open(JSON.parse(stored));
  } catch (error) {
    if (error.status === 401 || error instanceof SyntaxError) forget();
    else throw error;
    return null;
  }
}

export const refresh = () => open(session);

export async function changePassword(username, password) {
  const key = md5(password);
  await call("PUT", `/admin/accounts/${segment(username)}/password`, { password: key });
  if (username === session.username) await open({ username, key });
}

export function signOut() {
  forgetAll();
  session = null;
}

// All pages of a list, one after the other: `got(entries, so far, is there more)` for each. `path` without limit and cursor.
export async function walk(path, name, got, parameters = {}) {
  let cursor = null;
  let seen = 0;
  do {
    const page = await get(`${path}${query({ ...parameters, cursor })}`);
    seen += page[name].length;
    if (await got(page[name], seen, Boolean(page.next)) === false) return;
    cursor = page.next;
  } while (cursor);
}
