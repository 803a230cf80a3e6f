// The guided start: account, reader, Audiobookshelf, first book. Each step can be skipped and come back to.
import * as api from "../api.js";
import { el, fill } from "../dom.js";
import { absStep } from "../start/abs_step.js";
import { bookStep } from "../start/book_step.js";
import { readerStep } from "../start/reader_step.js";

const STEPS = [
  { key: "account", label: "Account" },
  { key: "reader", label: "Reader", name: "reader", show: readerStep },
  { key: "abs", label: "Audiobook\u00adshelf", name: "audiobookshelf", show: absStep },
  { key: "book", label: "First book", name: "book", show: bookStep },
];

function stepList(current, done) {
  return STEPS.map((step, i) => {
    const words = [el("span", { class: "mark", "aria-hidden": "true" }, done[step.key] ? "✓" : String(i + 1)),
      el("span", {}, step.label),
      done[step.key] ? el("span", { class: "unseen" }, " (done)") : null];
    return el("li", { class: done[step.key] ? "done" : null }, step.show
      ? el("a", { href: `#/start/${step.name}`, "aria-current": step === current ? "step" : null }, words)
        : el("span", {}, words));
  });
}

// What is done is seen from what is there.
async function stateOf() {
  const { documents } = await api.get("/admin/library?limit=20");
  return { account: true, reader: documents.length > 0, abs: api.who().connected,
    book: documents.some((book) => book.link.state === "linked") };
}

export async function startView(place, name) {
  const current = STEPS.find((step) => step.name === name) ?? STEPS[1];
  const next = STEPS[STEPS.indexOf(current) + 1];
  const done = { account: true, abs: api.who().connected };
  const list = el("ol", { class: "steps", "aria-label": "Set-up" });
  const card = el("section", { class: "card step" });
  const foot = el("div", { class: "step-foot" });
  const changed = (news) => {
    Object.assign(done, news);
    fill(list, stepList(current, done));
    const onward = done[current.key] ? "Next" : "Skip for now";
    fill(foot, next ? el("a", { class: done[current.key] ? "button" : "button second", href: `#/start/${next.name}` }, onward)
      : el("a", { class: done.book ? "button" : "button second", href: "#/library" }, "To the library"),
    next ? el("a", { class: "button plain", href: "#/library" }, "Leave the set-up") : null);
  };
  changed({});
  fill(place, el("h1", {}, "Setting up"), list, card, foot,
    el("p", { class: "quiet" }, "You find this again under ", el("a", { href: "#/you" }, "You"), "."));
  const stop = current.show(card, { changed });
  stateOf().then(changed, () => {});
  return stop;
}
