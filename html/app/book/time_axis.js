// Times on a line. Long pauses are cut out, so that a summer without a book does not push all reading to the edges.
const HOUR = 3600;
const DAY = 86_400;
const PAUSE = 3 * DAY; // the shortest that is cut out
const PART = 0.08; // and which share of all reading it is at least
const CUT = 34; // px that it is drawn with
const steps = (kind, unit, ...counts) => counts.map((count) => [count * unit, kind]);
const STEPS = [...steps("time", 60, 1, 5, 15, 30), ...steps("time", HOUR, 1, 2, 3, 6, 12), ...steps("day", DAY, 1, 2, 7, 14),
  ...steps("month", DAY, 30, 91, 182, 365, 1826)];
const ROOM = 62; // px that a tick has at least
const LETTER = 6.5; // px of its words
const GAP = 12;

const format = (options) => new Intl.DateTimeFormat(undefined, options);
const WORDS = { time: format({ hour: "numeric", minute: "2-digit" }), day: format({ day: "numeric", month: "short" }),
  past: format({ day: "numeric", month: "short", year: "2-digit" }), month: format({ month: "short", year: "numeric" }) };

// "3 months" for a pause in seconds.
export function pauseWords(seconds) {
  const days = seconds / DAY;
  const [count, unit] = days >= 548 ? [days / 365.25, "year"] : days >= 45 ? [days / 30.44, "month"] : [days, "day"];
  const whole = Math.round(count);
  return `${whole} ${unit}${whole === 1 ? "" : "s"}`;
}

// Times in order, in runs without a long pause: [[from, to], …].
function runsOf(times) {
  const gaps = times.slice(1).map((time, i) => time - times[i]);
  const base = gaps.reduce((sum, gap) => sum + Math.min(gap, PAUSE), 0);
  const limit = Math.max(PAUSE, base * PART);
  const runs = [[times[0], times[0]]];
  gaps.forEach((gap, i) => {
    if (gap > limit) runs.push([times[i + 1], times[i + 1]]);
    else runs.at(-1)[1] = times[i + 1];
  });
  return runs;
}

// The beginning of the hour, day or month at or after a time, in the clock of who looks.
function firstTick(time, step, kind) {
  const date = new Date(time * 1000);
  if (kind === "month") {
    date.setHours(0, 0, 0, 0);
    if (date.getTime() < time * 1000 || date.getDate() > 1) date.setMonth(date.getMonth() + 1, 1);
    return date;
  }
  date.setMinutes(0, 0, 0);
  if (step < HOUR) {
    while (date.getTime() < time * 1000) date.setTime(date.getTime() + step * 1000);
  } else {
    const hours = Math.min(24, step / HOUR);
    while (date.getTime() < time * 1000 || date.getHours() % hours) date.setHours(date.getHours() + 1);
  }
  return date;
}

function nextTick(date, step, kind) {
  const next = new Date(date);
  if (kind === "time") next.setTime(next.getTime() + step * 1000);
  else if (kind === "day") next.setDate(next.getDate() + step / DAY);
  else next.setMonth(next.getMonth() + Math.max(1, Math.round(step / (30.4 * DAY))));
  return next;
}

function ticksOf(spans, scale, at) {
  const [step, kind] = STEPS.find(([length]) => length * scale >= ROOM) ?? STEPS.at(-1);
  const all = [];
  for (const [from, to] of spans) {
    let date = firstTick(from, step, kind);
    if (date.getTime() / 1000 > to) all.push({ time: from, kind: kind === "time" ? "day" : kind });
    for (; date.getTime() / 1000 <= to; date = nextTick(date, step, kind)) {
      const midnight = date.getHours() === 0 && date.getMinutes() === 0;
      all.push({ time: date.getTime() / 1000, kind: kind === "time" && midnight ? "day" : kind });
    }
  }
  const year = new Date(spans.at(-1)[1] * 1000).getFullYear();
  let free = -Infinity;
  return all.flatMap(({ time, kind: words }) => {
    const x = at(time);
    if (x < free) return [];
    const date = new Date(time * 1000);
    const day = WORDS[date.getFullYear() === year ? "day" : "past"].format(date);
    const first = words === "time" && free === -Infinity;
    const label = first ? `${day}, ${WORDS.time.format(date)}` : words === "day" ? day : WORDS[words].format(date);
    free = x + Math.max(ROOM, label.length * LETTER + GAP);
    return [{ x, label }];
  });
}

// {at(time) -> px, ticks: [{x, label}], cuts: [{x, width, seconds}]} for times in order, in seconds since 1970.
export function timeAxis(times, width) {
  const runs = runsOf(times);
  const cut = runs.length > 1 ? Math.min(CUT, (width * 0.35) / (runs.length - 1)) : 0;
  const total = runs.reduce((sum, [from, to]) => sum + (to - from), 0);
  const room = width - cut * (runs.length - 1);
  // A single time, and times that are all alone, stand in the middle of what is theirs.
  const alone = total === 0 ? room / runs.length : Math.min(6, room / runs.length / 4);
  const scale = total === 0 ? 0 : (room - alone * runs.length) / total;
  let x = 0;
  const placed = runs.map(([from, to]) => {
    const start = x + alone / 2;
    x = start + (to - from) * scale + alone / 2 + cut;
    return { from, to, start };
  });
  const at = (time) => {
    const run = placed.findLast((each) => time >= each.from) ?? placed[0];
    return run.start + Math.max(0, Math.min(time, run.to) - run.from) * scale;
  };
  const cuts = placed.slice(1).map((run, i) => (
    { x: run.start - alone / 2 - cut, width: cut, seconds: run.from - placed[i].to }));
  return { at, cuts, ticks: ticksOf(runs, scale || 1, at) };
}
