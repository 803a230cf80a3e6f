// How the server is: what it stands on, what waits, and what was given up.
import * as api from "../api.js";
import { attempt, note } from "../components/notes.js";
import { failed, poll, skeleton } from "../components/states.js";
import { button, el, fill } from "../dom.js";
import { ago, bytes, count, number, reasonWords, span } from "../format.js";

const PULSE = 5000; // ms
const MARKS = { ok: ["✓", "good"], warning: ["!", "note"], failed: ["✕", "wrong"] };
const KEEPING = { "aof always": "on the disk before each answer", "aof everysec": "on the disk within a second",
  rdb: "now and then, as a snapshot", none: "not at all: a restart loses everything" };

function card(title, state, words, ...facts) {
  const [sign, meaning] = MARKS[state];
  return el("section", { class: `card health-card ${state}` },
    el("h2", {}, el("span", { class: "mark", role: "img", "aria-label": meaning }, sign), title),
    el("p", {}, words), el("dl", { class: "facts" },
      facts.filter(([, value]) => value !== undefined && value !== null && value !== "")
      .map(([name, ...value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))));
}

function redisCard(redis) {
  if (!redis.ok) return card("Redis", "failed",
    redis.loading ? "It is reading its file, and answers soon." : "It does not answer. Devices wait; nothing is lost.");
  const full = redis.memory_limit_bytes ? redis.memory_bytes / redis.memory_limit_bytes : 0;
  const bad = full > 0.9 || redis.persistence === "none" || (redis.eviction && redis.eviction !== "noeviction");
  return card("Redis", bad ? "warning" : "ok", bad ? "It works, but look below." : "It answers, and keeps what it is told.",
    ["Answers in", redis.latency_ms === undefined ? null : `${redis.latency_ms.toFixed(1)} ms`],
    ["Memory", `${bytes(redis.memory_bytes)}${redis.memory_limit_bytes ? ` of ${bytes(redis.memory_limit_bytes)}`
      : ", no limit"}`],
    ["Keeps", KEEPING[redis.persistence] ?? redis.persistence],
      ["When full", redis.eviction === "noeviction" ? "refuses" : redis.eviction],
    ["Replicas", redis.replicas || null], ["Version", redis.version]);
}

function bridgeCard(bridge) {
  const sync = bridge.sync?.running;
  const library = bridge.library?.running;
  const words = sync && library ? "It carries positions, and looks after the libraries."
    : sync ? "It carries positions; nobody looks after the libraries." : "It does not run. Pushes wait, and are not lost.";
  return card("Bridge", sync && library ? "ok" : sync ? "warning" : "failed", words, ["Process", bridge.sync?.holder?.replace(/\/pid:\[\d+\]/, "")]);
}

function absWords(abs, silent) {
  if (abs.breaker_open) return ["failed", "It did not answer several times. It is left alone for a moment."];
  if (abs.answers === false) return ["failed", "It does not answer. What is read waits, and is not lost."];
  if (silent) return ["warning", `${count(silent, "account has", "accounts have")} no live connection.`];
  return ["ok", "Every account hears of changes at once."];
}

function absCard(abs) {
  if (!abs.configured) {
    return card("Audiobookshelf", "warning", "It is not connected.", ["", el("a", { href: "#/settings" }, "Connect it")]);
  }
  const silent = abs.feeds.filter((feed) => !feed.live);
  const [state, words] = absWords(abs, silent.length);
  return card("Audiobookshelf", state, words, ["Live", `${abs.feeds.length - silent.length} of ${abs.feeds.length}`],
    ["Not live", silent.map((feed) => feed.user).join(", ")], ["Version", abs.version]);
}

function outboxCard(outbox) {
  const waits = outbox.due ?? 0;
  return card("Outbox", outbox.oldest_ms > 300_000 ? "warning" : "ok",
    waits || outbox.accounts ? "Places on their way to Audiobookshelf." : "Nothing waits.",
    ["Accounts", number(outbox.accounts ?? 0)], ["Due now", number(waits)],
      ["Books", outbox.documents === undefined ? null : number(outbox.documents)],
    ["Longest wait", outbox.oldest_ms ? span(outbox.oldest_ms / 1000) : null]);
}

function serverCard(health) {
  return card("Server", health.indexed ? "ok" : "warning",
    health.indexed ? "It serves." : "It serves, and looks through the data of before.",
    ["Version", health.version], ["Runs for", health.uptime_s === undefined ? null : span(health.uptime_s)],
      ["Accounts", number(health.accounts ?? 0)],
    ["Books", health.documents === undefined ? null : number(health.documents)],
    ["For monitors", health.metrics ? el("a", { href: api.basePath + health.metrics }, health.metrics) : null]);
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

function summary(health) {
  const problems = health.problems ?? [];
  return problems.length ? el("ul", { class: "checks card" },
    problems.map((each) => el("li", { class: each.state },
    el("span", { class: "mark", role: "img", "aria-label": MARKS[each.state]?.[1] ?? each.state }, MARKS[each.state]?.[0] ?? "·"),
    el("span", {}, each.message))))
      : el("p", { class: "all-well" }, el("span", { class: "mark", "aria-hidden": "true" }, "✓"), "Everything works.");
}

export async function healthView(place) {
  const content = el("div");
  fill(place, el("h1", {}, "Health"), content);
  fill(content, skeleton(4, "block"));
  let shown = "";
  const look = async () => {
    try {
      const health = await api.get("/admin/health");
      // What changes all the time is drawn, too, but not under somebody's finger, unless
      // that is on "Try again".
      const state = JSON.stringify(health);
      if (state === shown || (shown && content.contains(document.activeElement))) return;
      shown = state;
      fill(content, el("div", { role: "status" }, summary(health)),
        el("div", { class: "health-cards" }, redisCard(health.redis), bridgeCard(health.bridge), absCard(health.audiobookshelf),
        outboxCard(health.outbox ?? {}), serverCard(health)), deadLetters(health.dead ?? [], health.dead_letters, again));
    } catch (error) {
      shown = "";
      if (!content.querySelector(".failed")) fill(content, failed(error, look));
    }
  };
  const again = () => { document.activeElement?.blur(); return look(); };
  return poll(PULSE, look);
}
