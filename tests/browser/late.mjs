// Answers that come late, or not at once. `node late.mjs health|proxy|activity|long|midnight|covers|connect|key|search|left`
import assert from "node:assert/strict";
import { facts, go, heading, note, PASSWORD, press, run, settled, signIn } from "./support.mjs";

const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
const json = (status, body) => ({ status, contentType: "application/json", body: JSON.stringify(body) });

// The first request of that kind waits: {asked, release(answer)}; without an answer the server gives it. All others go on.
async function hold(page, url, fits = () => true) {
  let release;
  const released = new Promise((resume) => { release = resume; });
  let tell;
  const asked = new Promise((resume) => { tell = resume; });
  let held = false;
  await page.route(url, async (route) => {
    if (held || !fits(route.request())) { await route.fallback(); return; }
    held = true;
    tell();
    const answer = await released;
    await (answer ? route.fulfill(answer) : route.continue());
  });
  return { asked, release: async (answer) => {
    const over = page.waitForEvent("requestfinished");
    release(answer);
    await over;
    await page.waitForTimeout(500); // it has been drawn, if it is drawn at all
  } };
}

// What a server says that has no Audiobookshelf, and whose Redis does not let itself be asked.
const SPARSE = { version: "1", redis: { ok: false, latency_ms: 1 }, bridge: { sync: { running: false }, library: { running: false } },
  audiobookshelf: { configured: false, feeds: [], breaker_open: false }, outbox: { accounts: 0, due: 0, documents: 0 }, dead: [], dead_letters: 0,
  accounts: 1, documents: 0, indexed: true, metrics: null,
  problems: [{ part: "redis", name: "info", state: "warning", message: "Redis does not say how it is." }] };

async function sparse(page) {
  await page.route("**/admin/health", (route) => route.fulfill(json(200, SPARSE)));
  await page.getByText("To be mended: Redis.").waitFor();
  await page.locator(".health-card.warning").getByText("Redis does not say how it is.").waitFor();
  assert.equal(await page.locator(".health-card.failed").count(), 0);
  assert.equal(await page.locator(".health-card.none").count(), 2);
  assert.equal(await page.getByText("It does not answer").count(), 0);
  await page.unroute("**/admin/health");
}

// Who presses "Try again" has the focus there, and yet sees when it works.
async function health(page) {
  await signIn(page);
  await page.goto(`${facts.url}#/health`);
  await page.getByText("It answers, and keeps what it is told.").waitFor();
  await sparse(page);
  await page.getByText("It answers, and keeps what it is told.").waitFor();
  // Also over a card that is itself marked as failing.
  await page.route("**/admin/health", (route) => route.fulfill(json(200, { ...SPARSE, problems: [{ ...SPARSE.problems[0], state: "failed" }] })));
  await page.locator(".health-card.failed").waitFor();
  await page.unroute("**/admin/health");
  await page.route("**/admin/health", (route) => route.fulfill(json(503, { code: 2, message: "Not now." })));
  await page.getByText("Not now.").waitFor();
  await press(page, "Try again");
  await page.getByRole("button", { name: "Try again" }).focus();
  await page.unroute("**/admin/health");
  await page.getByText("It answers, and keeps what it is told.").waitFor();
}

// A proxy in front of the server says in words of its own that it is away.
async function proxy(page) {
  await signIn(page);
  await heading(page, "The Time Machine").waitFor();
  for (const status of [502, 503, 504, 522]) {
    await page.route("**/admin/**", (route) => route.fulfill({ status, contentType: "text/html", body: "<h1>Bad gateway</h1>" }));
    await press(page, "Finished");
    await page.getByText("This page tries again by itself.").waitFor();
    await page.locator(".failed").getByText("Is it running, and are you online?").waitFor();
    await page.unroute("**/admin/**");
    await heading(page, "Siddhartha").waitFor();
    await page.getByText("This page tries again by itself.").waitFor({ state: "hidden" });
    await press(page, "All");
    await heading(page, "The Time Machine").waitFor();
  }
}

