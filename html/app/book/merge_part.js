// Two ids of one book: what may be the same, what was merged, and a way back.
import * as api from "../api.js";
import { searchBox } from "../components/card.js";
import { attempt, note } from "../components/notes.js";
import { button, el, facts } from "../dom.js";
import { ago, nameOf, percent } from "../format.js";

const WHY = "Another edition of the file, or a device that goes by file names, makes a second entry. Merged, they move "
  + "together.";
const OLDER = "Only the books that were read last were looked at. An older one can be found below.";
const APART = "They are two books again. Each keeps its position.";

const shortId = (document) => (document.length > 12 ? `${document.slice(0, 12)}…` : document);

function bookRow(book, reason, action) {
  const last = book.reading ? `${percent(book.reading.percentage ?? 0)}, ${ago(book.reading.at * 1000)}` : "";
  return el("li", {}, el("div", {}, el("b", { dir: "auto" }, nameOf(book)),
    el("p", { class: "quiet" }, facts(book.authors, book.filename || `id ${shortId(book.document)}`, last)),
    reason ? el("p", { class: "quiet" }, reason) : null), action);
}

// A search in the library: {element, clear()}. `offer(book)` makes what is shown of a hit.
function finder(mainNow, owner, offer) {
  const found = el("ul", { class: "items" });
  const search = searchBox("Search in your library", async (q) => {
    found.replaceChildren(el("li", { class: "working" }, "Searching…"));
    try {
      const others = [];
      let more = false;
      // A page may be empty and still go on.
      await api.walk("/admin/library", "documents", (documents, _, next) => {
        others.push(...documents.filter((book) => book.document !== mainNow().document));
        more = next;
        return !others.length && found.isConnected;
      }, { q, limit: 20, ...owner });
      found.replaceChildren(...others.map(offer),
        ...(more ? [el("li", { class: "quiet" }, "There are more. Type more of the title to find another one.")] : []));
      if (!others.length) search.fail("No other book of yours is called like that.");
    } catch (error) {
      found.replaceChildren();
      search.fail(error.message);
    }
  }, { missing: "Type a part of its title or file name." });
  const element = el("details", {}, el("summary", {}, "Find the other entry"), search.element, found);
  return { element, clear: () => found.replaceChildren() };
}

// {element, show(document)}. `reload()` after a change.
export function mergePart(address, reload) {
  let main = null;
  const members = el("ul", { class: "items" });
  const candidates = el("div", { class: "candidates" });

  const separate = (member, undo) => api.call("DELETE", address.at("merge", { member, undo }));
  const merge = (other) => attempt(async () => {
    const answer = await api.call("POST", address.of(other.document)("merge"), { into: main.document });
    finding.clear();
    note(answer.message, { undo: () => attempt(async () => {
      note((await separate(other.document, true)).message || APART);
      await reload();
    }) });
    await reload();
  });
  const unmerge = (member) => attempt(async () => {
    const answer = await separate(member);
    note(answer.message || APART, { undo: () => merge({ document: member }) });
    await reload();
  });
  const offer = (book) => bookRow(book, book.reason, button("Merge", () => merge(book), {
    class: "second", "aria-label": `Merge ${nameOf(book)} into this book` }));
  const member = (id) => el("li", {}, el("div", {}, el("b", {}, "Merged: "), el("code", {}, shortId(id))),
    button("Unmerge", () => unmerge(id), { class: "plain", "aria-label": `Unmerge ${shortId(id)}` }));
  const finding = finder(() => main, address.owner, offer);
  const ask = () => api.get(address.at("merge-candidates")).then((answer) => {
    candidates.replaceChildren(...(answer.candidates.length
      ? [el("p", {}, "This may be the same book:"), el("ul", { class: "items" }, answer.candidates.map(offer))] : []),
      ...(answer.next ? [el("p", { class: "quiet" }, OLDER)] : []));
  }, () => candidates.replaceChildren());

  return {
    element: el("div", { class: "merge" }, el("h3", {}, "The same book twice?"), el("p", { class: "quiet" }, WHY),
      members, candidates, finding.element),
    show(next) {
      const changed = !main || JSON.stringify(main.merged) !== JSON.stringify(next.merged);
      main = next;
      if (!changed) return;
      members.replaceChildren(...(next.merged ?? []).filter((id) => id !== next.document).map(member));
      ask();
    },
  };
}
