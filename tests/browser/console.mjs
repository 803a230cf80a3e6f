// Walks through the console as a person would. Fails on any message of the browser's console, on what axe finds,
// and on whatever is not there. `node console.mjs first-run|tour`, with the facts in KOSHELF_PAGE (run_browser).
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { md5 } from "../../html/app/md5.js";
import { PASSWORD, facts, go, openPage, run, shoot, signIn } from "./support.mjs";

for (const text of ["", "a", "Zoë 日本 🙂", "x".repeat(55), "x".repeat(56), "x".repeat(64), "x".repeat(1000)]) {
  assert.equal(md5(text), createHash("md5").update(text).digest("hex"));
}

async function firstRun(page) {
  await page.goto(facts.url);
  await page.getByRole("heading", { name: "Welcome" }).waitFor();
  await page.getByText(new URL(facts.url).origin, { exact: true }).waitFor();
  await shoot(page, "first-run");
  await page.getByLabel("Name").fill("ann");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create the first account" }).click();
  await page.getByRole("heading", { name: "No books yet" }).waitFor();
  await shoot(page, "library-empty");

  await page.getByRole("link", { name: "Connect Audiobookshelf" }).click();
  await page.getByLabel("Address of Audiobookshelf").fill("http://127.0.0.1:1");
  await page.getByRole("button", { name: "Test the connection" }).click();
  await page.getByText("Nothing answers at that address").waitFor();
  await page.getByLabel("Address of Audiobookshelf").fill(facts.abs);
  const map = page.getByLabel("User map");
  await map.fill('{"ann": {"api_key": "x",}}');
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("line 1, column 25").waitFor();
  assert.equal(await map.evaluate((element) => element.selectionStart), 24);
  await shoot(page, "settings-wrong");
  await map.fill(facts.map);
  await page.getByRole("button", { name: "Test the connection" }).click();
  await page.getByText("The key is good").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved.").waitFor();
  await page.getByText("set here").first().waitFor();
  assert.match(await map.inputValue(), /\*{8}/);
  await page.getByRole("button", { name: "Test the connection" }).click();
  await page.getByText("The key is good").waitFor();
  await shoot(page, "settings");
}

async function library(page) {
  await page.getByRole("heading", { name: facts.title }).waitFor();
  await page.getByRole("heading", { name: facts.markup, exact: true }).waitFor();
  await shoot(page, "library");
  await page.getByLabel("Search").fill("middlem");
  await page.getByRole("heading", { name: facts.title }).waitFor({ state: "detached" });
  await page.getByRole("heading", { name: "Middlemarch" }).click();
}

async function book(page) {
  await page.getByRole("heading", { name: "Which audiobook is it?" }).waitFor();
  await page.getByRole("button", { name: "Link to Middlemarch" }).first().waitFor();
  await shoot(page, "book-unlinked");
  await page.getByRole("button", { name: "Link to Middlemarch" }).first().click();
  await page.getByRole("heading", { name: "Its audiobook" }).waitFor();
  await page.getByRole("button", { name: "Audiobook to my page" }).click();
  await page.getByText(/audio moved to/).waitFor({ timeout: 15000 });
  const newest = page.locator(".history .share").first();
  const before = await newest.textContent();
  await page.locator(".history").getByRole("button", { name: "Restore" }).last().click();
  await page.waitForFunction((share) => document.querySelector(".history .share")?.textContent !== share, before);
  await page.getByRole("button", { name: "Undo" }).last().click();
  await page.waitForFunction((share) => document.querySelector(".history .share")?.textContent === share, before);
  await go(page, "Library");
  await page.getByRole("heading", { name: facts.title }).click();
  await page.getByText(/Heard \d/).waitFor();
  await page.getByText("Where it has been").waitFor();
  await shoot(page, "book");
}

async function rest(page) {
  await go(page, "Activity");
  await page.locator(".log .sentence").first().waitFor();
  await shoot(page, "activity");
  await go(page, "Accounts");
  await page.locator("form").getByLabel("Name").fill("<b>bob</b>");
  await page.locator("form").getByLabel("Password").fill("p");
  await page.getByRole("button", { name: "Create the account" }).click();
  await page.getByText("can log in now.").waitFor();
  await shoot(page, "accounts");
  await page.getByRole("button", { name: "Delete <b>bob</b>" }).click();
  await page.getByLabel("Type <b>bob</b> to go on").fill("bob");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("That is another name.").waitFor();
  await shoot(page, "dialog");
  await page.getByLabel("Type <b>bob</b> to go on").fill("<b>bob</b>");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("is deleted.").waitFor();
  await go(page, "You");
  await page.getByText("The key is good").waitFor();
  await shoot(page, "you");
}

async function liveActivity(page, browser) {
  await go(page, "Activity");
  await page.locator(".log .sentence").first().waitFor();
  const other = await openPage(browser);
  await signIn(other);
  await other.getByRole("heading", { name: "Siddhartha" }).click();
  await other.getByRole("button", { name: "Unlink" }).click();
  await page.getByText("Siddhartha unlinked").waitFor();
  await other.context().close();
}

// As while Redis restarts: it says so, and recovers by itself.
async function outage(page) {
  await page.route("**/admin/**", (route) => route.fulfill({ status: 502, contentType: "application/json",
    body: JSON.stringify({ code: 1000, message: "Cannot connect to redis server." }) }));
  await go(page, "Library");
  await page.getByText("This page tries again by itself.").waitFor();
  await page.unroute("**/admin/**");
  await page.getByRole("heading", { name: facts.title }).waitFor();
  await page.getByText("This page tries again by itself.").waitFor({ state: "hidden" });
}

// A password that was changed elsewhere is asked for; the form that was being sent is not lost.
async function expiredSession(page, browser) {
  await go(page, "Accounts");
  await page.locator("form").getByLabel("Name").fill("carol");
  await page.locator("form").getByLabel("Password").fill("p");
  const other = await openPage(browser);
  await signIn(other);
  await go(other, "You");
  await other.getByLabel("New password").fill("battery staple");
  await other.getByRole("button", { name: "Change" }).click();
  await other.getByText("The password is changed.").waitFor();
  await other.context().close();
  await page.getByRole("button", { name: "Create the account" }).click();
  await page.getByRole("dialog").getByLabel("Password").fill("battery staple");
  await page.getByRole("dialog").getByRole("button", { name: "Sign in" }).click();
  await page.getByText("carol can log in now.").waitFor();
}

async function tour(page, browser) {
  await page.goto(facts.url);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await shoot(page, "sign-in");
  await signIn(page);
  await library(page);
  await book(page);
  await rest(page);
  await liveActivity(page, browser);
  await page.reload();
  await page.getByRole("heading", { name: "Activity" }).waitFor();
  await outage(page);
  await expiredSession(page, browser);
  await go(page, "You");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  assert.equal(await page.evaluate(() => sessionStorage.length), 0);
}

await run({ "first-run": firstRun, tour });
