// The page of a book. `node book.mjs book|apart|merge` on the real system; `made-up` and `extremes` on a server that is made up
// (made_up.mjs), for what a real one does not have within minutes: years of history, 120 chapters, routes that fail.
import assert from "node:assert/strict";
import * as made from "./made_up.mjs";
import { facts, go, happen, heading, note, openPage, press, run, seen, shoot, signIn, undo } from "./support.mjs";

const now = Math.floor(Date.now() / 1000);
const HOUR = 3600;
const timeMachine = made.narrated("the_time_machine");
const twoWeeks = () => made.history(40, 12, 0.41, now - HOUR);
const MARKUP = "<img src=x onerror=\"document.title=1\">";

// A page that talks to a made-up server, at its book; the requests that changed something are in page.changes.
async function openBook(browser, options, context = {}) {
  const page = await openPage(browser, context);
  const server = made.makeServer({ book: timeMachine, heard: 5400, now, ...options });
  page.changes = [];
  await page.addInitScript(() => sessionStorage.setItem("koshelf", JSON.stringify({ username: "ann", key: "x" })));
  await page.route("**/admin/**", (route) => {
    const request = route.request();
    const url = new URL(request.url());
    if (url.pathname.endsWith("/cover")) return route.fulfill({ status: 404, contentType: "application/json", body: "{}" });
    const [status, body] = server(request.method(), url.pathname, url.searchParams, request.postDataJSON());
    if (request.method() !== "GET") page.changes.push([request.method(), (url.pathname + url.search.replace(/[?&]user=\w+/, "")).replace("/admin/library/", ""), request.postDataJSON()]);
    return route.fulfill({ status, contentType: "application/json", body: JSON.stringify(body) });
  });
  await page.goto(`${facts.url}#/book/d`);
  await page.locator("h1, h2").first().waitFor();
  return page;
}

const close = (page) => page.context().close();
const share = (page) => page.locator(".history .share").first();

async function picture(page) {
  const slider = page.getByRole("slider", { name: "Stretches of the book" });
  await slider.waitFor();
  assert.equal(await slider.getAttribute("aria-valuemax"), "15");
  await slider.focus();
  await page.keyboard.press("Home");
  assert.match(await slider.getAttribute("aria-valuetext"), /Title page.*Not read aloud/);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  assert.match(await slider.getAttribute("aria-valuetext"), /CHAPTER I, 0.5 % to 10 %: CHAPTER I, 00:24 to 21:44\. .*, sure/);
  const box = await slider.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + 40);
  await page.getByText(/50\.0 % of the text is read at 1:\d\d:\d\d/).waitFor();
  await page.mouse.move(box.x + box.width / 2, box.y + 150);
  await page.getByText(/of the text is read at 1:50:13/).waitFor();
  await page.mouse.move(0, 0);
  await page.getByText("As a table").click();
  const rows = page.getByRole("region", { name: "Stretches as a table" }).locator("tbody tr");
  await rows.last().waitFor();
  assert.equal(await rows.count(), 15);
  await shoot(page, "book-table", { brief: true });
  await page.getByText("As a table").click();
}

async function chart(page) {
  assert.equal(await page.locator(".point").count(), 40);
  await page.locator(".point.now").focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  assert.match(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), /^2\.?\d* %, .*: restore$/);
  const before = await share(page).textContent();
  await page.keyboard.press("Enter");
  await note(page, "Restored to 2 %");
  await page.waitForFunction((old) => document.querySelector(".history .share").textContent !== old, before);
  assert.equal(await page.evaluate(() => document.activeElement.closest(".chart") !== null), true);
  await undo(page);
  await page.waitForFunction((old) => document.querySelector(".history .share").textContent === old, before);
  // With a pointer: what is nearest to it.
  const box = await page.locator(".point").first().boundingBox();
  await page.mouse.move(box.x + 4, box.y + 12);
  await page.locator(".readout").getByText(/^\d/).waitFor();
  await page.mouse.click(box.x + 4, box.y + 12);
  await note(page, "Restored to");
  await undo(page);
  await page.getByRole("button", { name: /Show all/ }).click();
  assert.ok(await page.locator(".history li").count() > 40);
  await page.getByRole("button", { name: "Show fewer" }).click();
}

