// The pictures of the README, of a whole system with books that devices have pushed (exhibit.py): `run_browser readme`.
import { writeFileSync } from "node:fs";
import { facts, happen, heading, openPage, run, signIn } from "./support.mjs";

const DOCS = new URL("../../docs/", import.meta.url);
const SHARP = { deviceScaleFactor: 1.5 };
const WIDTH = 1200;

// Covers that nobody else has drawn: title, author, ground, ink, ornament.
const COVERS = [
  ["Middlemarch", "George Eliot", "#2f4b3c", "#e8dcc0", "circle at 50% 62%, #c9a961 0 22%, transparent 23%"],
  ["The Time Machine", "H. G. Wells", "#1d2b4f", "#f1d9a7", "circle at 50% 66%, transparent 0 12%, #f1d9a7 12.5% 14%, transparent 14.5% 20%, #f1d9a7 20.5% 21.5%, transparent 22%"],
  ["Siddhartha", "Hermann Hesse", "#d9b56c", "#3a2a12", "circle at 50% 100%, #7a4a1d 0 38%, transparent 39%"],
  ["The Count of Monte Cristo", "Alexandre Dumas", "#22303a", "#dfe7ea", "circle at 22% 74%, #5f7f8c 0 16%, transparent 17%"],
  ["Alice’s Adventures in Wonderland", "Lewis Carroll", "#b9c4b2", "#1f2a1c", "circle at 50% 74%, #1f2a1c 0 4%, transparent 5% 13%, #55694a 13.5% 14.5%, transparent 15%"],
  ["The Wrong Box", "Robert Louis Stevenson", "#3e6670", "#eef3ef", "ellipse at 50% 88%, #a9c5bd 0 34%, transparent 35%"],
];

async function drawCovers(browser) {
  const page = await openPage(browser, { viewport: { width: 200, height: 300 }, deviceScaleFactor: 2 });
  const covers = {};
  for (const [title, authors, ground, ink, ornament] of COVERS) {
    await page.setContent(`<body style="margin:0;height:300px;background:radial-gradient(${ornament}),${ground};color:${ink};`
      + "font:600 25px/1.15 'Noto Serif',Georgia,serif;text-align:center;padding:26px 16px;box-sizing:border-box\">"
      + `<div style="border-top:1px solid;border-bottom:1px solid;padding:12px 0">${title}</div>`
      + `<div style="font:400 14px sans-serif;letter-spacing:.06em;margin-top:12px">${authors}</div></body>`);
    covers[title] = (await page.screenshot()).toString("base64");
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
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/webp", quality: 0.8 })).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  }, png.toString("base64"));
  await page.context().close();
  writeFileSync(new URL(name, DOCS), Buffer.from(base64, "base64"));
}

// A page of its own, with all covers there.
async function picture(browser, name, size, path, ready) {
  const page = await openPage(browser, { viewport: size, ...SHARP });
  await signIn(page);
  if (path) await page.goto(`${facts.url}${path}`);
  await ready(page);
  await page.waitForFunction(() => !document.querySelector(".working, .skeletons") && document.querySelector(".cover img"));
  await page.waitForLoadState("networkidle");
  await page.evaluate(() => document.activeElement?.blur());
  await webp(browser, await page.screenshot(), name);
  await page.context().close();
}

async function readme(_, browser) {
  const document_ = await happen("exhibit", { covers: await drawCovers(browser) });
  await picture(browser, "console-library.webp", { width: WIDTH, height: 860 }, "", (page) => heading(page, "The Count of Monte Cristo").waitFor());
  await picture(browser, "console-book.webp", { width: WIDTH, height: 1628 }, `#/book/${document_}`, async (page) => {
    await page.getByRole("slider", { name: "Stretches of the book" }).waitFor();
    await page.locator(".quote blockquote").first().waitFor();
  });
}

await run({ readme });
