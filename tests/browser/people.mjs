// Who may see what, and how they come and go. `node people.mjs reader|invitation|session`
import assert from "node:assert/strict";
import { facts, go, happen, heading, note, openPage, PASSWORD, press, run, shoot, signIn } from "./support.mjs";

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
}

await run({ reader, invitation, subject, session });
