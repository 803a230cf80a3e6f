// One book: both positions, text and audio beside each other, where it has been, and whatever can be set right.
import * as api from "../api.js";
import { addressOf } from "../book/address.js";
import { headCard } from "../book/head_card.js";
import { historyCard } from "../book/history_card.js";
import { manageCard } from "../book/manage_card.js";
import { textAndAudio } from "../book/text_and_audio.js";
import { linkCard } from "../components/link_card.js";
import { attempt, note } from "../components/notes.js";
import { failed, skeleton } from "../components/states.js";
import { el } from "../dom.js";
import { nameOf } from "../format.js";

const AGAIN = 1500; // ms until the outcome of a sync is looked for
const LOOKS = 6;
const PULSE = 15_000; // ms between two looks at a page that nobody touches
const ENTRIES = 200;

const wait = (millis) => new Promise((resume) => { setTimeout(resume, millis); });
const missing = () => el("section", { class: "empty" }, el("h1", {}, "There is no such book"),
  el("p", {}, "It may have been forgotten."), el("a", { class: "button", href: "#/library" }, "To the library"));

const currentOf = ({ history }) => history.find((each) => each.state === "current");

// The book as the server has it, shown whenever it has changed: {ask(), load(), settle(outcome, before), latest(), stop()}.
function watched(address, show) {
  let [known, latest, turn, gone] = ["", null, 0, false];
  const ask = () => api.get(address.at("", { limit: ENTRIES }));
  const load = async () => {
    turn += 1;
    const mine = turn; // an older answer may come later
    const found = await ask();
    if (gone || mine !== turn || JSON.stringify(found) === known) return found;
    [known, latest] = [JSON.stringify(found), found];
    show(found);
    return found;
  };
  // The bridge carries a position over a moment later: its sentence is waited for.
  const settle = async (outcome, before) => {
    await load();
    for (let look = 0; outcome === "queued" && look < LOOKS && !gone; look += 1) {
      await wait(AGAIN);
      if (gone || (await load()).document.decided_at !== before?.document.decided_at) return;
    }
  };
  return { ask, load, settle, latest: () => latest, stop() { gone = true; }, gone: () => gone };
}

// What can be done with it as a whole; each says in words what was done, and how to undo it.
function deeds(address, book) {
  const restore = (entry) => attempt(async () => {
    const previous = currentOf(await book.ask());
    const answer = await api.call("POST", address.at("restore"), { id: entry.id });
    note(`${answer.message}.`.replace("..", "."), { undo: previous && (() => restore(previous)) });
    await book.load();
  });
  const ordered = (route) => attempt(async () => {
    const before = await book.ask();
    const answer = await api.call("POST", address.at(route), {});
    const previous = answer.outcome === "imported" && currentOf(before);
    note(answer.message, { undo: previous && (() => restore(previous)) });
    await book.settle(answer.outcome, before);
  });
  return { restore, ordered };
}

// The parts of the page, in order: {elements, show(answer)}.
function partsOf(address, book) {
  const { restore, ordered } = deeds(address, book);
  const reload = () => attempt(book.load);
  const head = headCard(address, (way) => ordered(`sync/${way}`), () => ordered("retry"));
  const others = textAndAudio(address, book.gone, (outcome) => attempt(() => book.settle(outcome, book.latest())));
  const history = historyCard(restore);
  const link = linkCard(address, reload);
  const manage = manageCard(address, reload);
  const columns = el("div", { class: "columns" }, manage.element);
  // What to do next comes first: as long as there is no audiobook, to find it.
  const placeLink = (linked) => {
    if (link.element.isConnected && linked === columns.contains(link.element)) return;
    if (linked) columns.prepend(link.element);
    else head.element.after(link.element);
  };
  return {
    elements: [head.element, ...others.elements, history.element, columns],
    show(found) {
      for (const part of [head, link, manage, others]) part.show(found.document);
      history.show(found);
      placeLink(found.document.link.state === "linked");
    },
  };
}

export async function bookView(place, document_) {
  const address = addressOf(document_);
  const book = watched(address, (found) => {
    document.title = `${nameOf(found.document)} · Koshelf`;
    if (!parts.elements[0].isConnected) {
      place.replaceChildren(el("p", { class: "back" }, el("a", { href: "#/library" }, "‹ Library")), ...parts.elements);
    }
    parts.show(found);
  });
  const parts = partsOf(address, book);
  const start = async () => {
    place.replaceChildren(skeleton(3, "block"));
    try {
      await book.load();
    } catch (error) {
      if (!book.gone()) place.replaceChildren(error.status === 404 ? missing() : failed(error, start));
    }
  };
  start(); // not awaited, so that leaving ends it
  const look = () => { if (!document.hidden && parts.elements[0].isConnected) book.load().catch(() => {}); };
  const pulse = setInterval(look, PULSE);
  document.addEventListener("visibilitychange", look);
  window.addEventListener("koshelf:back", look);
  return () => {
    book.stop();
    clearInterval(pulse);
    document.removeEventListener("visibilitychange", look);
    window.removeEventListener("koshelf:back", look);
  };
}
