// What the console does while Audiobookshelf is away, and while Redis is killed and comes back. `node outages.mjs audiobookshelf|redis`
import assert from "node:assert/strict";
import { facts, go, happen, heading, note, openPage, PASSWORD, press, run, signIn, shoot } from "./support.mjs";

const AWAY = "This page tries again by itself.";

// Where there is nothing to be seen without Audiobookshelf: the address, what is the matter, and what comes by itself.
const DEPENDENT = [["you", "Nothing answers at that address", "The key is good"],
  ["suggestions", "Try again", /certain find|Look before you link|Nothing to accept/],
  [`book/${facts.shelf?.[4]}`, "Which audiobook is it?", "Nothing there is called like it."]];

async function audiobookshelf(page, browser) {
  const others = [];
  await signIn(page);
  await happen("abs_stop");
  try {
    for (const [view, trouble] of DEPENDENT) {
      const other = await openPage(browser);
      await other.clock.install();
      await signIn(other);
      await other.goto(`${facts.url}#/${view}`);
      await other.getByText(trouble).waitFor({ timeout: 40_000 });
      others.push(other);
    }
    // The library needs nobody.
    await page.reload();
    await heading(page, "The Time Machine").waitFor();
    await happen("push", { document: facts.shelf[4], percentage: 0.35 });
    await page.getByText("Read 35 %").waitFor({ timeout: 20_000 });
    assert.equal(await page.getByText(AWAY).isVisible(), false);
    await go(page, "You");
    await page.getByText("Nothing answers at that address").waitFor();
    await shoot(page, "audiobookshelf-away", { brief: true });
    await heading(page, "Password").waitFor();
    await page.goto(`${facts.url}#/settings`);
    await press(page, "Test the connection");
    await page.getByText("Nothing answers at that address").waitFor();
    await page.goto(`${facts.url}#/suggestions`);
    await heading(page, "Found in Audiobookshelf").waitFor();
  } finally {
    await happen("abs_start");
  }
  for (const [n, other] of others.entries()) {
    await other.clock.fastForward(31_000);
    await other.getByText(DEPENDENT[n][2]).first().waitFor();
    await other.context().close();
  }
}

// Whoever is about to sign in goes on where they were.
async function wayIn(page) {
  await page.goto(facts.url);
  await page.getByLabel("Name", { exact: true }).fill("ann");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByLabel("Stay signed in on this device").check();
  await happen("redis_kill");
  try {
    await press(page, "Sign in");
    await page.getByText(AWAY).waitFor();
  } finally {
    await happen("redis_start");
  }
  const back = page.waitForResponse((answer) => answer.url().endsWith("/admin/setup") && answer.ok());
  await page.getByText(AWAY).waitFor({ state: "hidden", timeout: 20_000 });
  await back;
  await page.waitForTimeout(500);
  assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "ann");
  assert.equal(await page.getByLabel("Password").inputValue(), PASSWORD);
  assert.ok(await page.getByLabel("Stay signed in on this device").isChecked());
  await press(page, "Sign in");
  await heading(page, "The Time Machine").waitFor();
  await page.evaluate(() => localStorage.clear());
}

async function redis(page, browser) {
  const other = await openPage(browser);
  await wayIn(other);
  await other.context().close();
  await signIn(page);
  await heading(page, "The Time Machine").waitFor();
  await happen("redis_kill");
  try {
    await press(page, "Without");
    await page.getByText(AWAY).waitFor();
    await page.getByText("but Redis, where it keeps everything, is not.").waitFor();
    await shoot(page, "redis-away", { brief: true });
    await happen("redis_start");
    await page.getByText(AWAY).waitFor({ state: "hidden", timeout: 20_000 });
    await heading(page, "The Time Machine").waitFor({ state: "detached" }); // what was asked for is there, untouched by hand
    await heading(page, /^The Count of Monte Cristo/).waitFor();
    // A form that is half filled stays as it is.
    await page.goto(`${facts.url}#/accounts`);
    const name = page.locator("form").first().getByLabel("Name");
    await name.fill("fay");
    await page.locator("form").first().getByLabel("Password").fill("p");
    await happen("redis_kill");
    await press(page, "Create the account");
    await page.getByText(AWAY).waitFor();
    await page.locator(".hint.wrong").waitFor();
    await happen("redis_start");
    await page.getByText(AWAY).waitFor({ state: "hidden", timeout: 20_000 });
    assert.equal(await name.inputValue(), "fay");
    await press(page, "Create the account");
    await note(page, "fay can log in now.");
    // A page that is opened while it is away shows itself when it is back.
    await happen("redis_kill");
    await page.reload();
    await page.getByText(AWAY).waitFor();
  } finally {
    await happen("redis_start").catch(() => {});
  }
  await heading(page, "Accounts").waitFor({ timeout: 20_000 });
}

await run({ audiobookshelf, redis });
