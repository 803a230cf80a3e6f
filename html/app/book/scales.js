// The two scales of a book: places in the text, and seconds of the audio.

const between = (x, x0, x1, y0, y1) => (x1 > x0 ? y0 + ((x - x0) / (x1 - x0)) * (y1 - y0) : y0);

// Which stretch holds a place of the text, preferring one that has text.
export function stretchOfText(stretches, offset) {
  const found = stretches.findIndex((each) => each.end > each.begin && offset >= each.begin && offset < each.end);
  return found >= 0 ? found : stretches.length - 1;
}

export function stretchOfTime(stretches, seconds) {
  const found = stretches.findIndex((each) => seconds >= each.start_seconds && seconds < each.end_seconds);
  return found >= 0 ? found : stretches.length - 1;
}

// Pairs of a place and a second between which the narrator reads evenly: [[offset, seconds], …].
const knotsOf = ({ knots, stretches }) => (knots?.length ? knots
  : stretches.flatMap((each) => [[each.begin, each.start_seconds], [each.end, each.end_seconds]]));

// Along the last knots at or before `value` on one side (0: text, 1: audio) to the other side.
function along(knots, value, side) {
  const other = 1 - side;
  let [low, high] = [0, knots.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (knots[middle][side] <= value) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return knots[0][other];
  if (low === knots.length) return knots.at(-1)[other];
  const [from, to] = [knots[low - 1], knots[low]];
  return between(value, from[side], to[side], from[other], to[other]);
}

// The second at which a place of the text is read, and the place that is read at a second.
export const secondsOf = (alignment, offset) => along(knotsOf(alignment), offset, 0);
export const offsetOf = (alignment, seconds) => along(knotsOf(alignment), seconds, 1);

export const sectionOf = (sections, offset) => sections.find(({ start, length }) => offset >= start && offset < start + length);
export const chapterOf = (chapters, seconds) => chapters.find(({ start, end }) => seconds >= start && seconds < end);

// "Part One › Chapter 3", or what can be said instead.
export function sectionName(section) {
  if (!section) return "";
  return [section.parent, section.title].filter(Boolean).join(" › ");
}

// Of titles that all begin alike, what tells them apart: "Chapter 12" becomes "12".
export function shortTitles(titles) {
  const first = (title) => title.split(/\s+/, 1)[0].toLowerCase();
  const counts = new Map();
  for (const title of titles) counts.set(first(title), (counts.get(first(title)) ?? 0) + 1);
  return titles.map((title) => {
    const rest = title.slice(first(title).length).trim();
    return rest && counts.get(first(title)) > 1 && counts.get(first(title)) * 3 > titles.length ? rest : title;
  });
}
