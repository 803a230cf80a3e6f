// What stands in the place of something that is not there: not yet, not at all, or not because of trouble.
import { button, el } from "../dom.js";

export const empty = (title, ...content) => el("section", { class: "empty" }, el("h2", {}, title), content);

const REST = 30_000; // ms until something that failed is tried again

// Does that once more after a while, if somebody looks at the page and `element` is still there.
export function onceMore(element, work) {
  setTimeout(() => {
    if (!element.isConnected) return;
    if (document.hidden) onceMore(element, work);
    else work();
  }, REST);
}

let retried = ["", 0]; // what was tried again by itself, and when: its failing once more is no news

// Why something could not be shown; tried again by hand, by itself when the server is back, and now and then where it may be
// another one's fault, such as Audiobookshelf's.
export function failed(error, again) {
  const known = retried[0] === error.message && Date.now() - retried[1] < REST;
  const element = el("section", { class: "empty failed", role: known ? null : "alert" }, el("p", {}, error.message));
  if (!again) return element;
  element.append(button("Try again", again, { class: "second" }));
  const retry = () => {
    window.removeEventListener("koshelf:back", retry);
    if (element.isConnected) again();
  };
  window.addEventListener("koshelf:back", retry);
  if (error.status === 429 || !(error.status >= 400 && error.status < 500)) {
    onceMore(element, () => { retried = [error.message, Date.now()]; retry(); });
  }
  return element;
}

// Room for what is being fetched, so that nothing jumps when it comes. It shows itself only if that takes long.
export const skeleton = (count, kind = "line") => el("div", { class: "skeletons", "aria-hidden": "true" },
  Array.from({ length: count }, () => el("div", { class: `skeleton ${kind}` })));

// Shows what `fetch` brings by `draw`, or why it did not come.
export async function load(place, fetch, draw) {
  try {
    const found = await fetch();
    draw(found);
    return found;
  } catch (error) {
    place.replaceChildren(failed(error, () => load(place, fetch, draw)));
    return undefined;
  }
}

// How far long work is: {element, at(done, words)}.
export function progress(label) {
  const bar = el("progress", { "aria-label": label, max: 1 });
  const words = el("span", { class: "quiet" }, label);
  const at = (share, text) => {
    if (share === null) bar.removeAttribute("value");
    else bar.value = share;
    words.textContent = text;
  };
  return { element: el("div", { class: "progress" }, bar, words), at };
}

// Looking again and again, for as long as somebody looks at the page. Returns what stops it.
export function poll(pause, work) {
  let gone = false;
  const turn = async () => {
    if (gone) return;
    if (!document.hidden) await work().catch(() => {}); // the notice at the top says why
    if (!gone) setTimeout(turn, pause);
  };
  turn();
  return () => { gone = true; };
}
