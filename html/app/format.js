// Numbers and times for people.

export function percent(fraction) {
  const value = Math.max(0, Math.min(1, fraction)) * 100;
  const rounded = value > 0 && value < 1 ? value.toFixed(1) : String(Math.round(value));
  return `${rounded} %`;
}

// Seconds of an audiobook: "3:10:12"; below an hour "10:12", with `full` "0:10:12".
export function clock(seconds, full = false) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return hours || full ? `${hours}:${rest}` : rest;
}

// What clock() says, back in seconds; null if it is no time.
export function parseClock(text) {
  const parts = text.trim().split(":");
  if (parts.length > 3 || !parts.every((part) => /^\d{1,4}$/.test(part))) return null;
  const seconds = parts.reduce((sum, part) => sum * 60 + Number(part), 0);
  return parts.slice(1).some((part) => Number(part) > 59) ? null : seconds;
}

const UNITS = [["year", 31_557_600], ["month", 2_629_800], ["week", 604_800], ["day", 86_400], ["hour", 3_600],
  ["minute", 60]];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const hours = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const days = new Intl.DateTimeFormat("en", { weekday: "long", day: "numeric", month: "long" });
const daysOfYears = new Intl.DateTimeFormat("en", { weekday: "long", day: "numeric", month: "long", year: "numeric" });

// Milliseconds since 1970: "3 hours ago".
export function ago(millis) {
  const seconds = (millis - Date.now()) / 1000;
  for (const [unit, length] of UNITS) {
    if (Math.abs(seconds) >= length) return relative.format(Math.round(seconds / length), unit);
  }
  return "just now";
}

export const moment = (millis) => exact.format(new Date(millis));
export const timeOfDay = (millis) => hours.format(new Date(millis));

// "Today", "Yesterday", "Tuesday, 3 March"; with the year if it is another one.
export function day(millis) {
  const thisYear = (date) => new Date(date).getFullYear() === new Date().getFullYear();
  const start = (date) => new Date(date).setHours(0, 0, 0, 0);
  const back = Math.round((start(Date.now()) - start(millis)) / 86_400_000);
  return ["Today", "Yesterday"][back] ?? (thisYear(millis) ? days : daysOfYears).format(new Date(millis));
}

// "12 seconds", "3 hours": how long something takes or took.
export function span(seconds) {
  const [unit, length] = UNITS.find((each) => Math.abs(seconds) >= each[1]) ?? ["second", 1];
  return count(Math.round(Math.abs(seconds) / length), unit);
}

const numbers = new Intl.NumberFormat("en");
export const number = (value) => numbers.format(value);

// What is known of several things: "George Eliot · 31:04:05".
export const joined = (...words) => words.filter(Boolean).join(" · ");

// "1 book", "7 books", "1,204 entries".
export function count(value, one, many = `${one}s`) {
  return `${number(value)} ${value === 1 ? one : many}`;
}

export function bytes(value) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = value > 0 ? Math.min(units.length - 1, Math.floor(Math.log2(value) / 10)) : 0;
  const size = value / 1024 ** power;
  return `${size < 10 && power ? size.toFixed(1) : Math.round(size)} ${units[power]}`;
}

// "the_wrong_box.epub" as a title, where there is none.
export function nameOf(book) {
  if (book.title) return book.title;
  if (book.link?.title) return book.link.title;
  if (book.filename) return book.filename.replace(/^.*\//, "").replace(/\.[A-Za-z0-9]{1,5}$/, "").replaceAll("_", " ");
  return `Book ${book.document.slice(0, 8)}`;
}

const REFUSALS = [[/^HTTP 40[13]$/, "Audiobookshelf does not accept the key"], [/^HTTP 404$/, "Audiobookshelf does not have the book any more"],
  [/^HTTP 429$/, "Audiobookshelf had too many requests"], [/^HTTP 5\d\d$/, "Audiobookshelf had an error"]];

// Why a place did not get to Audiobookshelf: what the server noted, explained where that is a mere number.
export function reasonWords(reason) {
  const found = REFUSALS.find(([pattern]) => pattern.test(reason));
  return found ? `${found[1]} (${reason})` : reason;
}

export const TIERS = {
  exact: ["Sentence", "The text is known: positions cross at the sentence."],
  learned: ["Page", "The text is not known: positions cross by the nearest place where a device has been."],
  percentage: ["Estimate", "The text is not known: positions cross by percentage."],
};