async function activity(page) {
  await signIn(page);
  const slow = await hold(page, "**/admin/activity?*", (request) => request.url().includes("event=push."));
  await page.goto(`${facts.url}#/activity`);
  await page.locator(".line.out").first().waitFor();
  await press(page, "To the audiobook");
  await slow.asked;
  await press(page, "Links");
  await page.locator(".line.link").first().waitFor();
  await page.locator(".line.out").first().waitFor({ state: "detached" });
  await slow.release();
  assert.equal(await page.locator(".line.out").count(), 0);
  assert.ok(await page.locator(".line.link").count() > 0);
}

// A log that is made up, of `count` lines, at which it is looked as fast as the clock of the page is turned.
async function madeLog(page, count, at) {
  const entry = (n) => ({ id: `${n}-0`, at: at + n * 1000, user: "ann", document: "", event: "push.moved", sentence: `Line ${n}.` });
  const log = { entries: Array.from({ length: count }, (_, n) => entry(n + 1)).reverse() }; // newest first
  const number = (id) => Number(id.split("-")[0]);
  log.add = (more) => { for (let n = 0; n < more; n += 1) log.entries.unshift(entry(number(log.entries[0].id) + 1)); };
  await page.route("**/admin/activity*", (route) => {
    const { searchParams } = new URL(route.request().url());
    const [after, cursor] = [searchParams.get("after"), searchParams.get("cursor")];
    const from = after ? log.entries.filter(({ id }) => number(id) > number(after)).reverse()
      : log.entries.filter(({ id }) => !cursor || number(id) < number(cursor));
    const entries = after ? from : from.slice(0, 100);
    route.fulfill(json(200, { entries, next: !after && from.length > 100 ? entries.at(-1).id : null, last: log.entries[0].id }));
  });
  return log;
}

const shownLines = (page) => page.locator(".line").evaluateAll((all) => all.map((each) => parseInt(each.dataset.id, 10)));

// More lines than the page keeps: none is left out, whether they came by the button or by themselves.
async function long(page) {
  await signIn(page);
  const log = await madeLog(page, 1200, Date.now() - 3_600_000);
  await page.goto(`${facts.url}#/activity`);
  const older = async (count) => {
    await press(page, "Show older");
    await page.waitForFunction((expected) => document.querySelectorAll(".line").length === expected, count);
  };
  for (const count of [200, 300, 400, 500, 600]) await older(count);
  await page.evaluate(() => window.scrollTo(0, 0));
  log.add(1);
  await page.getByText("Line 1201.").waitFor();
  assert.equal((await shownLines(page)).length, 500);
  await older(600);
  assert.deepEqual(await shownLines(page), Array.from({ length: 600 }, (_, n) => 1201 - n));
  // What a pause holds back has a limit.
  await press(page, "Pause");
  log.add(600);
  await page.getByRole("button", { name: "Show more than 500 new lines" }).waitFor();
  log.add(1);
  await press(page, "Pause");
  await page.getByText("Line 1802.").waitFor();
  const shown = await shownLines(page);
  assert.deepEqual(shown, Array.from({ length: 100 }, (_, n) => 1802 - n));
}

// Over midnight, what was today is yesterday.
async function midnight(page) {
  const evening = new Date(2026, 2, 3, 23, 59, 30);
  await page.clock.install({ time: evening });
  await signIn(page);
  const log = await madeLog(page, 2, evening.getTime() - 10_000);
  await page.goto(`${facts.url}#/activity`);
  await heading(page, "Today").waitFor();
  await page.clock.fastForward(60_000);
  log.entries.unshift({ ...log.entries[0], id: "3-0", at: evening.getTime() + 59_000, sentence: "Line 3." });
  await page.clock.fastForward(3000);
  await heading(page, "Yesterday").waitFor();
  const days = await page.locator(".log section").evaluateAll((all) => all.map((each) => [each.getAttribute("aria-label"),
    each.querySelectorAll(".line").length]));
  assert.deepEqual(days, [["Today", 1], ["Yesterday", 2]]);
}

