// How the server is: what it stands on, what waits, and what was given up.
import * as api from "../api.js";
import { mark } from "../components/checks.js";
import { attempt, note } from "../components/notes.js";
import { failed, poll, skeleton } from "../components/states.js";
import { button, el, fill } from "../dom.js";
import { ago, bytes, count, number, reasonWords, span } from "../format.js";

const PULSE = 5000; // ms
const KEEPING = { "aof always": "on the disk before each answer", "aof everysec": "on the disk within a second",
  rdb: "now and then, as a snapshot", none: "not at all: a restart loses everything" };

// {part, title, words, facts, unused}: `words` where nothing is the matter; `unused`: nobody needs it here.
function card({ title, words, facts, unused }, problems) {
  const state = problems[0]?.state ?? (unused ? "none" : "ok"); // the server has the worst first
  return el("section", { class: `card health-card ${state}` }, el("h2", {}, mark(state), title),
    problems.length ? problems.map((each) => el("p", {}, each.message)) : el("p", {}, words), el("dl", { class: "facts" },
      facts.filter(([, value]) => value !== undefined && value !== null && value !== "")
      .map(([name, ...value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))));
}

const known = (value, words) => (value === undefined || value === null ? null : words(value));

const redisPart = (redis) => ({ part: "redis", title: "Redis", words: "It answers, and keeps what it is told.", facts: [
  ["Answers in", known(redis.latency_ms, (latency) => `${latency.toFixed(1)} ms`)],
  ["Memory", known(redis.memory_bytes, (used) => bytes(used)
    + (redis.memory_limit_bytes ? ` of ${bytes(redis.memory_limit_bytes)}` : ", no limit"))],
  ["Keeps", KEEPING[redis.persistence] ?? redis.persistence],
  ["When full", redis.eviction === "noeviction" ? "refuses" : redis.eviction],
  ["Replicas", redis.replicas || null], ["Version", redis.version]] });

const bridgePart = ({ sync, library }, needed) => ({ part: "bridge", title: "Bridge", unused: !needed && !sync?.running,
  words: !needed ? "There is nothing to do for it while Audiobookshelf is not connected."
    : "It carries positions, and looks after the libraries.",
  facts: [["Process", (sync?.holder ?? library?.holder)?.replace(/\/pid:\[\d+\]/, "")]] });

function absPart(abs) {
  if (!abs.configured) return { part: "audiobookshelf", title: "Audiobookshelf", unused: true, facts: [],
    words: ["It is not connected. ", el("a", { href: "#/settings" }, "Connect it")] };
  const silent = abs.feeds.filter((feed) => !feed.live);
  return { part: "audiobookshelf", title: "Audiobookshelf", words: "It answers.", facts: [
    ["Hear at once", `${abs.feeds.length - silent.length} of ${abs.feeds.length}`], ["Asked instead", silent.map((feed) => feed.user ?? "everybody else").join(", ")], ["Version", abs.version]] };
}

const outboxPart = (outbox) => ({ part: "outbox", title: "Outbox",
  words: outbox.due || outbox.accounts ? "Places on their way to Audiobookshelf." : "Nothing waits.",
  facts: [["Accounts", number(outbox.accounts ?? 0)], ["Due now", number(outbox.due ?? 0)],
    ["Books", known(outbox.documents, number)],
    ["Longest wait", outbox.oldest_ms ? span(outbox.oldest_ms / 1000) : null]] });

const serverPart = (health) => ({ part: "data", title: "Server", words: "It serves.", facts: [["Version", health.version],
  ["Accounts", number(health.accounts ?? 0)], ["Books", known(health.documents, number)],
  ["For monitors", health.metrics ? el("a", { href: api.basePath + health.metrics }, health.metrics) : null]] });

// What is the matter with each part is the server's to say; what must be mended first comes first. {words, state, cards}
function judged(health) {
  const problems = health.problems ?? [];
  const all = [redisPart(health.redis), bridgePart(health.bridge, health.audiobookshelf.configured),
    absPart(health.audiobookshelf), outboxPart(health.outbox ?? {}), serverPart(health)];
  const named = [...new Set(problems.map((each) => each.part))];
  const place = ({ part }) => named.indexOf(part) + 1 || all.length + 1;
  all.sort((a, b) => place(a) - place(b));
  const wrong = all.filter(({ part }) => named.includes(part)).map(({ title }) => title).join(", ");
  return { words: wrong ? `To be mended: ${wrong}.` : "Everything works.", state: problems[0]?.state ?? "ok",
    cards: all.map((each) => card(each, problems.filter(({ part }) => part === each.part))) };
}

function letterRow(letter, again) {
  const title = letter.title || `Book ${letter.document.slice(0, 8)}`;
  const retry = () => attempt(async () => {
    const answer = await api.call("POST",
      `/admin/library/${api.segment(letter.document)}/retry${api.query({ user: letter.user })}`, {});
    note(answer.message || "It goes out again.");
    await again();
  });
  return el("li", {}, el("div", {}, el("b", { dir: "auto" }, title), " ", el("bdi", { class: "badge" }, letter.user),
    el("p", { class: "quiet" }, reasonWords(letter.reason), letter.since ? ` · ${ago(letter.since * 1000)}` : "")),
  button("Try again", retry, { class: "second", "aria-label": `Try ${title} again` }));
}

// `all`: how many there are, if they are too many to be shown.
function deadLetters(dead, all, again) {
  if (!dead.length) {
    return el("section", { class: "card" }, el("h2", {}, "Given up"),
      el("p", { class: "quiet" }, "Nothing: every place has found its way."));
  }
  const retryAll = () => attempt(async () => {
    const answer = await api.call("POST", "/admin/outbox/retry?all=true", {});
    note(answer.message || "All of them go out again.");
    await again();
  });
  return el("section", { class: "card" }, el("h2", {}, "Given up"),
    el("p", {}, "These places could not be brought to Audiobookshelf. The next page that is turned tries again by itself."),
    el("ul", { class: "items" }, dead.map((letter) => letterRow(letter, again))),
    all > dead.length ? el("p", { class: "quiet" }, `And ${number(all - dead.length)} more.`) : null,
    dead.length > 1 ? el("div", { class: "actions" }, button("Try all again", retryAll)) : null);
}

export async function healthView(place) {
  const content = el("div");
  const summary = el("div", { role: "status" });
  fill(place, el("h1", {}, "Health"), summary, content);
  fill(content, skeleton(4, "block"));
  let shown = "";
  let trouble = "";
  let said = "";
  const look = async () => {
    try {
      const health = await api.get("/admin/health");
      trouble = "";
      // What changes all the time is drawn, too, but not under somebody's finger, unless
      // that is on "Try again".
      const state = JSON.stringify(health);
      if (state === shown || (shown && content.contains(document.activeElement))) return;
      shown = state;
      const { words, state: worst, cards } = judged(health);
      // It is read aloud when it changes.
      if (said !== worst + words) fill(summary, el("p", { class: `all-well ${worst}` }, mark(worst), words));
      said = worst + words;
      fill(content, el("div", { class: "health-cards" }, cards), deadLetters(health.dead ?? [], health.dead_letters, again));
    } catch (error) {
      shown = "";
      said = "";
      if (trouble !== error.message) { fill(summary); fill(content, failed(error, look)); }
      trouble = error.message;
    }
  };
  const again = () => { document.activeElement?.blur(); return look(); };
  return poll(PULSE, look);
}
