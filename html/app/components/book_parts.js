// What a book looks like in lists and on its own page: cover, the two positions on one bar, badges.
import { cover } from "../api.js";
import { el } from "../dom.js";
import { ago, clock, moment, nameOf, percent, TIERS } from "../format.js";

const covers = new Map(); // item -> promise of an address, for as long as the page lives

export function coverOf(book, width = 160) {
  const frame = el("div", { class: "cover", "aria-hidden": "true" }, el("span", {}, nameOf(book).slice(0, 1)));
  const item = book.link?.item;
  if (!item) return frame;
  if (!covers.has(item)) covers.set(item, cover(item, width));
  covers.get(item).then((address) => {
    if (address) frame.replaceChildren(el("img", { src: address, alt: "" }));
  });
  return frame;
}

function lane(kind, fraction) {
  const fill = el("span", { class: `fill ${kind}` });
  fill.style.setProperty("--at", String(Math.max(0, Math.min(1, fraction ?? 0))));
  return fill;
}

// Read to here and heard to here, on the scale of the text.
export function bothPositions(book) {
  const read = book.reading?.percentage;
  const heard = book.listening?.fraction;
  const words = [];
  if (read !== undefined) words.push(`read to ${percent(read)}`);
  if (heard !== undefined) words.push(`heard to ${percent(heard)}`);
  const bar = el("div", { class: "track", role: "img", "aria-label": words.join(", ") || "not begun" });
  if (read !== undefined) bar.append(lane("read", read));
  if (book.link?.state === "linked") bar.append(lane("heard", heard));
  bar.classList.toggle("double", book.link?.state === "linked");
  const legend = el("p", { class: "legend" });
  if (read !== undefined) legend.append(el("span", { class: "key read" }, `Read ${percent(read)}`));
  if (heard !== undefined) {
    legend.append(el("span", { class: "key heard" }, `Heard ${percent(heard)} · ${clock(book.listening.seconds)}`));
  } else if (book.link?.state === "linked") {
    legend.append(el("span", { class: "key heard" }, "Not heard yet"));
  }
  return el("div", { class: "positions" }, bar, legend);
}

export function lastSeen(book) {
  if (!book.reading?.at) return null;
  const at = book.reading.at * 1000;
  const from = book.reading.device || "a device";
  return el("p", { class: "quiet" }, `${from} · `, el("time", { title: moment(at), datetime: new Date(at).toISOString() }, ago(at)));
}

export function badges(book) {
  const list = [];
  if (book.finished) list.push(el("span", { class: "badge" }, "Finished"));
  if (book.link?.state === "none") list.push(el("span", { class: "badge hollow" }, "No audiobook"));
  if (book.link?.state === "unlinked") list.push(el("span", { class: "badge hollow" }, "Unlinked"));
  if (book.tier && TIERS[book.tier]) {
    list.push(el("span", { class: `badge ${book.tier}`, title: TIERS[book.tier][1] }, TIERS[book.tier][0]));
  } else if (book.link?.state === "linked") {
    list.push(el("span", { class: "badge" }, "Linked"));
  }
  if (book.failed) list.push(el("span", { class: "badge wrong", title: book.failed }, "Not synced"));
  else if (book.waiting?.attempts) list.push(el("span", { class: "badge wrong", title: book.waiting.reason }, "Waiting"));
  return el("p", { class: "badges" }, list);
}
