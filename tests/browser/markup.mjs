// Titles, authors, devices, accounts and what Audiobookshelf says, full of markup: it is text, everywhere. `node markup.mjs markup|name`
import assert from "node:assert/strict";
import { ask, facts, happen, heading, mapWith, press, run, seen, settled, signIn } from "./support.mjs";

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

// An account that is called so, wherever an administrator meets it: its book, what was given up of it, its lines of the log.
async function name(page) {
  const user = facts.markup;
  const written = encodeURIComponent(user);
  const badge = page.locator("bdi.badge").getByText(user, { exact: true }).first();
  await happen("register", { user });
  await signIn(page);
  await mapWith(page, (map) => { map[user] = { api_key: facts.key }; });
  await happen("push", { user, document: "mark", percentage: 0.2, metadata: { title: user } });
  const { items: [item] } = await ask(page, "GET", "/admin/audiobookshelf/search?q=Pan");
  const { items: [other] } = await ask(page, "GET", "/admin/audiobookshelf/search?q=Middlemarch");
  await ask(page, "PUT", `/admin/library/mark/link?user=${written}`, { libraryItemId: (item ?? other).id });
  await happen("lock_out", { out: true });
  try {
    await happen("push", { user, document: "mark", percentage: 0.4 });
    await page.goto(`${facts.url}#/health`);
    await page.getByRole("button", { name: `Try ${user} again` }).waitFor({ timeout: 40_000 });
    await badge.waitFor();
    await clean(page, "dead letters");
  } finally {
    await happen("lock_out", { out: false });
  }
  await page.goto(`${facts.url}#/activity`);
  await badge.waitFor();
  await clean(page, "its lines");
  await page.goto(`${facts.url}#/accounts`);
  await page.locator(".account-row", { hasText: user }).click();
  await heading(page, user).waitFor();
  await settled(page, "account");
  await clean(page, "account");
  await press(page, "See its books");
  await page.getByText(`You see the books of ${user}.`).waitFor();
  for (const view of ["library", "book/mark", "devices", "activity", "suggestions"]) {
    await page.goto(`${facts.url}#/${view}`);
    await settled(page, view);
    await seen(page, page.locator("#subject"));
    await clean(page, `${view} of it`);
  }
  await press(page, "Back to your own");
  await mapWith(page, (map) => { delete map[user]; });
  await ask(page, "DELETE", `/admin/accounts/${written}`);
}

await run({ markup, name });
