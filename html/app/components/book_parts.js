// What a book looks like in lists and on its own page: cover, the two positions on one bar, badges.
import { whose } from "../api.js";
import { el, time } from "../dom.js";
import { ago, clock, count, moment, nameOf, percent, reasonWords, TIERS } from "../format.js";
import { showCover } from "./covers.js";

// `user`: whose book it is.
export function coverOf(book, width = 160, user = whose().username) {
  const name = nameOf(book);
  const letter = Array.from(name.replace(/^(the|a|an) /i, ""))[0] ?? "";
  const frame = el("div", { class: "cover", "aria-hidden": "true" }, el("span", {}, letter));
  if (book.link?.item) showCover(frame, book.link.item, width, user);
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
    legend.append(el("span", { class: "key heard" }, `Heard ${percent(heard)}`,
      el("span", { class: "at-clock" }, ` · ${clock(book.listening.seconds)}`)));
  } else if (book.link?.state === "linked") {
    legend.append(el("span", { class: "key heard" }, "Not heard yet"));
  }
  return el("div", { class: "positions" }, bar, legend);
}

export function lastSeen(book) {
  if (!book.reading?.at) return null;
  const at = book.reading.at * 1000;
  return el("p", { class: "quiet last-seen" }, el("bdi", {}, book.reading.device || "a device"), " · ",
    time(at, ago(at), moment(at)));
}

export function badges(book) {
  const list = [];
  if (book.finished) list.push(el("span", { class: "badge" }, "Finished"));
  if (book.link?.state === "none") list.push(el("span", { class: "badge hollow none" }, "No audiobook"));
  if (book.link?.state === "unlinked") list.push(el("span", { class: "badge hollow" }, "Unlinked"));
  if (book.tier && TIERS[book.tier]) {
    list.push(el("span", { class: `badge ${book.tier}`, title: TIERS[book.tier][1] }, TIERS[book.tier][0]));
  } else if (book.link?.state === "linked") {
    list.push(el("span", { class: "badge" }, "Linked"));
  }
  if (book.merged?.length) list.push(el("span", { class: "badge hollow", title: "Files of one book that were merged" },
    count(book.merged.length + 1, "file")));
  if (book.failed) list.push(el("span", { class: "badge wrong", title: book.failed }, "Not synced"));
  else if (book.waiting?.attempts) list.push(el("span", { class: "badge wrong", title: reasonWords(book.waiting.reason) }, "Waiting"));
  return el("p", { class: "badges" }, list);
}
