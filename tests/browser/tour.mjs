// Every view as an administrator meets it, after the first run. `node tour.mjs library|suggestions|activity|…`
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { facts, go, happen, heading, note, openPage, press, run, shoot, signIn, undo } from "./support.mjs";

const titles = (page) => page.locator(".books h2").allTextContents();

async function until(page, check, what) {
  for (let look = 0; look < 100; look += 1) {
    if (await check()) return;
    await page.waitForTimeout(100);
  }
  assert.fail(`waited in vain for ${what}`);
}

async function library(page) {
  await signIn(page);
  await heading(page, "The Time Machine").waitFor();
  await heading(page, facts.markup).waitFor();
  await page.getByRole("button", { name: "Cards" }).click();
  await page.locator(".banner").waitFor();
  await shoot(page, "library");
  // The list, remembered.
  await page.getByRole("button", { name: "List" }).click();
  await shoot(page, "library-list");
  await page.reload();
  await page.locator(".books.list").waitFor();
  await page.getByRole("button", { name: "Cards" }).click();
  // Order, search and filter, kept in the address.
  const before = await titles(page);
  await page.getByLabel("Order").selectOption("title");
  await until(page, async () => JSON.stringify(await titles(page)) !== JSON.stringify(before), "another order");
  const sorted = (await titles(page)).filter((title) => /^[A-Z]/.test(title)).map((title) => title.replace(/^The /, ""));
  assert.deepEqual(sorted, [...sorted].sort());
  await page.getByLabel("Search").fill("middlem");
  await heading(page, "The Time Machine").waitFor({ state: "detached" });
  await page.reload();
  await heading(page, "Middlemarch").waitFor();
  assert.deepEqual(await titles(page), ["Middlemarch"]);
  await page.getByLabel("Search").fill("nothing like that");
  await heading(page, "No book fits").waitFor();
  await press(page, "Show all books");
  await heading(page, "The Time Machine").waitFor();
  await press(page, "Finished");
  await heading(page, "The Time Machine").waitFor({ state: "detached" });
  assert.deepEqual(await titles(page), ["Siddhartha"]);
  await press(page, "All");
  // What is read moves up by itself.
  await page.getByLabel("Order").selectOption("recent");
  await happen("push", { document: facts.shelf[4], percentage: 0.34 });
  await until(page, async () => (await titles(page))[0] === "Pan Tadeusz", "the book that was just read, on top");
}

async function suggestions(page) {
  await signIn(page);
  await page.getByText("books were found in Audiobookshelf.").waitFor();
  await page.getByRole("link", { name: "Link them" }).click();
  await heading(page, /certain finds/).waitFor();
  await shoot(page, "suggestions");
  const all = page.getByRole("button", { name: /^Link all/ });
  const words = await all.textContent();
  await all.click();
  await note(page, /books are linked/);
  await heading(page, /certain find/).waitFor({ state: "detached" });
  await undo(page);
  await page.getByRole("button", { name: words }).click();
  await note(page, /books are linked/);
  await page.getByRole("link", { name: "‹ Library" }).click();
  await press(page, "With audiobook");
  await heading(page, "Siddhartha").waitFor();
  await page.locator(".track.double").nth(3).waitFor();
}

async function activity(page, browser) {
  await signIn(page);
  await go(page, "Activity");
  await page.locator(".log .sentence").first().waitFor();
  await page.getByText("Live", { exact: true }).waitFor();
  await shoot(page, "activity");
  // It lives.
  const other = await openPage(browser);
  await signIn(other);
  const unlink = async (title, again) => {
    await go(other, "Library");
    await heading(other, title).click();
    await other.getByRole("button", { name: "Unlink" }).click();
    await note(other, /[Uu]nlinked/);
    if (again) await undo(other);
  };
  await unlink("Siddhartha", true);
  await page.locator(".line.new").getByText("Siddhartha unlinked").waitFor();
  // Paused, it holds back and says how much.
  await press(page, "Pause");
  await unlink("Middlemarch", true);
  await page.getByRole("button", { name: /new line/ }).waitFor();
  assert.equal(await page.getByText("Middlemarch unlinked").count(), 0);
  await press(page, "Pause");
  await page.getByText("Middlemarch unlinked").first().waitFor();
  // By kind, by book, by account.
  await press(page, "To the audiobook");
  await page.getByText("Middlemarch unlinked").first().waitFor({ state: "detached" });
  await press(page, "Everything");
  await page.getByText("Middlemarch unlinked").first().waitFor();
  await page.locator(".line", { hasText: "Siddhartha unlinked" }).getByRole("button", { name: "Only this book" }).click();
  await page.getByText("Middlemarch unlinked").first().waitFor({ state: "detached" });
  assert.equal(await page.getByLabel("Book", { exact: true }).evaluate((select) => select.selectedOptions[0].textContent), "Siddhartha");
  await page.getByLabel("Book", { exact: true }).selectOption("");
  await page.getByLabel("Account", { exact: true }).selectOption("ann");
  await page.getByText("Middlemarch unlinked").first().waitFor();
  await page.goto(`${facts.url}#/activity/${"e".repeat(32)}`);
  await heading(page, "No line fits").waitFor();
  await press(page, "Show everything");
  await page.getByText("Middlemarch unlinked").first().waitFor();
  await other.context().close();
}

