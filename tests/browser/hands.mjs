// The console without a mouse, and under a thumb. `node hands.mjs keyboard|phone|motion`
import assert from "node:assert/strict";
import { facts, happen, heading, openPage, PASSWORD, PHONE, run, settled, signIn } from "./support.mjs";

const focused = (page) => page.evaluate(() => {
  const { activeElement: element } = document;
  return (element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent ?? "").trim();
});

// Presses the key until what has the focus is called that; whatever has it on the way is to be seen.
async function tabTo(page, name, key = "Tab") {
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press(key);
    const now = await focused(page);
    const seen = await page.evaluate(() => {
      const { activeElement: element } = document;
      if (element === document.body) return true;
      const { width, height } = element.getBoundingClientRect();
      return width > 0 && height > 0 && element.matches(":focus-visible") && getComputedStyle(element).outlineStyle !== "none";
    });
    assert.ok(seen, `the focus on "${now}" cannot be seen`);
    if (typeof name === "string" ? now === name : name.test(now)) return;
  }
  assert.fail(`no way to ${name} with the keyboard`);
}

async function keptFocus(page, locator, percentage) {
  await locator.focus();
  const before = await locator.elementHandle();
  await happen("push", { document: facts.shelf[4], percentage });
  await page.waitForFunction((element) => !element.isConnected, before, { timeout: 30_000 });
  const [lost, key] = await page.evaluate(() => [document.activeElement === document.body, document.activeElement.dataset.key]);
  assert.deepEqual([lost, key], [false, await before.evaluate((element) => element.dataset.key)]);
}

async function keyboard(page) {
  await page.goto(facts.url);
  await heading(page, "Sign in").waitFor();
  await tabTo(page, "Name");
  await page.keyboard.type("ann");
  await tabTo(page, "Password");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await heading(page, "The Time Machine").waitFor();
  // Past the navigation, to a filter, to a book, and back to where it was.
  await page.keyboard.press("Home");
  await page.evaluate(() => document.activeElement.blur());
  await tabTo(page, "To the content");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "view");
  await tabTo(page, "With audiobook");
  await page.keyboard.press("Space");
  await page.locator('.chips [aria-pressed="true"]', { hasText: "With audiobook" }).waitFor();
  await heading(page, "Pan Tadeusz").waitFor({ state: "detached" });
  await tabTo(page, /The Time Machine/);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "The Time Machine" }).waitFor();
  await page.goBack();
  await heading(page, "The Time Machine").waitFor();
  // What is drawn anew because something was read leaves the focus where it is, also on top.
  await page.goto(`${facts.url}#/library`);
  await heading(page, "Pan Tadeusz").waitFor();
  await keptFocus(page, page.locator(".book-row", { hasText: "Pan Tadeusz" }), 0.36);
  await page.goto(`${facts.url}#/devices`);
  await heading(page, "Kobo_nova").first().waitFor();
  await keptFocus(page, page.getByRole("button", { name: "Forget Kobo_nova" }), 0.37);
  // A dialog takes the focus, Escape leaves it, and the focus is back.
  await page.locator("h1").focus();
  await tabTo(page, "Forget Kobo_nova");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.closest("dialog") !== null), true);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.equal(await focused(page), "Forget Kobo_nova");
  // Every view of the navigation, each time from the top: a log may be long.
  for (const name of ["Library", "Devices", "Activity", "Server", "You"]) {
    await page.evaluate(() => document.querySelector(".skip").focus());
    await tabTo(page, name);
    await page.keyboard.press("Enter");
    await page.locator(`#nav [aria-current]`, { hasText: name }).waitFor();
    await page.locator("h1").first().waitFor({ state: "attached" });
  }
}

// With a thumb: the navigation is at the bottom and large enough, nothing is wider than the window, nothing zooms.
async function phone(page, browser) {
  const handset = await openPage(browser, { viewport: PHONE, hasTouch: true, isMobile: true, deviceScaleFactor: 2, colorScheme: "dark" });
  await handset.goto(facts.url);
  await handset.getByLabel("Name", { exact: true }).fill("ann");
  await handset.getByLabel("Password").fill(PASSWORD);
  await handset.getByRole("button", { name: "Sign in" }).tap();
  await heading(handset, "The Time Machine").waitFor();
  assert.equal(await handset.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(22, 22, 20)");
  for (const name of ["Devices", "Activity", "Server", "You", "Library"]) {
    const link = handset.locator("#nav").getByRole("link", { name });
    const box = await link.boundingBox();
    assert.ok(box.y > PHONE.height - 80 && box.height >= 44 && box.width >= 44, `${name}: ${JSON.stringify(box)}`);
    await link.tap();
    await handset.locator("#nav [aria-current]", { hasText: name }).waitFor();
    await handset.waitForTimeout(200);
    const sizes = await handset.evaluate(() => ({
      wide: document.documentElement.scrollWidth - window.innerWidth,
      small: [...document.querySelectorAll("main input:not([type=checkbox]), main select, main textarea")]
        .filter((each) => each.offsetParent && parseFloat(getComputedStyle(each).fontSize) < 14).length,
    }));
    assert.deepEqual(sizes, { wide: 0, small: 0 }, name);
  }
  await handset.getByRole("heading", { name: "The Time Machine" }).tap();
  await handset.getByRole("heading", { level: 1, name: "The Time Machine" }).waitFor();
  await handset.context().close();
}

// What moves although somebody does not want that; and that something does for everybody else.
async function motion(_, browser) {
  await happen("register", { user: "mia" });
  for (const reducedMotion of ["reduce", "no-preference"]) {
    const page = await openPage(browser, { reducedMotion });
    await page.addInitScript(() => {
      window.moved = [];
      for (const kind of ["animationstart", "transitionrun"]) {
        document.addEventListener(kind, ({ target }) => window.moved.push(`${kind} ${target.className}`), true);
      }
    });
    await signIn(page, { name: "mia" });
    await page.goto(`${facts.url}#/start/reader`);
    await page.getByText("Waiting for your reader. Turn a page.").waitFor();
    const running = await page.evaluate(() => document.getAnimations().filter((each) => each.playState === "running").length);
    await signOut(page);
    await signIn(page);
    await heading(page, "The Time Machine").waitFor();
    await happen("push", { document: facts.shelf[4], percentage: reducedMotion === "reduce" ? 0.38 : 0.39 });
    await page.goto(`${facts.url}#/activity`);
    await page.locator(".line").first().waitFor();
    for (const view of ["devices", "health", "settings", `book/${facts.shelf[0]}`, "suggestions", "library"]) {
      await page.goto(`${facts.url}#/${view}`);
      await settled(page, view);
    }
    await page.getByRole("button", { name: "Finished" }).click();
    await heading(page, "The Time Machine").waitFor({ state: "detached" });
    const moved = await page.evaluate(() => window.moved);
    if (reducedMotion === "reduce") assert.deepEqual([running, moved], [0, []]);
    else assert.ok(running > 0 && moved.length > 0, `${running} ${moved}`);
    await page.context().close();
  }
}

async function signOut(page) {
  await page.goto(`${facts.url}#/you`);
  await page.getByRole("button", { name: "Sign out" }).click();
  await heading(page, "Sign in").waitFor();
}

await run({ keyboard, phone, motion });
