// Who may see what, and how they come and go. `node people.mjs reader|invitation|session`
import assert from "node:assert/strict";
import { ask, facts, go, happen, heading, mapWith, note, openPage, PASSWORD, press, run, settled, shoot, signIn, undo } from "./support.mjs";

// Somebody who does not administer: nothing of the server, nothing of others.
async function reader(page) {
  await happen("register", { user: "rita" });
  await page.goto(facts.url);
  await heading(page, "Sign in").waitFor();
  await page.getByLabel("Name", { exact: true }).fill("rita");
  await page.getByLabel("Password").fill("wrong");
  await press(page, "Sign in");
  await page.getByText("Name or password is wrong.").waitFor();
  await shoot(page, "sign-in");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByLabel("Stay signed in on this device").check();
  await press(page, "Sign in");
  await heading(page, "No books yet").waitFor();
  assert.equal(await page.getByRole("link", { name: "Server", exact: true }).count(), 0);
  for (const view of ["accounts", "settings", "health", "account/ann"]) {
    await page.goto(`${facts.url}#/${view}`);
    await heading(page, "No books yet").waitFor();
  }
  await page.goto(`${facts.url}#/start/audiobookshelf`);
  await page.getByText("Whoever runs this server can do that").waitFor();
  // She stays signed in, in another tab, until she signs out.
  const other = await page.context().newPage();
  await other.goto(`${facts.url}#/you`);
  await heading(other, "rita").waitFor();
  await press(other, "Sign out");
  await heading(other, "Sign in").waitFor();
  assert.equal(await other.evaluate(() => localStorage.getItem("koshelf") ?? sessionStorage.getItem("koshelf")), null);
}