async function devices(page) {
  await signIn(page);
  await go(page, "Devices");
  await heading(page, "Kobo_nova").waitFor();
  await heading(page, facts.markup).waitFor();
  await shoot(page, "devices");
  await press(page, "Look for books to merge");
  await page.locator("#merging [role=status]").getByText("Nothing found").waitFor();
  // The same book, which another device knows by its file's name.
  await happen("push", { document: facts.twin, percentage: 0.1, metadata: { title: "Pan Tadeusz", authors: "Adam Mickiewicz" } });
  await press(page, "Look for books to merge");
  await page.getByRole("button", { name: "Merge Pan Tadeusz" }).click();
  await page.locator("#notes .note:not(.wrong)").waitFor();
  await page.locator("#merging [role=status]").getByText("Nothing found").waitFor();
  await undo(page);
  await note(page, "Both books are what they were before");
  await page.getByRole("button", { name: "Merge Pan Tadeusz" }).click();
  await page.locator("#merging [role=status]").getByText("Nothing found").waitFor();
  await page.getByRole("button", { name: "Forget Kindle_voyage" }).click();
  await page.getByRole("dialog").getByText("Its books and places stay.").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Forget Kindle_voyage" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Forget" }).click();
  await note(page, "Kindle_voyage is forgotten.");
  await heading(page, "Kindle_voyage").waitFor({ state: "detached" });
}

async function badMap(page) {
  const who = page.locator(".map-field", { hasText: "Who is who" });
  const text = page.getByLabel("Who is who", { exact: false }).and(page.locator("textarea"));
  await who.getByRole("button", { name: "JSON" }).click();
  const good = await text.inputValue();
  assert.match(good, /\*{8}/);
  await text.fill('{"ann": {"api_key": "x",}}');
  await press(page, "Save");
  await page.getByText("line 1, column 25").waitFor();
  assert.equal(await text.evaluate((element) => element.selectionStart), 24);
  assert.equal(await text.evaluate((element) => element === document.activeElement), true);
  // There is no table of that.
  await who.getByRole("button", { name: "Table" }).click();
  await page.getByText("line 1, column 25").waitFor();
  await shoot(page, "settings-wrong", { brief: true });
  // What only the server finds.
  await text.fill('{"ann": 5}');
  await press(page, "Save");
  await who.locator(".hint.wrong").waitFor();
  await text.fill(good);
  return { who, text, good };
}

// The other map, of which nothing is stored yet.
async function badDocuments(page) {
  const which = page.locator(".map-field", { hasText: "Which book is which" });
  const text = page.getByLabel("Which book is which", { exact: false }).and(page.locator("textarea"));
  await which.getByRole("button", { name: "JSON" }).click();
  await text.fill('{\n  "a": "li_1"\n  "b": "li_2"\n}');
  await press(page, "Save");
  await which.getByText("line 3, column 3").waitFor();
  assert.deepEqual(await text.evaluate((element) => [element.selectionStart, element === document.activeElement]), [18, true]);
  await text.fill('["a"]');
  await press(page, "Save");
  await which.getByText("This has to be an object").waitFor();
  await text.fill('{"a": 5}');
  await press(page, "Save");
  await which.locator(".hint.wrong").waitFor();
  await text.fill("");
  await which.getByRole("button", { name: "Table" }).click();
}