// A finger's first touch only shows.
async function touch(browser) {
  const page = await openBook(browser, { history: twoWeeks() }, { hasTouch: true, viewport: { width: 390, height: 844 } });
  const point = page.locator(".point").nth(12);
  await point.scrollIntoViewIfNeeded();
  const box = await point.boundingBox();
  const tap = () => page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
  await tap();
  await page.locator(".readout").getByRole("button", { name: /^Restore/ }).waitFor();
  assert.deepEqual(page.changes, []);
  await tap();
  await note(page, "Restored to");
  await close(page);
}

async function calibrate(page) {
  const opener = page.getByRole("button", { name: "The narrator is somewhere else…" });
  await opener.click();
  const time = page.getByLabel("Time in the audiobook");
  assert.equal(await time.inputValue(), "1:30:00");
  await page.getByRole("button", { name: "Set it right" }).click();
  await page.getByText("Choose the sentence first.").waitFor();
  await page.getByLabel("Find words in the text").fill("no such words");
  await page.getByRole("button", { name: "Find", exact: true }).click();
  await page.getByText("These words are not in the text.").waitFor();
  await page.getByLabel("Find words in the text").fill("great dynasties");
  await page.keyboard.press("Escape");
  await page.getByLabel("Find words in the text").fill("morlocks");
  await page.keyboard.press("Enter");
  await page.locator(".hit").first().click();
  await page.locator(".page-text input:checked").waitFor({ state: "attached" });
  await page.getByRole("button", { name: "Earlier", exact: false }).first().click();
  await page.getByRole("button", { name: "Later ›" }).click();
  await page.locator(".page-text label").nth(2).click();
  await page.getByText(/the narrator is .* (later|earlier) than thought/).waitFor();
  await time.fill("4:00");
  await page.getByRole("button", { name: "5 seconds later" }).click();
  assert.equal(await time.inputValue(), "0:04:05");
  await time.fill("soon");
  await page.getByRole("button", { name: "Set it right" }).click();
  await page.getByText("That is no time.").waitFor();
  await time.fill("9:00:00");
  await page.getByRole("button", { name: "Set it right" }).click();
  await page.getByText("The audiobook ends at 3:40:26.").waitFor();
  await time.fill("1:59:00");
  await shoot(page, "book-calibrate", { brief: true });
  await page.getByRole("button", { name: "Set it right" }).click();
  await note(page, "Noted: that sentence is read at 1:59:00.");
  await page.getByText("read at 1:59:00 · said").waitFor();
  assert.equal(await page.locator(".pin").count(), 1);
  assert.equal(await opener.evaluate((element) => element === document.activeElement), true);
  await undo(page);
  await note(page, "Taken back");
  await page.getByText("Set right by ear").waitFor({ state: "detached" });
  await opener.click();
  await page.locator(".page-text label").nth(2).click();
  await page.getByRole("button", { name: "Set it right" }).click();
  await page.getByText("read at 1:30:00 · said").waitFor();
  await shoot(page, "book-calibrated", { brief: true });
  await page.getByRole("button", { name: "Remove what was said of 1:30:00" }).click();
  await note(page, "Removed.");
  await page.getByText("Set right by ear").waitFor({ state: "detached" });
  await undo(page);
  await note(page, "It counts again.");
  await page.getByText("read at 1:30:00 · said").waitFor();
}

async function names(page) {
  await page.getByRole("button", { name: "Rename" }).click();
  await page.getByLabel("Title").fill(MARKUP);
  await page.locator("form").getByRole("button", { name: "Rename" }).click();
  await page.getByRole("heading", { level: 1, name: MARKUP }).waitFor();
  assert.deepEqual(page.changes.at(-1), ["PUT", "d/title", { title: MARKUP }]);
  await undo(page);
  await note(page, "It is called what it was.");
  await page.getByRole("heading", { level: 1, name: "The Time Machine" }).waitFor();
}

