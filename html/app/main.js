// The page: who is signed in, and the view that the address asks for.
import * as api from "./api.js";
import { askPassword } from "./components/dialog.js";
import { note } from "./components/notes.js";
import { failed } from "./components/states.js";
import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { ENTRIES, invitation, labelOf, route, TABS } from "./router.js";
import { signInView } from "./views/sign_in.js";

const RETRY = 2000; // ms between two questions whether the server is back

const main = document.getElementById("view");
const nav = document.getElementById("nav");
let leave = null; // what the shown view wants done when it goes
let turn = 0; // a newer view makes an older one that is still on its way void

const left = () => {
  leave?.();
  leave = null;
  turn += 1;
  return turn;
};

function showNavigation(current) {
  nav.hidden = false;
  document.body.classList.add("signed-in");
  fill(nav, ENTRIES.filter(([key]) => key !== "server" || api.isAdmin()).map(([key, label, view]) => el("a", {
    href: `#/${view}`, "aria-current": current.nav === key ? "page" : null,
  }, icon(key), el("span", {}, label))));
}

function tabs(current) {
  const names = TABS[current.nav];
  return names && el("nav", { class: "tabs", "aria-label": "Server" }, names.map((name) => el("a", {
    href: `#/${name}`, "aria-current": name === (current.within ?? current.name) ? "page" : null,
  }, labelOf(name))));
}

// Whose books an administrator looks at, if not their own.
function showSubject() {
  const bar = document.getElementById("subject");
  bar.hidden = !api.who() || api.isOwn();
  if (bar.hidden) return;
  const back = () => {
    api.lookAt(null);
    if (location.hash === "#/accounts") show();
    else location.hash = "#/accounts";
  };
  fill(bar, el("span", {}, "You see the books of ", el("b", { dir: "auto" }, api.whose().username), "."),
    el("button", { type: "button", class: "plain", onclick: back }, "Back to your own"));
}

async function show() {
  const mine = left();
  if (!api.who()) return;
  const { view, argument, parameters } = route();
  if (view.own) api.lookAt(null);
  showSubject();
  showNavigation(view);
  document.title = `${view.label} · Koshelf`;
  main.setAttribute("aria-label", view.label);
  const place = el("div", { class: `view ${view.name}` });
  try {
    const module = await view.module();
    if (mine !== turn) return;
    fill(main, tabs(view), place);
    window.scrollTo(0, 0);
    const gone = await module[`${view.name}View`](place, argument, parameters);
    if (mine === turn) leave = gone ?? null;
    else gone?.();
  } catch (error) {
    const known = error instanceof api.ApiError ? error : { status: 404, message: "This part of the page could not be fetched." };
    if (mine === turn) fill(main, tabs(view), failed(known, show));
  }
}

function refuseInvitation() {
  note(`You are signed in as ${api.who().username}. Sign out, and open the invitation again.`);
  location.replace("#/library");
}

async function move() {
  if (api.who() && invitation()) refuseInvitation();
  else if (api.who()) {
    main.focus({ preventScroll: true });
    await show();
  } else if (invitation()) await showStart();
}

async function showStart() {
  left();
  nav.hidden = true;
  showSubject();
  document.body.classList.remove("signed-in");
  document.title = "Koshelf Sync Server";
  main.setAttribute("aria-label", "Sign in");
  const there = main.querySelector(":scope > .sign-in");
  const place = there ?? el("div", { class: "view sign-in" });
  if (!there) fill(main, place);
  await signInView(place, show);
}

// Tells when the server is away, asks until it is back, and then says so to whoever waits.
function watchConnection() {
  const notice = document.getElementById("offline");
  let away = false;
  const ask = () => { if (away) api.setup().catch(() => {}).finally(() => setTimeout(ask, RETRY)); };
  api.onReachable((reachable) => {
    if (away !== reachable) return;
    away = !reachable;
    notice.textContent = away ? "The server does not answer. This page tries again by itself." : "";
    notice.hidden = !away;
    if (away) { setTimeout(ask, RETRY); return; }
    window.dispatchEvent(new Event("koshelf:back"));
    if (!api.who()) enter();
  });
}

async function enter() {
  const session = await api.resume().catch(() => null);
  if (session && !invitation()) await show();
  else if (session) refuseInvitation();
  else await showStart();
}

// One question for all requests that find the session expired.
function askAgain() {
  let asking = null;
  return () => {
    const { username } = api.who();
    asking ??= askPassword("Sign in again", `The password of ${username} is not what it was.`, "Sign in",
      (password) => api.signIn(username, password), { username }).then((answer) => {
      asking = null;
      if (answer) return;
      api.signOut();
      showStart();
      throw new api.ApiError(401, { message: "You are signed out." });
    });
    return asking;
  };
}

async function begin() {
  watchConnection();
  window.addEventListener("hashchange", move);
  window.addEventListener("koshelf:signed-out", showStart);
  document.getElementById("skip").addEventListener("click", (event) => {
    event.preventDefault(); // the address is the view's
    main.focus();
  });
  api.whenExpired(askAgain());
  await enter();
}

begin();
