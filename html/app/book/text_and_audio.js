// The sentences and the alignment of a book: loaded by themselves, each of them allowed to fail.
import * as api from "../api.js";
import { alignmentCard } from "./alignment_card.js";
import { sentencesCard } from "./sentences_card.js";

const PENDING = 4000; // ms until a text that is being read is asked for again

const wait = (millis) => new Promise((resume) => { setTimeout(resume, millis); });
// What the alignment and the sentences depend on.
const placesOf = ({ link, reading, listening }) => JSON.stringify([link.state, link.item, link.text_item,
  reading?.percentage, reading?.at, listening?.seconds]);

// {elements, show(document)}. `isGone()`: nobody looks any more. `carried(outcome)` when a calibration has made the
// newest position cross once more.
export function textAndAudio(address, isGone, carried) {
  const sentences = sentencesCard();
  let [book, alignment, said, places, turn] = [null, null, null, "", 0];
  const tellSentences = () => { if (said) sentences.show(book, said, alignment); };
  const takeAlignment = (next) => {
    alignment = next.state === "ready" ? next : null;
    // Devices count pages, not characters: what they say is what people know.
    if (next.reading && book.reading) next.reading.percentage = book.reading.percentage;
    // Without a text there are no sentences, and the picture's place says why.
    sentences.element.hidden = !["ready", "pending"].includes(next.state);
    picture.show(next);
    tellSentences();
  };
  const picture = alignmentCard(address, (next) => {
    takeAlignment(next);
    loadSentences(turn);
    carried(next.carried?.outcome);
  });
  async function loadSentences(mine) {
    try {
      const answer = await api.get(address.at("sentences"));
      if (mine !== turn || isGone()) return;
      said = answer;
      tellSentences();
    } catch (error) {
      if (mine === turn) sentences.fail(error, () => loadSentences(turn));
    }
  }
  async function loadAlignment(mine) {
    try {
      const answer = await api.get(address.at("alignment"));
      if (mine !== turn || isGone()) return;
      takeAlignment(answer);
      if (answer.state !== "pending") return;
      await wait(PENDING);
      if (mine === turn && !isGone()) { loadAlignment(mine); loadSentences(mine); }
    } catch (error) {
      if (mine === turn) picture.fail(error, () => loadAlignment(turn));
    }
  }
  return {
    elements: [sentences.element, picture.element],
    show(next) {
      book = next;
      const linked = next.link.state === "linked";
      picture.element.hidden = !linked;
      if (!linked) sentences.element.hidden = true;
      if (placesOf(next) === places) return;
      places = placesOf(next);
      turn += 1;
      if (!linked) return;
      sentences.element.hidden = false;
      sentences.busy();
      picture.busy();
      loadAlignment(turn);
      loadSentences(turn);
    },
  };
}
