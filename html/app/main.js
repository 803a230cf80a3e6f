// The page: who is signed in, and which view the address asks for.
import * as api from "./api.js";
import { askPassword } from "./components/dialog.js";
import { el } from "./dom.js";
import { accountsView } from "./views/accounts.js";
import { activityView } from "./views/activity.js";
import { bookView } from "./views/book.js";
import { libraryView } from "./views/library.js";
import { settingsView } from "./views/settings.js";
import { signInForm } from "./views/sign_in.js";
import { youView } from "./views/you.js";

const VIEWS = [
  { name: "library", label: "Library", show: libraryView },
  { name: "activity", label: "Activity", show: activityView },
  { name: "settings", label: "Settings", show: settingsView, admin: true, forms: true },
  { name: "accounts", label: "Accounts", show: accountsView, admin: true, forms: true },
  { name: "you", label: "You", show: youView, forms: true },
];
const RETRY = 3000; // ms between two questions whether the server is back
const BOOK = { name: "book", label: "Book", show: bookView };

const main = document.getElementById("view");
const nav = document.getElementById("nav");
const guide = document.querySelector(".guide");
const start = document.getElementById("sign-in");
let leave = null; // what the shown view wants done when it goes

document.getElementById("server-address").textContent = api.serverAddress;
document.getElementById("address-note").hidden = !["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);

function route() {
  const [name, ...rest] = location.hash.replace(/^#\/?/, "").split("/");
  const view = [...VIEWS, BOOK].find((each) => each.name === name && (!each.admin || api.isAdmin()));
  return { view: view ?? VIEWS[0], argument: decodeURIComponent(rest.join("/")) };
}

function showNavigation(current) {
  nav.hidden = false;
  nav.replaceChildren(...VIEWS.filter((view) => !view.admin || api.isAdmin()).map((view) => el("a", {
    href: `#/${view.name}`,
    "aria-current": view === current || (current === BOOK && view.name === "library") ? "page" : null,
  }, view.label)));
}

async function show() {
  leave?.();
  leave = null;
  if (!api.who()) return;
  const { view, argument } = route();
  showNavigation(view);
  document.title = `${view.label} · Koshelf`;
  const place = el("div", { class: `view ${view.name}` });
  main.replaceChildren(place);
  window.scrollTo(0, 0);
  main.focus({ preventScroll: true });
  leave = (await view.show(place, argument)) ?? null;
}

async function showStart() {
  leave?.();
  leave = null;
  nav.hidden = true;
  document.title = "Koshelf Sync Server";
  main.replaceChildren(start, guide);
  start.replaceChildren(await signInForm(show));
}

// Tells when the server is away, asks until it is back, and then shows anew what holds no half-filled form.
function watchConnection() {
  const notice = document.getElementById("offline");
  let away = false;
  const ask = () => { if (away) api.setup().catch(() => {}).finally(() => setTimeout(ask, RETRY)); };
  api.onReachable((reachable) => {
    if (away !== reachable) return;
    away = !reachable;
    notice.textContent = away ? "The server does not answer. This page tries again by itself." : "";
    notice.hidden = !away;
    if (away) setTimeout(ask, RETRY);
    else if (!api.who()) enter();
    else if (!route().view.forms) show();
  });
}

async function enter() {
  const session = await api.resume().catch(() => null);
  if (session) await show();
  else await showStart();
}

async function begin() {
  watchConnection();
  window.addEventListener("hashchange", show);
  window.addEventListener("koshelf:signed-out", showStart);
  // One question for all requests that find the session expired.
  let asking = null;
  api.whenExpired(() => {
    const { username } = api.who();
    asking ??= askPassword("Sign in again", `The password of ${username} is not what it was.`, "Sign in",
      (password) => api.signIn(username, password)).then((answer) => {
      asking = null;
      if (answer) return;
      api.signOut();
      showStart();
      throw new api.ApiError(401, { message: "You are signed out." });
    });
    return asking;
  });
  await enter();
}

begin();
