// A server that is made up, for what a test cannot wait for: a history of three years, an audiobook of 120
// chapters, routes that fail. It answers as docs/api.md says; its books are those of tests/data/aligned.
import { readFileSync } from "node:fs";

const ALIGNED = new URL("../data/aligned/", import.meta.url);
const DAY = 86_400;
const FRONT = [["Title page", 60], ["Contents", 900]]; // is not read aloud

// The sentences of a narrated book, with the second at which each is read.
function spoken(name) {
  const lines = readFileSync(new URL(`${name}/truth.jsonl`, ALIGNED), "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line));
}

function front(sections) {
  let start = 0;
  for (const [title, length] of FRONT) {
    sections.push({ title, parent: "", start, length });
    start += length;
  }
  return start;
}

// Text, audio and what connects them.
export function narrated(name) {
  const { media } = JSON.parse(readFileSync(new URL(`${name}/item-titled.json`, ALIGNED), "utf8"));
  const rows = spoken(name);
  const sections = [];
  const sentences = [];
  let start = front(sections);
  for (const spine of new Set(rows.map((row) => row.spine))) {
    const own = rows.filter((row) => row.spine === spine);
    const length = Math.round((own.at(-1).nonspace + 120) * 1.2);
    const chapter = media.chapters.find((each) => each.end > own[0].seconds + 30);
    sections.push({ title: chapter.title, parent: "", start, length });
    own.forEach((row, i) => {
      const offset = start + Math.round(row.nonspace * 1.2);
      const next = i + 1 < own.length ? start + Math.round(own[i + 1].nonspace * 1.2) : start + length;
      sentences.push({ offset, length: next - offset, text: row.text, seconds: row.seconds });
    });
    start += length;
  }
  const chapters = media.chapters.map(({ title, start: from, end }) => ({ title, start: from, end }));
  return { sections, chapters, stretches: stretchesOf(sections, chapters), sentences, length: start, duration: media.duration };
}

function stretch(kind, section, chapter, text, audio, confidence) {
  return { kind, begin: text[0], end: text[1], start_seconds: audio[0], end_seconds: audio[1], section_begin: section[0],
    section_end: section[1], chapter_begin: chapter[0], chapter_end: chapter[1], confidence };
}

// Credits at both ends, the front matter not read, chapters one by one.
function stretchesOf(sections, chapters) {
  const [opening] = chapters;
  const list = [];
  const body = sections.slice(FRONT.length);
  const first = body[0].start;
  list.push(stretch("not-read", [0, FRONT.length], [0, 0], [0, first], [0, 0], 0.9));
  list.push(stretch("not-in-text", [FRONT.length, FRONT.length], [0, 1], [first, first], [0, opening.end], 0.9));
  body.forEach((section, i) => {
    const chapter = chapters[i + 1];
    list.push(stretch(i % 5 === 3 ? "unmatched" : "matched", [i + FRONT.length, i + FRONT.length + 1], [i + 1, i + 2],
      [section.start, section.start + section.length], [chapter.start, chapter.end], i % 5 === 3 ? 0.45 : i % 4 === 2 ? 0.7 : 0.96));
  });
  const end = body.at(-1).start + body.at(-1).length;
  const last = chapters.at(-1);
  if (chapters.length > body.length + 1) {
    list.push(stretch("not-in-text", [sections.length, sections.length], [chapters.length - 1, chapters.length], [end, end],
      [last.start, last.end], 0.9));
  }
  return list;
}

// An anthology: as many sections as chapters, in parts of ten.
export function many(count) {
  const sections = [];
  const chapters = [];
  let [start, seconds] = [0, 0];
  for (let n = 0; n < count; n += 1) {
    const length = 4000 + ((n * 7919) % 9000);
    const time = length * (0.06 + ((n * 31) % 7) / 400);
    sections.push({ title: `Chapter ${n + 1}`, parent: `Book ${Math.floor(n / 10) + 1}`, start, length });
    chapters.push({ title: `Kapitel ${n + 1}`, start: seconds, end: seconds + time });
    start += length;
    seconds += time;
  }
  const stretches = sections.map((section, n) => stretch("matched", [n, n + 1], [n, n + 1],
    [section.start, section.start + section.length], [chapters[n].start, chapters[n].end], n % 9 === 4 ? 0.6 : 0.95));
  return { sections, chapters, stretches, sentences: [], length: start, duration: seconds };
}

// One section, one chapter, one line.
export function single() {
  const sections = [{ title: "", parent: "", start: 0, length: 400_000 }];
  const chapters = [{ title: "book.m4b", start: 0, end: 30_000 }];
  return { sections, chapters, stretches: [stretch("line", [0, 1], [0, 1], [0, 400_000], [0, 30_000], 0.5)], sentences: [],
    length: 400_000, duration: 30_000 };
}

const READERS = [["Kobo_clara", "K1"], ["Kindle_voyage", "K2"], ["Pixel 7", "K3"]];

// `count` positions up to `share`, newest first, over `days`, in bursts of evenings with weeks between them.
export function history(count, days, share, now) {
  const list = [];
  const evenings = Math.max(1, Math.min(Math.ceil(days), Math.ceil(count / 6)));
  for (let n = 0; n < count; n += 1) {
    const evening = Math.floor((n / count) * evenings);
    const burst = days > 60 ? Math.floor(evening / 4) * 4 + (evening % 4) * 0.02 : evening;
    const at = Math.round(now - days * DAY * (1 - burst / evenings) - (1 - (n % 6) / 6) * 7200);
    const heard = n % 11 === 5;
    const stale = n % 17 === 9;
    const [device] = heard ? ["Audiobookshelf"] : READERS[evening % READERS.length];
    const percentage = share * ((n + 1) / count) - (stale ? 0.1 : 0);
    list.push({ id: `${at}-${n}`, percentage: Math.max(0.001, percentage), progress: "", device, at, document: "d",
      source: heard ? "audiobookshelf" : "koreader", state: stale ? "stale" : "current" });
  }
  list.sort((a, b) => b.at - a.at);
  const found = list.find((entry) => entry.state === "current");
  if (found) found.percentage = share;
  return list;
}

const ITEM = { id: "li_1", title: "The Time Machine", authors: "H. G. Wells", library: "lib", ebook: "", duration: 13226.4 };
const OTHERS = [["b1", "The Time Machine", "H. G. Wells", "the_time_machine.epub"], ["b2", "The Invisible Man", "H. G. Wells", ""]];

const between = (x, x0, x1, y0, y1) => (x1 > x0 ? y0 + ((x - x0) / (x1 - x0)) * (y1 - y0) : y0);

// State and answers of the server. `options`: {book, history, share, heard, now, title, refuse: {route: [status, body]}}.
export function makeServer(options) {
  const now = options.now ?? Math.floor(Date.now() / 1000);
  const { book } = options;
  const state = { history: options.history, calibrations: options.calibrations ?? [], merged: [], title: options.title ?? "The Time Machine",
    authors: options.authors ?? "H. G. Wells", text_item: options.text_item ?? null, failed: options.failed ?? null,
    link: options.link ?? "linked", forgotten: false };
  const newest = () => state.history.find((entry) => entry.state === "current");
  const secondsAt = (offset) => {
    const found = book.stretches.find((each) => offset >= each.begin && offset < each.end) ?? book.stretches.at(-1);
    return between(offset, found.begin, found.end, found.start_seconds, found.end_seconds);
  };
  const offsetAt = (seconds) => {
    const found = book.stretches.find((each) => seconds >= each.start_seconds && seconds < each.end_seconds) ?? book.stretches.at(-1);
    return Math.round(between(seconds, found.start_seconds, found.end_seconds, found.begin, found.end));
  };
  const inside = (list, at, begin, end) => list.findIndex((each) => at >= begin(each) && at < end(each));
  const sectionAt = (offset) => inside(book.sections, offset, (s) => s.start, (s) => s.start + s.length);
  const chapterAt = (seconds) => inside(book.chapters, seconds, (c) => c.start, (c) => c.end);
  const sentenceAt = (offset) => book.sentences.findLast((each) => each.offset <= offset);

  const documentOf = () => ({
    document: "d", title: state.title, authors: state.authors, filename: "the_time_machine_1895.epub", finished: false,
    reading: newest() ? { percentage: newest().percentage, device: newest().device, at: newest().at, imported: newest().source === "audiobookshelf" } : null,
    listening: options.heard === undefined || state.link !== "linked" ? null : { seconds: options.heard, fraction: offsetAt(options.heard) / book.length },
    link: state.link === "linked" ? { state: "linked", item: ITEM.id, how: "suggestion", title: ITEM.title, authors: ITEM.authors,
      duration: book.duration, ebook: options.ebook ?? true, text_item: state.text_item ?? undefined, since: now - 40 * DAY } : { state: state.link },
    ...(state.link === "linked" ? { tier: options.tier ?? "exact", confidence: 0.93, decided_at: (now - 3700) * 1000,
      decision: "Kobo_clara's 41 % kept: newer than Audiobookshelf's 38 % (3:10:12) by 12 min; audio moved to 3:25:40" } : {}),
    ...(state.failed ? { failed: state.failed } : {}), merged: state.merged,
  });
  const devicesOf = () => {
    const seen = new Map();
    for (const { device, percentage, at } of state.history) if (!seen.has(device)) seen.set(device, { device, device_id: device, percentage, at });
    return [...seen.values()];
  };
  const alignmentOf = () => {
    const reading = Math.round((newest()?.percentage ?? 0) * book.length);
    return { item: ITEM.id, text_item: state.text_item, tier: "exact", confidence: 0.93, method: book.chapters.length > 1 ? "chapters" : "line",
      length: book.length, duration: book.duration, sections: book.sections, chapters: book.chapters, stretches: book.stretches,
      reading: newest() ? { offset: reading, seconds: secondsAt(reading), section: sectionAt(reading) } : null,
      listening: options.heard === undefined ? null : { seconds: options.heard, offset: offsetAt(options.heard), chapter: chapterAt(options.heard) },
      calibrations: state.calibrations, state: options.alignment ?? "ready", message: options.alignmentMessage ?? "" };
  };
  // Half of a page before a place, half of it after.
  const pageFor = (query) => {
    const number = (name) => (query.get(name) === null ? null : Number(query.get(name)));
    const span = number("span") ?? 2000;
    if (query.has("after")) return [number("after"), number("after") + span, number("after")];
    if (query.has("before")) return [Math.max(0, number("before") - span), number("before"), Math.max(0, number("before") - span)];
    return [Math.max(0, number("at") - span / 2), number("at") + span / 2, number("at")];
  };
  const textAt = (query) => {
    const [begin, end, offset] = pageFor(query);
    const sentences = book.sentences.map((each, n) => ({ ...each, paragraph: n % 4 === 0 })).filter((each) => each.offset >= begin && each.offset < end);
    const section = sectionAt(offset);
    return { offset, section, section_title: book.sections[section]?.title ?? "", length: book.length, before: begin > 0 ? begin : null,
      after: end < book.length ? end : null, sentences: sentences.map(({ length, text, paragraph, offset: at }) => ({ offset: at, length, text, paragraph })) };
  };
  const sentencesOf = () => {
    const { reading, listening } = alignmentOf();
    const text = (offset) => { const found = sentenceAt(offset); return found ? { text: found.text, offset: found.offset } : null; };
    return { reading: reading && text(reading.offset), listening: listening && text(listening.offset), state: "ready", message: "" };
  };

  const routes = {
    "GET ": () => ({ document: documentOf(), progress: "", history: state.history, devices: devicesOf(), bridge: {} }),
    "GET alignment": alignmentOf,
    "GET sentences": sentencesOf,
    "GET text": textAt,
    "GET text/search": (query) => ({ next: null, found: book.sentences.filter((each) => each.text.toLowerCase().includes(query.get("q").toLowerCase()))
      .slice(0, 20).map(({ offset, text }) => ({ offset, text, hit: offset, section: sectionAt(offset), section_title: book.sections[sectionAt(offset)].title })) }),
    "POST calibrations": (_, { offset, seconds }) => {
      state.calibrations = [...state.calibrations, { id: String(state.calibrations.length + 1), offset, seconds, at: now, sentence: sentenceAt(offset)?.text ?? "" }];
      return alignmentOf();
    },
    "DELETE calibrations": (_, __, id) => {
      state.calibrations = state.calibrations.filter((each) => each.id !== id);
      return alignmentOf();
    },
    "GET merge-candidates": () => ({ next: null, candidates: state.merged.length ? [] : [{ document: "b1", title: OTHERS[0][1], authors: OTHERS[0][2],
      filename: OTHERS[0][3], reason: "the same title, known by its file name", sure: true }] }),
    "DELETE merge": (query, body) => {
      state.merged = state.merged.filter((each) => each !== (body?.document ?? query.get("member")));
      return { document: "d", merged: state.merged, message: "They are two books again. Each keeps its position." };
    },
    "PUT title": (_, { title, authors }) => {
      if (title !== undefined) state.title = title || "The Time Machine";
      if (authors !== undefined) state.authors = authors || "H. G. Wells";
      return documentOf();
    },
    "PUT text-item": (_, { textItemId }) => { state.text_item = textItemId; return documentOf(); },
    "PUT link": () => { state.link = "linked"; return {}; },
    "DELETE link": (query) => { state.link = query.get("forget") ? "none" : "unlinked"; return {}; },
    "POST retry": () => { state.failed = null; return { message: "It goes out now." }; },
    "GET suggestions": () => ({ next: null, suggestions: [{ item: ITEM, score: 0.97, sure: true, reasons: ["same title", "same author"] }] }),
    "POST restore": (_, { id }) => {
      const entry = state.history.find((each) => each.id === id);
      state.history = [{ ...entry, id: `${id}r${state.history.length}`, at: now, source: "console", device: "Koshelf", state: "current" }, ...state.history];
      return { message: `Restored to ${Math.round(entry.percentage * 100)} %` };
    },
    "POST sync/auto": () => ({ outcome: "agreed", message: "Both are at the same place." }),
    "POST sync/to-audio": () => ({ outcome: "agreed", message: "Both are at the same place." }),
    "POST sync/from-audio": () => ({ outcome: "imported", message: "The page is where the audiobook is." }),
    DELETE: () => { state.forgotten = true; return { deleted: true }; },
  };

  function library(method, rest, query, body) {
    if (rest.startsWith("b1/merge") || rest.startsWith("b2/merge")) {
      state.merged = [...state.merged, rest.slice(0, 2)];
      return [200, { document: "d", merged: state.merged, message: "Merged. Both move together from now on." }];
    }
    if (state.forgotten) return [404, { code: 3003, message: "There is no such document." }];
    const name = rest.replace(/^d\/?/, "");
    const [route, id] = name.startsWith("calibrations/") ? name.split("/") : [name];
    if (options.refuse?.[route]) return options.refuse[route];
    const found = method === "DELETE" && !route ? routes.DELETE : routes[`${method} ${route}`];
    return found ? [200, found(query, body, id)] : [404, { code: 1, message: "No such route." }];
  }

  // [status, body] for a request.
  return function answer(method, path, query, body) {
    if (path === "/admin/setup") return [200, { server: "koshelf", first_run: false, indexing: false, registration: true }];
    if (path === "/admin/accounts/login") return [200, { username: "ann", role: "admin", configured: true, connected: options.connected ?? true, version: 1 }];
    if (path === "/admin/library") {
      return [200, { next: null, documents: [documentOf(), ...OTHERS.map(([document, title, authors, filename]) => ({ document, title, authors, filename,
        reading: { percentage: 0.2, device: "Kobo", at: now }, listening: null, link: { state: "none" }, merged: [] }))] }];
    }
    if (path.startsWith("/admin/library/")) return library(method, path.slice("/admin/library/".length), query, body);
    if (path === "/admin/audiobookshelf/search") return [200, { next: null, items: [{ ...ITEM, id: "li_2", title: "The Time Machine (text)", ebook: "epub", duration: 0 }, ITEM] }];
    if (path.startsWith("/admin/audiobookshelf/library-items/")) return [200, { ...ITEM, id: path.split("/").at(-1), title: "The Time Machine (text)", ebook: "epub", duration: 0 }];
    if (path === "/admin/activity") {
      return [200, { next: null, last: "1", entries: [1, 2, 3].map((n) => ({ id: String(n), at: (now - n * 5000) * 1000, user: "ann", document: "d",
        event: "push.moved", sentence: `Kobo_clara's ${42 - n} % kept: newer than Audiobookshelf's 38 % (3:10:12) by 12 min; audio moved to 3:25:40` })) }];
    }
    return [404, { code: 3005, message: "There is no such thing." }];
  };
}
