// The pictures of the README: the console as it is, with books that are made up. `node showcase.mjs library`, by run_browser.
import { writeFileSync } from "node:fs";
import { facts, heading, openPage, run, signIn } from "./support.mjs";

const DOCS = new URL("../../docs/", import.meta.url);
const now = Math.floor(Date.now() / 1000);
const HOUR = 3600;

// Title, author, cover (ground, ink, ornament), read, heard, hours of audio, device, hours ago, tier.
const BOOKS = [
  ["Middlemarch", "George Eliot", ["#2f4b3c", "#e8dcc0", "circle at 50% 62%, #c9a961 0 22%, transparent 23%"], 0.412, 0.412, 31.6, "Kobo_nova", 0.05, "exact"],
  ["The Time Machine", "H. G. Wells", ["#1d2b4f", "#f1d9a7", "circle at 50% 66%, transparent 0 12%, #f1d9a7 12.5% 14%, transparent 14.5% 20%, #f1d9a7 20.5% 21.5%, transparent 22%"], 0.87, 0.78, 3.1, "Kindle_voyage", 3, "exact"],
  ["ליל שימורים", "ש״י עגנון", ["#6b2d2a", "#f4e3c8", "circle at 78% 78%, #e0a458 0 26%, transparent 27%"], 0.63, undefined, 0, "Boox_page", 20, null],
  ["Siddhartha", "Hermann Hesse", ["#d9b56c", "#3a2a12", "circle at 50% 100%, #7a4a1d 0 38%, transparent 39%"], 1, 1, 4.9, "Kobo_nova", 50, "learned"],
  ["The Count of Monte Cristo", "Alexandre Dumas", ["#22303a", "#dfe7ea", "circle at 22% 74%, #5f7f8c 0 16%, transparent 17%"], 0.136, 0.19, 52.7, "Kobo_nova", 75, "exact"],
  ["Frankenstein", "Mary Shelley", ["#b9c4b2", "#1f2a1c", "circle at 50% 64%, #1f2a1c 0 4%, transparent 5% 15%, #55694a 15.5% 16.5%, transparent 17%"], 0.295, 0.29, 8.5, "Kindle_voyage", 160, "percentage"],
  ["Pan Tadeusz", "Adam Mickiewicz", ["#8a3b24", "#f7e8d0", "circle at 30% 84%, #e3b23c 0 30%, transparent 31%"], 0.335, undefined, 0, "Boox_page", 400, null],
  ["Walden", "Henry David Thoreau", ["#3e6670", "#eef3ef", "ellipse at 50% 88%, #a9c5bd 0 34%, transparent 35%"], 0.052, 0.05, 12.2, "Kobo_nova", 900, "exact"],
];

const documents = BOOKS.map(([title, authors, , read, heard, hours, device, ago, tier], n) => ({
  document: n.toString(16).padStart(32, "0"), title, authors, filename: "",
  reading: { percentage: read, device, at: now - Math.round(ago * HOUR), imported: false },
  listening: heard === undefined ? null : { seconds: heard * hours * HOUR, fraction: heard },
  finished: read === 1, link: heard === undefined ? { state: "none" } : { state: "linked", item: String(n), how: "digest", title, authors },
  tier, confidence: tier ? 0.9 : null, decision: "", decided_at: 0,
}));

// Covers that nobody else has drawn.
async function drawCovers(browser) {
  const page = await openPage(browser, { viewport: { width: 200, height: 300 } });
  const covers = [];
  for (const [title, authors, [ground, ink, ornament]] of BOOKS) {
    await page.setContent(`<body style="margin:0;height:300px;background:radial-gradient(${ornament}),${ground};color:${ink};`
      + "font:600 25px/1.15 'Noto Serif',Georgia,serif;text-align:center;padding:26px 16px;box-sizing:border-box\">"
      + `<div style="border-top:1px solid;border-bottom:1px solid;padding:12px 0">${title}</div>`
      + `<div style="font:400 13px sans-serif;letter-spacing:.06em;margin-top:12px">${authors}</div></body>`);
    covers.push(await page.screenshot());
  }
  await page.context().close();
  return covers;
}

// A screenshot as WebP, which Playwright does not write itself.
async function webp(browser, png, name) {
  const page = await openPage(browser);
  const base64 = await page.evaluate(async (data) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/webp", quality: 0.86 })).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  }, png.toString("base64"));
  await page.context().close();
  writeFileSync(new URL(name, DOCS), Buffer.from(base64, "base64"));
}

async function library(_, browser) {
  const covers = await drawCovers(browser);
  const page = await openPage(browser, { viewport: { width: 1200, height: 860 }, deviceScaleFactor: 1.5 });
  await page.route(/\/admin\/library\?/, (route) => route.fulfill({ json: { documents, next: null } }));
  await page.route(/\/admin\/suggestions/, (route) => route.fulfill({ json: { suggestions: [], next: null } }));
  await page.route(/\/cover\?id=/, (route) => route.fulfill({ contentType: "image/png",
    body: covers[Number(new URL(route.request().url()).searchParams.get("id"))] }));
  await signIn(page);
  await heading(page, "Walden").waitFor();
  await page.waitForTimeout(1500);
  await webp(browser, await page.screenshot(), "console-library.webp");
}

await run({ library });