async function settings(page, browser) {
  await signIn(page);
  await go(page, "Server");
  await go(page, "Audiobookshelf");
  await page.getByText("set here").first().waitFor();
  await shoot(page, "settings");
  // What counts where nothing is set.
  const named = page.locator(".field", { hasText: "What KOReader shows" });
  assert.match(await named.textContent(), /Name on the readers default/);
  assert.equal(await named.locator("input").getAttribute("placeholder"), "Audiobookshelf");
  assert.match(await page.locator(".fixed").textContent(), /AUDIOBOOKSHELF_TLS_VERIFY defaulton/);
  const { who, text, good } = await badMap(page);
  await badDocuments(page);
  // Left and come back to, what is not saved is still there.
  await text.fill('{"ann": "x"}');
  await go(page, "Library");
  await heading(page, "The Time Machine").waitFor();
  await page.goBack();
  await note(page, "not saved is still here");
  assert.equal(await text.inputValue(), '{"ann": "x"}');
  await text.fill(good);
  // Table and JSON say the same.
  await who.getByRole("button", { name: "Table" }).click();
  await who.getByRole("button", { name: "Add a row" }).click();
  await press(page, "Save");
  await note(page, "Nothing has been changed.");
  await who.getByLabel("API key of the new row").fill("bobs-key");
  await press(page, "Save");
  await page.getByText("A row has no account.").waitFor();
  await who.getByLabel("Account").last().fill("bob");
  await who.getByRole("button", { name: "JSON" }).click();
  assert.equal(JSON.parse(await text.inputValue()).bob.api_key, "bobs-key");
  await text.fill((await text.inputValue()).replace("bobs-key", "another-key"));
  await who.getByRole("button", { name: "Table" }).click();
  assert.equal(await who.getByLabel("API key of bob").inputValue(), "another-key");
  await who.getByRole("button", { name: "Remove bob" }).click();
  await who.getByRole("button", { name: "Put bob back" }).click();
  await press(page, "Test the connection");
  await page.getByText("The key is good").waitFor();
  // Somebody else saves first.
  const other = await openPage(browser);
  await signIn(other);
  await other.goto(`${facts.url}#/settings`);
  await other.getByLabel("Name on the readers").first().waitFor();
  await other.locator(".field", { hasText: "Longest wait" }).locator("input").fill("2500");
  await press(other, "Save");
  await note(other, "Saved.");
  await other.context().close();
  await press(page, "Save");
  await page.getByText("Somebody else has changed the settings meanwhile.").waitFor();
  await press(page, "Save mine over theirs");
  await note(page, "Saved.");
  await page.getByRole("button", { name: "Remove bob" }).waitFor();
  await until(page, async () => /^\*{8}/.test(await who.getByLabel("API key of bob").inputValue()), "the key to be masked");
  assert.equal(await page.locator(".field", { hasText: "Longest wait" }).locator("input").inputValue(), "2500");
  await page.getByText("Only from the environment").click();
  // A key that goes is asked about, since it is never shown again.
  await who.getByRole("button", { name: "Remove bob" }).click();
  await press(page, "Save");
  const dialog = page.getByRole("dialog");
  await dialog.getByText("the key of bob goes").waitFor();
  await shoot(page, "settings-keys", { brief: true });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await who.getByRole("button", { name: "Put bob back" }).click();
  await press(page, "Save");
  await note(page, "Nothing has been changed.");
  await who.getByRole("button", { name: "Remove bob" }).click();
  await press(page, "Save");
  await press(page, "Save and remove");
  await note(page, "Saved.");
  await who.getByRole("button", { name: "Put bob back" }).waitFor({ state: "detached" });
  assert.equal(await who.getByRole("button", { name: "Remove bob" }).count(), 0);
}

