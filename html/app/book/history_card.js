// Where a book has been: a chart, what the devices last said, and a list of every position.
import { historyChart, kindWords } from "./history_chart.js";
import { markIcon, marksFor, STALE } from "./marks.js";
import { card } from "../components/card.js";
import { button, el, keepingFocus, time } from "../dom.js";
import { ago, day, moment, percent } from "../format.js";

const FEW = 8; // of the list, until more are wanted
const LEAD = "Choose any point to go back there, on your readers and in the audiobook. It can be undone.";
const NONE = "No history yet: it begins with the next page that is turned.";
const hour = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

function row(entry, now, markOf, main, restore) {
  const at = entry.at * 1000;
  const stale = entry.state === "stale";
  const share = entry.percentage === undefined ? "–" : percent(entry.percentage);
  const other = entry.document && entry.document !== main ? "other file" : "";
  const more = [kindWords(entry), other].filter(Boolean).join(", ");
  return el("li", { class: stale ? "stale" : null }, markIcon(markOf(entry), stale), el("span", { class: "share" }, share),
    el("span", { class: "from" }, el("bdi", {}, entry.device || "a device"), more ? el("small", {}, ` ${more}`) : null),
    time(at, hour.format(new Date(at)), moment(at)),
    entry === now ? el("span", { class: "badge" }, "Now") : button("Restore", () => restore(entry), {
      class: "plain", "data-key": `restore ${entry.id}`, "aria-label": `Restore ${share} of ${moment(at)}` }));
}

// A list for each day, newest first.
function days(entries, ...rest) {
  const parts = [];
  for (const entry of entries) {
    const title = day(entry.at * 1000);
    if (parts.at(-1)?.title !== title) parts.push({ title, rows: [] });
    parts.at(-1).rows.push(row(entry, ...rest));
  }
  return parts.map(({ title, rows }) => el("div", { class: "day" }, el("h3", {}, title),
    el("ol", { class: "history" }, rows)));
}

function legendName(entry, { colour }) {
  if (colour === "heard") return "Heard";
  return colour === "console" ? "Restored here" : entry.device || "a device";
}

// The last word of each device. What it is a key to is the chart, so it shows the marks.
function legend(entries, devices, markOf) {
  const seen = new Map();
  for (const entry of entries) {
    const name = legendName(entry, markOf(entry));
    if (!seen.has(name)) seen.set(name, entry);
  }
  const line = ([name, entry]) => {
    const { percentage, at } = devices?.find((each) => each.device === name) ?? entry;
    const last = ` ${percentage === undefined ? "" : `${percent(percentage)}, `}${ago(at * 1000)}`;
    return el("li", {}, markIcon(markOf(entry)), el("span", {}, el("bdi", {}, name), el("small", {}, last)));
  };
  const stale = entries.some((entry) => entry.state === "stale")
    ? el("li", {}, markIcon(STALE, true), el("small", {}, "hollow: sent again, ignored")) : null;
  return el("ul", { class: "device-key" }, [...seen].map(line), stale);
}

// {element, show(answer of the document)}. `restore(entry)` when asked.
export function historyCard(restore) {
  const chart = historyChart(restore);
  const key = el("div", {});
  const list = el("div", { class: "days" });
  const below = el("div", { class: "actions" });
  const lead = el("p", { class: "quiet" });
  const element = card("history", "Where it has been", lead, chart.element, key, list, below);
  let [all, shown] = [false, null];
  const more = (count) => button(all ? "Show fewer" : `Show all ${count}`, () => { all = !all; draw(); },
    { class: "second", "data-key": "all", "aria-expanded": String(all) });
  const draw = () => keepingFocus(element, () => {
    const { document, history, devices } = shown;
    const now = history.find((entry) => entry.state === "current");
    const markOf = marksFor(history);
    lead.textContent = history.length ? LEAD : NONE;
    chart.show(history, now, markOf);
    key.replaceChildren(history.length ? legend(history, devices, markOf) : "");
    list.replaceChildren(...days(all ? history : history.slice(0, FEW), now, markOf, document.document, restore));
    below.replaceChildren(history.length > FEW ? more(history.length) : "");
    below.hidden = history.length <= FEW;
  });
  return { element, show(found) { shown = found; draw(); } };
}
