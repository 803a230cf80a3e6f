// Books that two devices know by two names: found, and merged with one click.
import * as api from "../api.js";
import { addressOf } from "../book/address.js";
import { attempt, note } from "../components/notes.js";
import { progress } from "../components/states.js";
import { button, el, fill } from "../dom.js";
import { count, nameOf } from "../format.js";

const MOST = 400; // books that are looked at, the last read first

// {all, more}: whether there are more than these.
async function books(owner) {
  const found = [];
  let more = false;
  await api.walk("/admin/library", "documents", (documents, _, next) => {
    found.push(...documents);
    more = next || found.length > MOST;
    return found.length < MOST;
  }, { limit: 200, ...owner });
  return { all: found.slice(0, MOST), more };
}

// {found, looked}: pairs, each once, and at how many books was looked if there are more. The book that was read
// last keeps its name.
async function pairs({ of, owner }, tell, gone) {
  const { all, more } = await books(owner);
  const found = [];
  const taken = new Set();
  for (const [i, book] of all.entries()) {
    if (gone()) break;
    tell(i / all.length, `${count(i, "book")} of ${count(all.length, "book")} looked at`);
    if (taken.has(book.document)) continue;
    const { candidates } = await api.get(of(book.document)("merge-candidates"));
    for (const candidate of candidates.filter((each) => !taken.has(each.document))) {
      taken.add(candidate.document);
      found.push({ book, candidate });
    }
  }
  return { found, looked: more ? all.length : null };
}

function row({ book, candidate }, of, again) {
  const merge = () => attempt(async () => {
    const answer = await api.call("POST", of(candidate.document)("merge"), { into: book.document });
    note(answer.message || "Merged. Both files are one book now.", { undo: () => attempt(async () => {
      const apart = await api.call("DELETE", of(book.document)("merge", { member: candidate.document, undo: true }));
      note(apart.message || "They are two books again.");
      await again();
    }) });
    await again();
  });
  return el("li", {}, el("div", {}, el("a", { dir: "auto", href: `#/book/${api.segment(book.document)}` }, nameOf(book)),
    el("p", { class: "quiet" }, "and ", el("bdi", {}, nameOf(candidate)), `: ${candidate.reason}`)),
  button("Merge", merge, { class: "second", "aria-label": `Merge ${nameOf(book)}` }));
}

// {element, stop}
export function mergeFinder() {
  const place = el("div", { role: "status" });
  const subject = addressOf(""); // whose books these are
  let gone = false;
  const look = async () => {
    if (gone) return;
    const bar = progress("Looking…");
    fill(place, bar.element);
    try {
      const { found, looked } = await pairs(subject, bar.at, () => gone);
      const among = looked && `Only the ${count(looked, "book")} that were read last were looked at.`;
      fill(place, found.length ? [el("ul", { class: "items" }, found.map((each) => row(each, subject.of, look))),
        among && el("p", { class: "quiet" }, among)]
        : el("p", {}, among ? `Nothing found. ${among}` : "Nothing found: every book has one name on all your devices."));
    } catch (error) {
      fill(place, el("p", { class: "wrong" }, error.message));
    }
  };
  const element = el("section", { class: "card", id: "merging" }, el("h2", {}, "One book, two files"),
    el("p", {}, "If the files of a book differ between two devices, each keeps a place of its own. Merged, they share one."),
    el("div", { class: "actions" }, button("Look for books to merge", look, { class: "second" })), place);
  return { element, stop: () => { gone = true; } };
}