async function accounts(page) {
  await signIn(page);
  await go(page, "Server");
  await go(page, "Accounts");
  const creation = page.locator("form").first();
  await creation.getByLabel("Name").fill("<b>bob</b>");
  await press(page, "Create the account");
  await page.getByText("A password is missing.").waitFor();
  await creation.getByLabel("Password").fill("p");
  await press(page, "Create the account");
  await note(page, "can log in now.");
  await page.locator(".accounts-list").getByText("<b>bob</b>").waitFor();
  await shoot(page, "accounts");
  await page.locator(".accounts-list").getByText("<b>bob</b>").click();
  await heading(page, "<b>bob</b>").waitFor();
  await page.getByText("No device has sent anything yet. In KOReader, log in as <b>bob</b> at the address of this server").waitFor();
  await page.getByText("They come with the pages that are turned").waitFor();
  await shoot(page, "account");
  await press(page, "Make it an administrator");
  await note(page, "administers now.");
  await undo(page);
  await press(page, "Make it an administrator", { disabled: false });
  await note(page, "administers now.");
  await page.getByLabel("As the server has it").uncheck();
  await page.getByLabel("Books at most").fill("-1");
  await press(page, "Set the quota");
  await page.getByText("A whole number, please.").waitFor();
  await page.getByLabel("Books at most").fill("25");
  await press(page, "Set the quota");
  await page.getByText("0 books of 25 books").waitFor();
  // What comes from the environment is changed there.
  await page.route("**/admin/accounts/*bob*", async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...await answer.json(), role: "admin", role_from: "environment" } });
  });
  await page.reload();
  await page.getByText("KOSHELF_ADMIN_USERS makes it an administrator").waitFor();
  assert.equal(await page.getByRole("button", { name: "Make it a reader" }).count(), 0);
  await page.unroute("**/admin/accounts/*bob*");
  await press(page, "Delete the account");
  await page.getByLabel("Type <b>bob</b> to go on").fill("bob");
  await press(page, "Delete");
  await page.getByText("That is another name.").waitFor();
  await shoot(page, "dialog", { brief: true });
  await page.getByLabel("Type <b>bob</b> to go on").fill("<b>bob</b>");
  await press(page, "Delete");
  await note(page, "is deleted.");
  await heading(page, "Accounts").waitFor();
  // One's own role is another administrator's to take.
  await page.goto(`${facts.url}#/account/ann`);
  await page.getByText("Your own role is another administrator’s to change.").waitFor();
  assert.equal(await page.getByRole("button", { name: "Make it a reader" }).count(), 0);
}

// What the server finds wrong is on the card of that part, which comes first, with its facts; and nowhere the contrary.
async function whatIsWrong(page) {
  const card = (state) => page.locator(`.health-card.${state}`);
  const before = await happen("redis_config", { settings: { maxmemory: "1gb", "maxmemory-policy": "allkeys-lru" } });
  try {
    await page.getByText("To be mended: Redis.").waitFor();
    await card("failed").getByText("when Redis is full, it drops accounts and positions").waitFor();
    assert.match(await page.locator(".health-card").first().textContent(), /Redis.*1.0 GiB.*allkeys-lru/);
    assert.equal(await page.getByText("It answers, and keeps what it is told.").count(), 0);
    await shoot(page, "health-redis", { brief: true });
  } finally {
    await happen("redis_config", { settings: before });
  }
  await page.getByText("Everything works.").waitFor();
  await happen("bridge_stop");
  try {
    await card("failed").getByText("No bridge is running").waitFor({ timeout: 40_000 });
    assert.equal(await card("failed").count(), 1);
    assert.equal(await page.getByText("It carries positions").count(), 0);
  } finally {
    await happen("bridge_start");
  }
  await page.getByText("Everything works.").waitFor({ timeout: 40_000 });
}

async function health(page) {
  await signIn(page);
  await go(page, "Server");
  await heading(page, /Redis/).waitFor();
  await whatIsWrong(page);
  await page.getByText("It answers, and keeps what it is told.").waitFor();
  await page.getByText("It carries positions, and looks after the libraries.").waitFor();
  // A place that is given up is shown with its reason, and goes out when somebody says so.
  await happen("lock_out", { out: true });
  await happen("push", { document: facts.shelf[3], percentage: 0.97 });
  const letter = page.locator(".items li", { hasText: "Siddhartha" });
  await letter.getByText(/401/).waitFor({ timeout: 20_000 });
  await shoot(page, "health");
  await happen("lock_out", { out: false });
  await letter.getByRole("button", { name: "Try Siddhartha again" }).click();
  await page.locator("#notes .note:not(.wrong)").waitFor();
  await letter.waitFor({ state: "detached", timeout: 20_000 });
  await page.getByText("Nothing: every place has found its way.").waitFor();
}

async function you(page) {
  await signIn(page);
  await go(page, "You");
  await page.getByText("The key is good").waitFor();
  await shoot(page, "you");
  const file = page.waitForEvent("download");
  await press(page, "Download my data");
  const download = await file;
  assert.match(download.suggestedFilename(), /^ann\.jsonl$/);
  const lines = readFileSync(await download.path(), "utf8").trim().split("\n").map((line) => JSON.parse(line));
  assert.equal(lines[0].type, "export");
  assert.equal(lines.at(-1).type, "end");
  const documents = lines.filter((line) => line.type === "document").map((line) => line.document);
  for (const each of [...facts.shelf, facts.twin]) assert.ok(documents.includes(each), each);
  await page.getByText(/Done: \d+ entries/).waitFor();
  await happen("take_in", { path: await download.path() }); // an administrator's tools read it
}

await run({ library, suggestions, activity, devices, settings, accounts, health, you });
