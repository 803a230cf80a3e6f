// What is said of an alignment and its stretches.
import { chapterOf, sectionName, sectionOf, stretchOfText } from "./scales.js";
import { clock, count, percent } from "../format.js";

const KINDS = {
  matched: "Section and chapter found in each other",
  line: "No marks to go by: read evenly from end to end",
  unmatched: "Neither found its counterpart: laid over each other",
  "not-read": "Not read aloud",
  "not-in-text": "Not in the text",
};
export const SURE = [[0.8, "sure"], [0.5, "fairly sure"], [0, "a guess"]];

export const kindWords = (stretch) => KINDS[stretch.kind] ?? stretch.kind;
export const skipped = (stretch) => stretch.kind === "not-read" || stretch.kind === "not-in-text";
export const sureWords = (confidence) => SURE.find(([least]) => confidence >= least)[1];

// One place of a book needs more than whole per cents.
export const finePercent = (fraction) => `${(Math.max(0, Math.min(1, fraction)) * 100).toFixed(1)} %`;

function range(list, begin, end, nameOf) {
  if (end <= begin) return "";
  const [first, last] = [nameOf(list[begin]), nameOf(list[end - 1])];
  if (end - begin === 1 || first === last) return first;
  return `${first} – ${last}`;
}

// {text, share, audio, time, sure} of a stretch, in words.
export function stretchWords(alignment, stretch) {
  const hasText = stretch.end > stretch.begin;
  const hasAudio = stretch.end_seconds > stretch.start_seconds;
  const share = (offset) => percent(offset / alignment.length);
  const section = range(alignment.sections, stretch.section_begin, stretch.section_end, sectionName);
  const chapter = range(alignment.chapters, stretch.chapter_begin, stretch.chapter_end, (each) => each?.title ?? "");
  return {
    text: hasText ? section || "Text without a title" : "Not in the text",
    share: hasText ? `${share(stretch.begin)} to ${share(stretch.end)}` : `at ${share(stretch.begin)}`,
    audio: hasAudio ? chapter || "Audio without a title" : "Not read aloud",
    time: hasAudio ? `${clock(stretch.start_seconds)} to ${clock(stretch.end_seconds)}`
      : `at ${clock(stretch.start_seconds)}`,
    sure: skipped(stretch) ? "" : sureWords(stretch.confidence),
  };
}

// How far the page is, as the device counts; by characters where it does not say.
export const readShare = ({ reading, length }) => percent(reading.percentage ?? reading.offset / length);

// "Your page (41 %) is read aloud at 1:25:40."
export function readingWords(alignment) {
  const { reading, stretches } = alignment;
  if (!reading || reading.seconds === null || reading.seconds === undefined) return "";
  const aloud = !skipped(stretches[stretchOfText(stretches, reading.offset)]);
  const place = `Your page (${readShare(alignment)})`;
  return aloud ? `${place} is read aloud at ${clock(reading.seconds)}.`
    : `${place} is not read aloud; the audio goes on at ${clock(reading.seconds)}.`;
}

export function listeningWords(alignment) {
  const { listening } = alignment;
  if (!listening) return "";
  const place = listening.offset === null || listening.offset === undefined ? "" : placeName(alignment, listening.offset);
  return `The audiobook is at ${clock(listening.seconds)}${place ? `, in ${place}` : ""}.`;
}

export function summary({ method, chapters, sections, confidence }) {
  const how = method === "chapters" ? "matched by their titles and lengths"
    : "laid on one line, since the marks say too little";
  const what = `${count(sections.length, "section")} of the text and ${count(chapters.length, "chapter")} of the audio`;
  return `${what}, ${how}. Altogether: ${sureWords(confidence)} (${percent(confidence)}).`;
}

export const placeName = (alignment, offset) => sectionName(sectionOf(alignment.sections, offset));
export const chapterName = (alignment, seconds) => chapterOf(alignment.chapters, seconds)?.title ?? "";
