// Titles, authors, devices, accounts and what Audiobookshelf says, full of markup: it is text, everywhere. `node markup.mjs markup`
import assert from "node:assert/strict";
import { facts, heading, run, settled, signIn } from "./support.mjs";

const VIEWS = ["library", "suggestions", "devices", "activity", "health", "settings", "accounts", "you", "start/reader", "start/book", "start/audiobookshelf"];

async function clean(page, where) {
  const found = await page.evaluate(() => ({
    owned: document.documentElement.dataset.owned ?? null,
    images: [...document.querySelectorAll("img")].filter((each) => !each.src.startsWith("blob:")).length,
    scripts: document.querySelectorAll("main script, main iframe, main style, main [onerror], main [style*='url']").length,
  }));
  assert.deepEqual(found, { owned: null, images: 0, scripts: 0 }, where);
}

async function markup(page) {
  await signIn(page);
  await heading(page, facts.markup).first().waitFor();
  await clean(page, "library");
  for (const view of VIEWS) {
    await page.goto(`${facts.url}#/${view}`);
    await settled(page, view);
    await clean(page, view);
  }
  await page.goto(`${facts.url}#/book/${facts.shelf[2]}`);
  await page.getByRole("heading", { level: 1, name: facts.markup }).waitFor();
  await settled(page, "book");
  await clean(page, "book");
  // An address is nobody's to write either.
  const written = encodeURIComponent(facts.markup);
  for (const [hash, view] of [[facts.markup, "library"], [`account/${written}`, "account"], [`activity/${written}`, "activity"],
    ["book/%E0%A4%A", "book"], [`library?q=${written}`, "library"]]) {
    await page.goto(`${facts.url}#/${hash}`);
    await settled(page, view);
    await clean(page, hash);
  }
}

await run({ markup });
