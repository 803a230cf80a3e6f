// Which view an address asks for: "#/library?filter=linked", "#/book/3f0c…".
import { isAdmin } from "./api.js";

// `nav`: its entry of the navigation, which may have tabs; `within`: the tab of another view; `own`: about oneself, whomever
// one has looked at. A view's module is fetched when it is first wanted, and exports a function
// `<name>View(place, argument, parameters)`, which may return what is to be done when the view goes. When the server is back
// after an outage, a view hears "koshelf:back" from the window.
export const VIEWS = [
  { name: "library", label: "Library", nav: "library", module: () => import("./views/library.js") },
  { name: "book", label: "Book", nav: "library", module: () => import("./views/book.js") },
  { name: "suggestions", label: "Suggestions", nav: "library", module: () => import("./views/suggestions.js") },
  { name: "devices", label: "Devices", nav: "devices", module: () => import("./views/devices.js") },
  { name: "activity", label: "Activity", nav: "activity", module: () => import("./views/activity.js") },
  { name: "health", label: "Health", nav: "server", admin: true, module: () => import("./views/health.js") },
  { name: "settings", label: "Audiobookshelf", nav: "server", admin: true, module: () => import("./views/settings.js") },
  { name: "accounts", label: "Accounts", nav: "server", admin: true, module: () => import("./views/accounts.js") },
  { name: "account", label: "Account", nav: "server", admin: true, within: "accounts", module: () => import("./views/account.js") },
  { name: "you", label: "You", nav: "you", own: true, module: () => import("./views/you.js") },
  { name: "start", label: "Start", nav: null, own: true, module: () => import("./views/start.js") },
];

// The entries of the navigation: icon and key, words, where it leads.
export const ENTRIES = [["library", "Library", "library"], ["devices", "Devices", "devices"],
  ["activity", "Activity", "activity"],
  ["server", "Server", "health"], ["you", "You", "you"]];
export const TABS = { server: ["health", "settings", "accounts"] };

const named = (name) => VIEWS.find((view) => view.name === name);

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function split() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const [name, ...rest] = path.split("/");
  return { name, argument: decoded(rest.join("/")), parameters: new URLSearchParams(query) };
}

// {view, argument, parameters}; the library where an address means nothing, or nothing that this account may see.
export function route() {
  const { name, argument, parameters } = split();
  const view = named(name);
  return view && (!view.admin || isAdmin()) ? { view, argument, parameters }
    : { view: VIEWS[0], argument: "", parameters: new URLSearchParams() };
}

// The code of "#/invite/CODE", or "".
export function invitation() {
  const { name, argument } = split();
  return name === "invite" ? argument : "";
}

export const labelOf = (name) => named(name).label;