async function invitation(page, browser) {
  await signIn(page);
  await page.goto(`${facts.url}#/accounts`);
  await page.getByLabel("For whom").fill("Carol");
  await page.getByLabel("Days").fill("0");
  await press(page, "Invite");
  await page.locator(".hint.wrong").waitFor();
  await page.getByLabel("Days").fill("3");
  await press(page, "Invite");
  await heading(page, "The invitation").waitFor();
  await shoot(page, "invitation", { brief: true });
  const link = (await page.getByRole("dialog").locator("code").textContent());
  assert.match(link, /#\/invite\/./);
  // Nobody else gets to localhost.
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Readers and other people need this name.").waitFor();
  await dialog.getByLabel("The server’s name or IP address in your network").fill("192.168.1.20");
  assert.equal(await dialog.locator("code").textContent(), link.replace("localhost", "192.168.1.20"));
  await press(page, "Done");
  assert.equal((await page.content()).includes(link.split("/").at(-1)), false); // only this once
  const guest = await openPage(browser);
  await guest.goto(link);
  await heading(guest, "You are invited").waitFor();
  await shoot(guest, "invited", { brief: true });
  await guest.getByLabel("Name", { exact: true }).fill("ann");
  await guest.getByLabel("Password").fill("p");
  await press(guest, "Create my account");
  await guest.locator(".hint.wrong").waitFor(); // a name that is taken uses nothing up
  await guest.getByLabel("Name", { exact: true }).fill("carol");
  await press(guest, "Create my account");
  await heading(guest, "Setting up").waitFor();
  await guest.context().close();
  const late = await openPage(browser);
  await late.goto(link);
  await late.getByLabel("Name", { exact: true }).fill("dora");
  await late.getByLabel("Password").fill("p");
  await press(late, "Create my account");
  await late.getByText(/not valid/).waitFor();
  await late.context().close();
  await page.reload();
  await page.getByText("Used by carol").waitFor();
  await page.getByRole("button", { name: "Take back Carol" }).click();
  await press(page, "Take it back");
  await note(page, "The invitation is taken back.");
  await page.getByText("Used by carol").waitFor({ state: "detached" });
}

// A password that was changed elsewhere is asked for; the form that was being sent is not lost.
async function session(page, browser) {
  await signIn(page);
  await page.goto(`${facts.url}#/accounts`);
  await heading(page, "Accounts").waitFor();
  const creation = page.locator("form").first();
  await creation.getByLabel("Name").fill("erin");
  await creation.getByLabel("Password").fill("p");
  const other = await openPage(browser);
  await signIn(other);
  await go(other, "You");
  await other.getByLabel("New password").fill("battery staple");
  await press(other, "Change the password");
  await note(other, "The password is changed.");
  await press(page, "Create the account");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Password").fill("no");
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await dialog.getByText("That is not the password.").waitFor();
  await dialog.getByLabel("Password").fill("battery staple");
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await note(page, "erin can log in now.");
  await other.getByLabel("New password").fill(PASSWORD);
  await press(other, "Change the password");
  await note(other, "The password is changed.");
  // Who administers for others stays.
  await other.getByText("another administrator has to delete yours").waitFor();
  assert.equal(await other.getByRole("button", { name: "Delete my account" }).count(), 0);
  // Whoever does not want to is signed out.
  await page.goto(`${facts.url}#/devices`);
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await heading(page, "Sign in").waitFor();
  // One's own account goes for good.
  const erin = await openPage(browser);
  await signIn(erin, { name: "erin", password: "p" });
  await go(erin, "You");
  await press(erin, "Delete my account");
  await erin.getByLabel("Type erin to go on").fill("erin");
  await press(erin, "Delete");
  await heading(erin, "Sign in").waitFor();
  await note(erin, "Your account is deleted.");
}

// What an administrator did for somebody is undone for them, also after the way back to one's own books.
async function undoOfAnother(page) {
  const stateOf = async (user) => (await ask(page, "GET", `/admin/library/sams-book?user=${user}`)).document.link.state;
  await mapWith(page, (map) => { map.sam = { api_key: facts.key }; });
  await happen("push", { document: "sams-book", percentage: 0.1, metadata: { title: "Walden" } });
  const { items: [item] } = await ask(page, "GET", "/admin/audiobookshelf/search?q=Time%20Machine");
  await ask(page, "PUT", "/admin/library/sams-book/link", { libraryItemId: item.id });
  await seeBooksOf(page, "sam");
  const asked = listen(page);
  await heading(page, "Walden").click();
  await page.getByLabel("Search in Audiobookshelf").fill("Time Machine");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Link to The Time Machine" }).click();
  await note(page, "Linked to The Time Machine.");
  await page.getByText("Use another text").click();
  await page.getByText("No other item of that name has an EPUB.").waitFor();
  assert.equal(asked.filter(([path]) => path === "/admin/audiobookshelf/search").length, 2);
  assert.deepEqual(asked.filter(([, user]) => user !== "sam"), []);
  assert.equal(await stateOf("sam"), "linked");
  await press(page, "Back to your own");
  await heading(page, "Accounts").waitFor();
  const cover = page.waitForRequest((request) => request.url().includes("/admin/audiobookshelf/cover?"));
  await page.locator('a[href="#/account/sam"]').click();
  assert.equal(new URL((await cover).url()).searchParams.get("user"), "sam");
  await undo(page);
  await note(page, "It is not linked any more.");
  for (let look = 0; look < 40 && await stateOf("sam") === "linked"; look += 1) await page.waitForTimeout(250);
  assert.notEqual(await stateOf("sam"), "linked");
  assert.equal(await stateOf("ann"), "linked");
  await ask(page, "DELETE", "/admin/library/sams-book");
  await mapWith(page, (map) => { delete map.sam; });
}

// What is asked for, of whom: each request of the page that is about books, devices or Audiobookshelf.
function listen(page) {
  const asked = [];
  page.on("request", (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (/\/admin\/(library|suggestions|devices|audiobookshelf)/.test(pathname)) asked.push([pathname, searchParams.get("user")]);
  });
  return asked;
}

async function seeBooksOf(page, user) {
  await page.goto(`${facts.url}#/account/${user}`);
  await press(page, "See its books");
  await page.getByText(`You see the books of ${user}.`).waitFor();
  await settled(page, "library");
}

// All that is shown is of whom one looks at; what is about oneself is one's own again.
async function whoseIsAsked(page) {
  const asked = listen(page);
  await seeBooksOf(page, "sam");
  asked.length = 0;
  for (const view of ["devices", "activity", "suggestions", "library", "book/sams-book"]) {
    await page.goto(`${facts.url}#/${view}`);
    await settled(page, view);
  }
  assert.ok(asked.length > 4);
  assert.deepEqual(asked.filter(([, user]) => user !== "sam"), []);
  for (const view of ["you", "start/audiobookshelf"]) {
    await seeBooksOf(page, "sam");
    asked.length = 0;
    await page.goto(`${facts.url}#/${view}`);
    await page.getByText("The key is good").waitFor();
    assert.equal(await page.locator("#subject").isVisible(), false);
    assert.deepEqual(asked.filter(([, user]) => user === "sam"), []);
  }
  // Nobody sets up somebody else's reader from here.
  await happen("register", { user: "tess" });
  await seeBooksOf(page, "tess");
  await page.getByText("Nothing has been synced with the account of tess.").waitFor();
  await page.getByRole("link", { name: "See the account" }).click();
  await heading(page, "tess").waitFor();
  await page.goto(`${facts.url}#/devices`);
  await heading(page, "No devices yet").waitFor();
  assert.equal(await page.locator("main a").count(), 0);
  await press(page, "Back to your own");
  await heading(page, "Accounts").waitFor();
}

// An administrator sees somebody else's books as that account does, and is told so.
async function subject(page) {
  await happen("register", { user: "sam" });
  await happen("push", { document: "sams-book", percentage: 0.5, metadata: { title: "Walden", authors: "Henry David Thoreau" }, user: "sam" });
  await signIn(page);
  await page.goto(`${facts.url}#/account/sam`);
  await page.getByText("Walden").first().waitFor();
  await press(page, "See its books");
  await page.getByText("You see the books of sam.").waitFor();
  await heading(page, "Walden").waitFor();
  assert.equal(await heading(page, "The Time Machine").count(), 0);
  await page.reload();
  await page.getByText("You see the books of sam.").waitFor();
  await heading(page, "Walden").click();
  await page.getByRole("heading", { level: 1, name: "Walden" }).waitFor();
  await go(page, "Devices");
  await heading(page, "Kobo_nova").waitFor();
  assert.equal(await heading(page, "Kindle_voyage").count(), 0);
  await press(page, "Back to your own");
  await heading(page, "Accounts").waitFor();
  await go(page, "Library");
  await heading(page, "The Time Machine").waitFor();
  assert.equal(await heading(page, "Walden").count(), 0);
  await whoseIsAsked(page);
  await undoOfAnother(page);
}

await run({ reader, invitation, subject, session });
