// What it weighs, how soon it is there, and ten thousand books. `node many.mjs weight|steady|many`
import assert from "node:assert/strict";
import { facts, happen, heading, openPage, PHONE, run, settled, signIn } from "./support.mjs";

const LIMIT = 150_000; // bytes over the wire, of all files together
const BOOKS = 10_000;
const JUMP = 0.05; // of the window, times how far: half of what is thought to be still good
const VIEWS = ["devices", "activity", "health", "settings", "accounts", "account/ann", "you", "suggestions", "start/reader", "start/audiobookshelf", "start/book"];
// Nothing of it is fetched because somebody is there to see it.
const KNOWN = ["/admin/", "/users/"];

// What has moved by itself under somebody's eyes, as browsers count it; also what came soon after a click.
const watchJumps = (page) => page.addInitScript(() => {
  window.jumps = [];
  new PerformanceObserver((list) => list.getEntries().forEach((each) => window.jumps.push(
    [each.value, location.hash, ...each.sources.map(({ node }) => `${node?.nodeName} ${node?.className}`)])))
    .observe({ type: "layout-shift", buffered: true });
});

// Every view, one after the other: nothing jumps.
async function lookAround(page) {
  await heading(page, "The Time Machine").click();
  await page.getByRole("heading", { level: 1, name: "The Time Machine" }).waitFor();
  await settled(page, "book");
  for (const view of VIEWS) {
    await page.goto(`${facts.url}#/${view}`);
    await settled(page, view);
  }
  const jumps = await page.evaluate(() => window.jumps);
  assert.deepEqual(jumps.filter(([size]) => size > JUMP), []);
}

// The same on a phone, whose window is small: the same way is a greater part of it.
async function steady(_, browser) {
  const page = await openPage(browser, { viewport: PHONE, isMobile: true, hasTouch: true });
  await watchJumps(page);
  await signIn(page);
  await lookAround(page);
  await page.context().close();
}

// All files of the page, with every view looked at once.
async function weight(page) {
  await watchJumps(page);
  const protocol = await page.context().newCDPSession(page);
  const sizes = new Map();
  const paths = new Map();
  await protocol.send("Network.enable");
  protocol.on("Network.responseReceived", ({ requestId, response }) => paths.set(requestId, new URL(response.url).pathname));
  protocol.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const path = paths.get(requestId);
    if (path && !KNOWN.some((each) => path.startsWith(each))) sizes.set(path, Math.max(sizes.get(path) ?? 0, encodedDataLength));
  });
  await signIn(page);
  const first = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime);
  await lookAround(page);
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  assert.ok(sizes.size > 30, `${sizes.size} files were seen`);
  assert.ok(total < LIMIT, `${total} bytes`);
  await page.goto(`${facts.url}#/library`);
  await page.reload();
  await heading(page, "The Time Machine").waitFor();
  const again = await page.evaluate(() => [performance.getEntriesByName("first-contentful-paint")[0].startTime, performance.now()]);
  console.log(`${sizes.size} files, ${(total / 1024).toFixed(1)} KiB over the wire; first paint after ${first.toFixed(0)} ms, with what is cached `
    + `${again[0].toFixed(0)} ms, with books ${again[1].toFixed(0)} ms`);
}

const timed = async (what, work) => {
  const began = Date.now();
  await work();
  return `${what} ${Date.now() - began} ms`;
};

async function many(page) {
  await happen("many", { user: "reader-of-many", count: BOOKS });
  const times = [];
  await page.addInitScript(() => {
    window.longest = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((each) => { window.longest = Math.max(window.longest, each.duration); })).observe({ type: "longtask" });
  });
  times.push(await timed("signed in and shown", async () => {
    await signIn(page, { name: "reader-of-many" });
    await heading(page, "Book 00000").waitFor();
  }));
  const rows = () => page.locator(".books > li").count();
  assert.equal(await rows(), 40);
  times.push(await timed("400 by scrolling", async () => {
    for (let look = 0; look < 100 && await rows() < 400; look += 1) {
      await page.mouse.wheel(0, 4000);
      await page.waitForTimeout(40);
    }
  }));
  assert.ok(await rows() >= 400, `${await rows()} rows`);
  // A book, and back: the same rows, at the same place.
  const place = await page.evaluate(() => window.scrollY);
  const before = await rows();
  await page.locator(".book-row").nth(before - 60).click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  times.push(await timed("back", async () => {
    await page.goBack();
    await page.locator(".books > li").nth(before - 1).waitFor({ state: "attached" });
  }));
  const returned = await page.evaluate(() => window.scrollY);
  assert.ok(returned > 1000, `back at ${returned}, from ${place}`);
  await page.evaluate(() => window.scrollTo(0, 0));
  times.push(await timed("the last one found", async () => {
    await page.getByLabel("Search").fill("Book 09999");
    await heading(page, "Book 09999").waitFor();
  }));
  await page.getByLabel("Search").fill("");
  await heading(page, "Book 00000").waitFor();
  times.push(await timed("the oldest first", async () => {
    await page.getByLabel("Order").selectOption("oldest");
    await heading(page, "Book 09999").waitFor();
  }));
  console.log(`${BOOKS} books: ${times.join(", ")}; the longest task took ${(await page.evaluate(() => window.longest)).toFixed(0)} ms`);
}

await run({ weight, steady, many });