// A cover that was refused for a moment is none that is missing.
async function covers(page) {
  await page.clock.install();
  let refusing = true;
  const asked = [];
  await page.route("**/audiobookshelf/cover?*", (route) => {
    asked.push(route.request().url());
    return route.fulfill(refusing ? json(429, { code: 429, message: "Slowly." }) : { contentType: "image/png", body: PNG });
  });
  await signIn(page);
  await heading(page, "The Time Machine").waitFor();
  for (let look = 0; look < 40 && !asked.length; look += 1) await page.waitForTimeout(100);
  assert.ok(asked.length > 0);
  refusing = false;
  await page.clock.fastForward(31_000);
  await page.locator(".cover img").first().waitFor();
  for (const url of asked) assert.match(url, /[?&]user=ann(&|$)/); // the browser keeps each account's apart
}

// Somebody saves something else between the form and its sending.
async function connect(page) {
  await signIn(page);
  await page.route("**/admin/accounts/login", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...await answer.json(), connected: false } });
  });
  await page.reload();
  await page.goto(`${facts.url}#/start/audiobookshelf`);
  await page.getByLabel("Your API key").fill(facts.key);
  await page.evaluate(async (url) => {
    const { username, key } = JSON.parse(sessionStorage.getItem("koshelf"));
    const headers = { "x-auth-user": username, "x-auth-key": key, "Content-Type": "application/json" };
    const { version } = await (await fetch(url, { headers })).json();
    await fetch(url, { method: "PUT", headers, body: JSON.stringify({ version, settings: { AUDIOBOOKSHELF_HTTP_TIMEOUT: "2600" } }) });
  }, `${facts.url.replace("/audiobookshelf", "")}/admin/audiobookshelf/config`);
  await page.waitForTimeout(2500); // all workers know of it
  const puts = [];
  page.on("response", (answer) => { if (answer.request().method() === "PUT") puts.push(answer.status()); });
  await press(page, "Test and connect");
  await note(page, "Connected to Audiobookshelf.");
  assert.deepEqual(puts, [409, 200]);
  await page.unroute("**/admin/accounts/login");
  await page.goto(`${facts.url}#/settings`);
  await page.getByText("More", { exact: true }).waitFor();
  assert.equal(await page.locator(".field", { hasText: "Longest wait" }).locator("input").inputValue(), "2600");
}

// What an older key was refused is asked again with the new one, and nobody is asked for it.
async function key(page) {
  await signIn(page);
  const slow = await hold(page, "**/admin/devices?*");
  await page.goto(`${facts.url}#/devices`);
  await slow.asked;
  const change = async (password) => {
    await page.getByLabel("New password").fill(password);
    await press(page, "Change the password");
    await note(page, "The password is changed.");
    await press(page, "Dismiss");
  };
  await go(page, "You");
  await change("battery staple");
  const again = page.waitForResponse((answer) => answer.url().includes("/admin/devices?") && answer.status() === 200);
  await slow.release(json(401, { code: 2001, message: "Unauthorized" }));
  await again;
  assert.equal(await page.getByRole("dialog").count(), 0);
  await change(PASSWORD);
}

async function search(page) {
  await signIn(page);
  const slow = await hold(page, `**/admin/library/${facts.shelf[4]}/suggestions*`);
  await page.goto(`${facts.url}#/book/${facts.shelf[4]}`);
  await slow.asked;
  await page.getByLabel("Search in Audiobookshelf").fill("Time Machine");
  await page.keyboard.press("Enter");
  const hit = page.getByRole("button", { name: "Link to The Time Machine" });
  await hit.waitFor();
  await slow.release(json(200, { suggestions: [], next: null }));
  assert.ok(await hit.isVisible());
}

async function left(page) {
  await signIn(page);
  const slow = await hold(page, `**/admin/library/${facts.shelf[0]}?*`);
  await page.goto(`${facts.url}#/book/${facts.shelf[0]}`);
  await slow.asked;
  await go(page, "Library");
  await settled(page, "library");
  await slow.release();
  assert.equal(await page.title(), "Library · Koshelf");
}

await run({ health, proxy, activity, long, midnight, covers, connect, key, search, left });