async function merging(page) {
  await page.getByRole("button", { name: "Merge The Time Machine into this book" }).click();
  await note(page, "Merged.");
  assert.deepEqual(page.changes.at(-1), ["POST", "b1/merge", { into: "d" }]);
  await page.getByRole("button", { name: "Unmerge b1" }).waitFor();
  await undo(page);
  await note(page, "two books again");
  await page.getByText("This may be the same book:").waitFor();
  await page.getByText("Find the other entry").click();
  await page.getByRole("button", { name: "Search", exact: true }).last().click();
  await page.getByText("Type a part of its title").waitFor();
  await page.getByLabel("Search in your library").fill("invisible");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Merge The Invisible Man into this book" }).click();
  await page.getByRole("button", { name: "Unmerge b2" }).click();
  await note(page, "two books again");
}

async function forgetting(page) {
  await page.getByRole("button", { name: "Forget this book…" }).click();
  await page.getByLabel("Type The Time Machine to go on").fill("The Time Machine");
  await shoot(page, "book-forget", { brief: true });
  await page.getByRole("button", { name: "Forget it" }).click();
  await note(page, "The Time Machine is forgotten.");
  await page.waitForURL(/#\/library$/);
}

async function text(browser) {
  const page = await openBook(browser, { history: twoWeeks(), ebook: false, tier: "percentage", alignment: "no_text",
    alignmentMessage: "The item has no EPUB, so its text is not known.", failed: "Audiobookshelf says 404: no such item",
    refuse: { sentences: [404, { code: 3021, message: "The item has no EPUB." }] } });
  await page.getByText("so its text is not known.").waitFor();
  await shoot(page, "book-no-text", { brief: true });
  await page.getByRole("button", { name: "Try again now" }).click();
  await note(page, "It goes out now.");
  await page.getByRole("button", { name: "Try again now" }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Choose its text" }).click();
  await page.getByRole("button", { name: "Use the text of The Time Machine (text)" }).click();
  await note(page, "counts from now on");
  await page.getByText("Its text comes from").waitFor();
  await undo(page);
  await page.getByText("Its text is not known", { exact: true }).waitFor();
  assert.deepEqual(page.changes.at(-1), ["PUT", "d/text-item", { textItemId: null }]);
  await close(page);
}

// A route that answers with an error says so in its place, and the rest of the page is there.
async function failures(browser) {
  const refuse = { alignment: [502, { code: 3015, message: "Audiobookshelf did not answer." }] };
  const page = await openBook(browser, { history: [], refuse });
  await page.getByText("Audiobookshelf did not answer.").waitFor();
  await page.getByText("No history yet").waitFor();
  await page.getByText("I made what progress").waitFor();
  await shoot(page, "book-failing", { brief: true });
  delete refuse.alignment;
  await page.getByRole("button", { name: "Try again", exact: true }).click();
  await page.getByRole("slider", { name: "Stretches of the book" }).waitFor();
  await close(page);
}

// A book that is not there, and one that cannot be read just now.
async function absent(browser) {
  const refuse = { "": [404, { code: 3003, message: "There is no such document." }] };
  const page = await openBook(browser, { history: [], refuse });
  await heading(page, "There is no such book").waitFor();
  refuse[""] = [503, { code: 3008, message: "It is not known yet." }];
  await page.reload();
  await page.getByText("It is not known yet.").waitFor();
  delete refuse[""];
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("heading", { level: 1, name: "The Time Machine" }).waitFor();
  await close(page);
}

async function linking(browser) {
  const page = await openBook(browser, { history: made.history(8, 1, 0.2, now - HOUR), link: "none" });
  await page.getByRole("button", { name: "Link to The Time Machine" }).waitFor();
  await shoot(page, "book-to-link", { brief: true });
  const link = page.getByRole("button", { name: "Link to The Time Machine" });
  await link.click();
  await page.getByRole("slider", { name: "Stretches of the book" }).waitFor();
  // Undone, it is as if nobody had said anything.
  await undo(page);
  await note(page, "It is not linked any more.");
  assert.deepEqual(page.changes.at(-1), ["DELETE", "d/link?forget=true", null]);
  await link.click();
  await press(page, "Unlink");
  await note(page, "Unlinked.");
  await undo(page);
  await note(page, "Linked again.");
  assert.deepEqual(page.changes.at(-1), ["PUT", "d/link", { libraryItemId: "li_1", how: "suggestion" }]);
  // What somebody had unlinked is so again.
  await press(page, "Unlink");
  await page.getByText("Somebody unlinked it").waitFor();
  await link.click();
  await press(page, "Undo");
  await note(page, "Unlinked again");
  assert.deepEqual(page.changes.at(-1), ["DELETE", "d/link", null]);
  await page.getByText("Somebody unlinked it").waitFor();
  await close(page);
}

async function extremes(_, browser) {
  for (const [name, options] of Object.entries({
    "book-long": { book: made.many(120), history: made.history(200, 1100, 0.83, now - HOUR), heard: 61_000 },
    "book-short": { book: made.single(), history: made.history(2, 0.2, 0.41, now - HOUR), heard: 11_000 },
    "book-rtl": { history: made.history(60, 30, 0.63, now - HOUR), title: "ליל שימורים", authors: "ש״י עגנון" },
    "book-markup": { history: [{ ...made.history(1, 1, 0.3, now)[0], device: MARKUP }], title: MARKUP, authors: MARKUP },
  })) {
    const page = await openBook(browser, options);
    await page.getByRole("slider", { name: "Stretches of the book" }).waitFor();
    await shoot(page, name, { brief: true });
    await close(page);
  }
}

// The real thing

const slider = (page) => page.getByRole("slider", { name: "Stretches of the book" });
const letters = (text) => text.replace(/\s+/g, "");
const documentOf = (page) => decodeURIComponent(new URL(page.url()).hash.replace("#/book/", ""));
const SOON = { timeout: 30_000 }; // the page looks again every quarter of a minute

async function sentence(page, kind, expected) {
  await page.waitForFunction(([which, words]) => {
    const text = document.querySelector(`.quote.${which} blockquote`)?.textContent ?? "";
    return text.replace(/\s+/g, "").includes(words);
  }, [kind, expected], SOON);
}

async function openTimeMachine(page) {
  await signIn(page);
  await heading(page, "The Time Machine").click();
  await slider(page).waitFor(SOON);
}

// Both sentences, and what is read and heard meanwhile.
async function follow(page) {
  const document_ = documentOf(page);
  const read = await happen("turn_to", { document: document_, share: 0.62, device: "Kindle_voyage", device_id: "AA11" });
  await page.locator(".history li").first().getByText("Kindle_voyage").waitFor(SOON);
  await sentence(page, "read", read.letters);
  await seen(page, page.getByText(/audio moved to/).first());
  assert.ok(Number(await slider(page).getAttribute("aria-valuemax")) > 10);
  await shoot(page, "book");
  await happen("listen", { title: "The Time Machine", seconds: 4000 });
  await seen(page, page.locator(".history li").first().getByText("heard"));
  await page.locator(".quotes").getByText("1:06:40").waitFor(SOON);
}

async function restoring(page) {
  const document_ = documentOf(page);
  const newest = await happen("pull", { document: document_ });
  const entry = page.locator(".history li").filter({ hasText: "Kindle_voyage" }).first();
  const text = await entry.locator(".share").textContent();
  await entry.getByRole("button", { name: /^Restore/ }).click();
  await note(page, / of Kindle_voyage restored/);
  assert.equal(Math.round((await happen("pull", { document: document_ })).percentage * 100), parseInt(text, 10));
  await undo(page);
  await note(page, / of Audiobookshelf restored/);
  assert.ok(Math.abs((await happen("pull", { document: document_ })).percentage - newest.percentage) < 0.001);
}

// What is said once about the narrator counts from then on, until it is taken back.
async function calibrated(page) {
  await press(page, "The narrator is somewhere else…");
  await page.getByLabel("Find words in the text").fill("morlocks");
  await page.keyboard.press("Enter");
  await page.locator(".hit").nth(2).click();
  await page.locator(".page-text input:checked").waitFor({ state: "attached" });
  const effect = page.locator(".effect");
  const expected = /expected at ([\d:]+)/.exec(await effect.textContent())[1];
  const [hours, minutes, seconds] = expected.split(":").map(Number);
  const later = hours * 3600 + minutes * 60 + seconds + 120;
  const time = [Math.floor(later / 3600), Math.floor(later / 60) % 60, later % 60].map((part) => String(part).padStart(2, "0")).join(":");
  await page.getByLabel("Time in the audiobook").fill(time);
  await effect.getByText(/2 minutes later than thought/).waitFor();
  await press(page, "Set it right");
  await note(page, "Noted: that sentence is read at");
  await page.getByText("Set right by ear").waitFor();
  await shoot(page, "book-set-right", { brief: true });
  await press(page, "The narrator is somewhere else…");
  await page.getByLabel("Find words in the text").fill("morlocks");
  await page.keyboard.press("Enter");
  await page.locator(".hit").nth(2).click();
  await page.getByLabel("Time in the audiobook").fill(time);
  await effect.getByText(/that is right already/).waitFor();
  await press(page, "Cancel");
  await page.getByRole("button", { name: /^Remove what was said/ }).click();
  await note(page, "Removed.");
  await page.getByText("Set right by ear").waitFor({ state: "detached" });
}

// Until Audiobookshelf has the audio within a minute of that second.
async function heardAt(title, seconds) {
  let heard = 0;
  for (let look = 0; look < 80; look += 1) {
    heard = await happen("heard", { title });
    if (Math.abs(heard - seconds) < 60) return;
    await new Promise((resume) => { setTimeout(resume, 250); });
  }
  assert.fail(`${title} is at ${heard} s instead of ${seconds} s`);
}

// Both orders: what Audiobookshelf has afterwards, and what a device is told.
async function syncing(page) {
  const document_ = documentOf(page);
  const title = "The Time Machine";
  const read = await happen("turn_to", { document: document_, share: 0.5 });
  await heardAt(title, read.seconds);
  await happen("put_audio", { title, seconds: 300 });
  await press(page, "Audiobook to my page");
  await note(page, "On its way to the audiobook.");
  await heardAt(title, read.seconds);
  assert.ok(Math.abs((await happen("pull", { document: document_ })).percentage - read.percentage) < 0.001);
  await page.getByText("What happened before").click();
  await page.locator(".earlier li").nth(2).waitFor();
  await happen("put_audio", { title, seconds: 9000 });
  await press(page, "Page to the audiobook");
  await note(page, "Your readers open there from now on.");
  const told = await happen("pull", { document: document_ });
  const expected = await happen("read_at", { seconds: 9000 });
  assert.ok(Math.abs(told.percentage - expected) < 0.02, `${told.percentage} instead of ${expected}`);
  assert.equal(await happen("heard", { title }), 9000);
  await page.locator(".quotes").getByText("2:30:00").waitFor(SOON);
}

async function renaming(page) {
  const document_ = documentOf(page);
  await press(page, "Rename");
  await page.getByLabel("Title").fill("Die Zeitmaschine");
  await page.locator("form").getByRole("button", { name: "Rename" }).click();
  await heading(page, "Die Zeitmaschine").waitFor();
  await happen("turn_to", { document: document_, share: 0.3, metadata: { title: "The Time Machine", authors: "H. G. Wells" } });
  await page.reload();
  await heading(page, "Die Zeitmaschine").waitFor();
  await press(page, "Rename");
  await page.getByLabel("Title").fill("");
  await page.locator("form").getByRole("button", { name: "Rename" }).click();
  await page.getByRole("heading", { level: 1, name: "The Time Machine" }).waitFor();
}

async function book(page) {
  await openTimeMachine(page);
  await follow(page);
  await restoring(page);
  await calibrated(page);
  await syncing(page);
  await renaming(page);
}

// Text and audio in two items: linked to the one, reading the other.
async function apart(page) {
  await happen("apart");
  await signIn(page);
  await heading(page, /^Alice/).click();
  await page.getByRole("button", { name: /^Link to Alice/ }).first().waitFor();
  await page.locator(".items li").filter({ hasText: /\d:\d\d:\d\d/ }).getByRole("button", { name: /^Link to Alice/ }).first().click();
  await page.getByRole("button", { name: "Choose its text" }).click(SOON);
  await page.getByRole("button", { name: /^Use the text of Alice/ }).click();
  await note(page, "counts from now on");
  await slider(page).waitFor(SOON);
  await page.locator(".quote.read blockquote").waitFor(SOON);
  await shoot(page, "book-apart", { brief: true });
  await press(page, "Unlink");
  await note(page, "Unlinked.");
  await undo(page);
  await slider(page).waitFor(SOON);
  // Audiobookshelf is away: what is known of the text is still there.
  await happen("abs_stop");
  try {
    await page.reload();
    await slider(page).waitFor(SOON);
    await page.getByText("Where it has been").waitFor();
  } finally {
    await happen("abs_start");
  }
}

// While Redis is away the page says so, keeps what is half filled, and goes on by itself.
async function outage(page) {
  await openTimeMachine(page);
  await press(page, "The narrator is somewhere else…");
  const time = page.getByLabel("Time in the audiobook");
  await page.locator(".page-text label").nth(3).click();
  await time.fill("0:55:55");
  await happen("redis_kill");
  await press(page, "Sync now");
  await page.getByText("This page tries again by itself.").waitFor();
  await happen("redis_start");
  await page.getByText("This page tries again by itself.").waitFor({ state: "hidden", ...SOON });
  assert.equal(await time.inputValue(), "0:55:55");
  assert.equal(await page.locator(".page-text input:checked").count(), 1);
  await press(page, "Cancel");
  // A page that is opened meanwhile shows itself when Redis is back.
  await happen("redis_kill");
  await page.reload();
  await page.getByText("This page tries again by itself.").waitFor(SOON);
  await happen("redis_start");
  await slider(page).waitFor(SOON);
}

// One book, two ids: found, merged, moving together, and two again; then forgotten.
async function merge(page) {
  const [one, other] = ["b".repeat(32), "c".repeat(32)];
  const metadata = { title: "Emma", authors: "Jane Austen" };
  await happen("push", { document: one, percentage: 0.3, metadata });
  await happen("push", { document: other, percentage: 0.2, metadata, device: "Kindle_voyage", device_id: "AA11" });
  await signIn(page);
  await page.goto(`${facts.url}#/book/${one}`);
  await press(page, "Merge Emma into this book");
  await page.getByRole("button", { name: /^Unmerge/ }).waitFor();
  await undo(page);
  await page.getByRole("button", { name: "Merge Emma into this book" }).waitFor();
  assert.equal((await happen("pull", { document: one })).percentage, 0.3);
  assert.equal((await happen("pull", { document: other })).percentage, 0.2);
  await press(page, "Merge Emma into this book");
  await page.getByRole("button", { name: /^Unmerge/ }).waitFor();
  await happen("push", { document: other, percentage: 0.5, device: "Kindle_voyage", device_id: "AA11" });
  await seen(page, page.getByText("Read 50 %"));
  assert.equal((await happen("pull", { document: one })).percentage, 0.5);
  await shoot(page, "book-merged", { brief: true });
  await page.getByRole("button", { name: /^Unmerge/ }).click();
  await page.getByRole("button", { name: "Merge Emma into this book" }).waitFor();
  await press(page, "Forget this book…");
  await page.getByLabel("Type Emma to go on").fill("Emma");
  await press(page, "Forget it");
  await note(page, "Emma is forgotten.");
  assert.equal((await happen("pull", { document: one })).percentage, undefined);
  assert.equal((await happen("pull", { document: other })).percentage, 0.5);
  await go(page, "Library");
}

// The made-up server

async function madeUp(_, browser) {
  const page = await openBook(browser, { history: twoWeeks() });
  await page.getByText("I made what progress").waitFor();
  await shoot(page, "book-whole");
  await picture(page);
  await chart(page);
  await calibrate(page);
  await names(page);
  await merging(page);
  await forgetting(page);
  await close(page);
  await touch(browser);
  await text(browser);
  await failures(browser);
  await absent(browser);
  await linking(browser);
}

await run({ book, apart, merge, outage, "made-up": madeUp, extremes });
