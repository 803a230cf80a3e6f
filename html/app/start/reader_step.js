// Of the guided start: the reader. It waits for the first page that is turned.
import * as api from "../api.js";
import { aboutCertificate, aboutMatching, addressPanel, readerSteps } from "../components/address.js";
import { lastSeen } from "../components/book_parts.js";
import { ready, waiting } from "../components/checks.js";
import { poll } from "../components/states.js";
import { el, fill } from "../dom.js";
import { nameOf, percent } from "../format.js";

const PAUSE = 2000; // ms

export function readerStep(place, { changed }) {
  const state = el("div", { role: "status" }, waiting("Waiting for your reader. Turn a page."));
  fill(place, el("h2", {}, "Your reader"), el("p", {}, "Type this address into KOReader on every device you read on."),
    addressPanel(),
    readerSteps(api.who().username), state, aboutCertificate(), aboutMatching());
  let shown = "";
  return poll(PAUSE, async () => {
    const { documents: [book] } = await api.get("/admin/library?limit=1");
    if (!book?.reading || shown === JSON.stringify(book.reading)) return;
    shown = JSON.stringify(book.reading);
    fill(state, ready([el("b", { dir: "auto" }, nameOf(book)), ` has arrived, at ${percent(book.reading.percentage)}. `]),
      lastSeen(book));
    changed({ reader: true });
  });
}
