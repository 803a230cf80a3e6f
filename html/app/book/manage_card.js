// The entry itself: its name, its ids, and its end.
import * as api from "../api.js";
import { mergePart } from "./merge_part.js";
import { card } from "../components/card.js";
import { confirmByName } from "../components/dialog.js";
import { disclosure } from "../components/disclosure.js";
import { attempt, note } from "../components/notes.js";
import { button, el, field, form } from "../dom.js";
import { nameOf } from "../format.js";

const LONG = 28; // letters of a name that are still typed gladly
const FORGET = "Its position, its history and its link are deleted, for all your devices. A device that pushes it again "
  + "makes it anew. Audiobookshelf keeps its own progress.";

// What has to be typed to forget a book: its title, or of a long one the first words.
function nameToType(book) {
  const words = nameOf(book).trim().split(/\s+/);
  let name = words.shift();
  while (words.length && name.length + words[0].length < LONG) name += ` ${words.shift()}`;
  return Array.from(name).slice(0, LONG + 8).join("");
}

function renamedWords({ title }) {
  if (title) return `It is called ${title} now.`;
  return title === "" ? "It is called what the device says again." : "The authors are changed.";
}

function renameForm(address, book, reload, done) {
  const fields = {
    title: field("Title", { value: book.title, dir: "auto", autocomplete: "off" }),
    authors: field("Authors", { value: book.authors, dir: "auto", autocomplete: "off" },
      "Leave a field empty to have again what the device says."),
  };
  const put = async (names) => { await api.call("PUT", address.at("title"), names); await reload(); };
  const submit = async () => {
    // Only what was changed: the rest stays what the devices say.
    const names = Object.fromEntries(Object.entries(fields).map(([key, { input }]) => [key, input.value.trim()])
      .filter(([key, value]) => value !== book[key]));
    const before = Object.fromEntries(Object.keys(names).map((key) => [key, book.renamed ? book[key] : ""]));
    if (!Object.keys(names).length) { done(); return; }
    try {
      await put(names);
      done();
      note(renamedWords(names), { undo: () => attempt(async () => {
        await put(before);
        note("It is called what it was.");
      }) });
    } catch (error) {
      (fields[error.field] ?? fields.title).fail(error.message);
    }
  };
  const actions = el("div", { class: "actions" }, el("button", { type: "submit" }, "Rename"),
    el("button", { type: "button", class: "plain", onclick: done }, "Cancel"));
  return { element: form(submit, fields.title.element, fields.authors.element, actions), first: fields.title.input };
}

async function forget(address, book) {
  if (!await confirmByName("Forget this book?", FORGET, nameToType(book), "Forget it")) return;
  await attempt(async () => {
    await api.call("DELETE", address.at());
    note(`${nameOf(book)} is forgotten.`);
    location.hash = "#/library";
  });
}

// {element, show(document)}. `reload()` after a change.
export function manageCard(address, reload) {
  let book = null;
  const merge = mergePart(address, reload);
  const ids = el("p", { class: "quiet" });
  const { opener, place } = disclosure("Rename", (done) => renameForm(address, book, reload, done));
  return {
    element: card("manage", "This entry", ids, el("div", { class: "actions" }, opener), place, merge.element,
      el("h3", {}, "Done with it?"),
      el("p", { class: "quiet" }, "Forgetting deletes what this server knows of the book."),
      el("div", { class: "actions" }, button("Forget this book…", () => forget(address, book), { class: "danger" }))),
    show(next) {
      book = next;
      ids.replaceChildren(...(next.filename ? ["File ", el("bdi", {}, next.filename), " · "] : []),
        "id ", el("code", {}, next.document));
      merge.show(next);
    },
  };
}
