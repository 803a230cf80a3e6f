// What the page of a book computes: axes, scales, titles that fit, times. Without a browser: `node scales.mjs`.
import assert from "node:assert/strict";
import { offsetOf, secondsOf, shortTitles, stretchOfText, stretchOfTime } from "../../html/app/book/scales.js";
import { shareScale } from "../../html/app/book/share_scale.js";
import { pauseWords, timeAxis } from "../../html/app/book/time_axis.js";
import { clock, day, parseClock } from "../../html/app/format.js";

process.env.TZ = "Europe/Berlin";
const DAY = 86_400;
const NOW = 1_790_000_000; // 21 September 2026
const WIDTH = 600;

function days(count, step = DAY, end = NOW) {
  return Array.from({ length: count }, (_, i) => end - (count - 1 - i) * step);
}

// Later is further to the right, everything is inside, and ticks do not stand on each other.
function checkAxis(times, width = WIDTH) {
  const axis = timeAxis(times, width);
  const places = times.map(axis.at);
  places.forEach((x, i) => {
    assert.ok(x >= 0 && x <= width, `${x} is outside`);
    if (i) assert.ok(x >= places[i - 1], "later, but further to the left");
  });
  axis.ticks.forEach((tick, i) => assert.ok(i === 0 || tick.x - axis.ticks[i - 1].x >= 60, "ticks too close"));
  assert.ok(axis.ticks.length > 0, "no tick");
  return axis;
}

// One time stands in the middle.
assert.equal(checkAxis([NOW]).at(NOW), WIDTH / 2);
// An evening: hours. A month: days. Three even years: months, nothing cut out.
assert.ok(checkAxis([NOW - 5 * 3600, NOW]).ticks.length >= 4);
assert.ok(checkAxis(days(30)).ticks.length >= 4);
assert.deepEqual(checkAxis(days(200, 5 * DAY)).cuts, []);
assert.match(checkAxis(days(200, 5 * DAY)).ticks[0].label, /\d{4}/);
// Two positions three years apart: one cut, however narrow the screen.
for (const width of [280, 900]) {
  const { cuts, at } = checkAxis([NOW - 3 * 365 * DAY, NOW], width);
  assert.equal(cuts.length, 1);
  assert.equal(pauseWords(cuts[0].seconds), "3 years");
  assert.ok(at(NOW) - at(NOW - 3 * 365 * DAY) > cuts[0].width);
}
// Bursts with long pauses, down to a burst of one: what was read has most of the room.
const bursts = [0, 200, 400, 700].flatMap((back) => days(back === 400 ? 1 : 30, 7200, NOW - back * DAY)).sort((a, b) => a - b);
const axis = checkAxis(bursts);
assert.equal(axis.cuts.length, 3);
assert.ok(axis.cuts.reduce((sum, cut) => sum + cut.width, 0) < WIDTH * 0.4);
// Forty books' worth of pauses, all alone: still in order.
checkAxis(days(40, 200 * DAY), 280);
assert.deepEqual([pauseWords(4 * DAY), pauseWords(DAY), pauseWords(61 * DAY)], ["4 days", "1 day", "2 months"]);
// A day on which the clock is put back.
checkAxis(days(6, 5 * 3600, Date.UTC(2026, 9, 25, 6) / 1000));

// All of the book if much of it was read, else the part around what was.
assert.deepEqual(shareScale([0.02, 0.9]).lines, [0, 0.25, 0.5, 0.75, 1]);
assert.deepEqual([shareScale([0.3]).low, shareScale([0.3]).high], [0, 1]);
for (const shares of [[0.41, 0.43], [0, 0.05], [0.97, 1], [0.2, 0.41], [0.5, 0.501]]) {
  const { low, high, lines } = shareScale(shares);
  assert.ok(low <= Math.min(...shares) + 1e-9 && high >= Math.max(...shares) - 1e-9 && low < high && lines.length >= 2 && lines.length <= 7, String(shares));
  assert.ok(low >= 0 && high <= 1);
}

// Two chapters, the second read at half the pace; a preface that is not read, credits that are not in the text.
const stretches = [
  { kind: "not-read", begin: 0, end: 100, start_seconds: 0, end_seconds: 0 },
  { kind: "not-in-text", begin: 100, end: 100, start_seconds: 0, end_seconds: 20 },
  { kind: "matched", begin: 100, end: 300, start_seconds: 20, end_seconds: 120 },
  { kind: "matched", begin: 300, end: 400, start_seconds: 120, end_seconds: 220 },
];
const straight = { stretches };
assert.deepEqual([0, 100, 200, 350, 400, 999].map((offset) => secondsOf(straight, offset)), [0, 20, 70, 170, 220, 220]);
assert.deepEqual([10, 20, 70, 170, 220, 999].map((seconds) => offsetOf(straight, seconds)), [100, 100, 200, 350, 400, 400]);
// A knot within a stretch bends it.
const bent = { stretches, knots: [[0, 0], [100, 0], [100, 20], [200, 90], [300, 120], [400, 220]] };
assert.deepEqual([150, 200, 250].map((offset) => secondsOf(bent, offset)), [55, 90, 105]);
assert.deepEqual([0, 10, 90, 105].map((seconds) => offsetOf(bent, seconds)), [100, 100, 200, 250]);
assert.deepEqual([stretchOfText(stretches, 100), stretchOfTime(stretches, 5), stretchOfTime(stretches, 999)], [2, 1, 3]);
for (let offset = 100; offset <= 400; offset += 7) {
  assert.ok(Math.abs(offsetOf(bent, secondsOf(bent, offset)) - offset) < 1e-6);
}

assert.deepEqual(shortTitles(["Title page", "Chapter 1", "Chapter 2", "Chapter 3"]), ["Title page", "1", "2", "3"]);
assert.deepEqual(shortTitles(["The Son", "Kamala", "By the River"]), ["The Son", "Kamala", "By the River"]);
assert.deepEqual(shortTitles(["", "1", "2"]), ["", "1", "2"]);

assert.deepEqual(["1:25:40", "25:40", "40", " 0:00:05 ", "100:00:00"].map(parseClock), [5140, 1540, 40, 5, 360_000]);
for (const wrong of ["", "soon", "1:2:3:4", "1:75", "1:25:", "-1", "1.5", "0:60:00"]) assert.equal(parseClock(wrong), null, wrong);
for (const seconds of [0, 59, 60, 3599, 3600, 86_400]) {
  assert.equal(parseClock(clock(seconds)), seconds);
  assert.equal(parseClock(clock(seconds, true)), seconds);
}
assert.equal(day(Date.now()), "Today");
assert.match(day(Date.UTC(2001, 4, 3, 12)), /Thursday.*2001/);
console.log("scales: passed");
