// The first run of a server: from nothing to a book that is in step. `node start.mjs first-run`
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import jsQR from "jsqr";
import { md5 } from "../../html/app/md5.js";
import { facts, happen, heading, openPage, PASSWORD, press, run, shoot } from "./support.mjs";

for (const text of ["", "a", "Zoë 日本 🙂", "x".repeat(55), "x".repeat(56), "x".repeat(64), "x".repeat(1000)]) {
  assert.equal(md5(text), createHash("md5").update(text).digest("hex"));
}

// What a phone would read from the screen.
async function readCode(page, browser) {
  const png = await page.locator("svg.qr").screenshot();
  const desk = await openPage(browser);
  const { data, width, height } = await desk.evaluate(async (base64) => {
    const blob = await (await fetch(`data:image/png;base64,${base64}`)).blob();
    const bitmap = await createImageBitmap(blob);
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const image = context.getImageData(0, 0, bitmap.width, bitmap.height);
    return { data: Array.from(image.data), width: image.width, height: image.height };
  }, png.toString("base64"));
  await desk.context().close();
  return jsQR(Uint8ClampedArray.from(data), width, height)?.data;
}

async function welcome(page, browser) {
  const { origin } = new URL(facts.url);
  await page.goto(facts.url);
  await heading(page, "Welcome").waitFor();
  // A reader that registered now would use up what makes an administrator.
  await page.getByText("Make your account on this page first.").waitFor();
  assert.equal(await page.getByText("and register").count(), 0);
  await page.getByText(origin, { exact: true }).waitFor();
  assert.equal(await readCode(page, browser), origin);
  // Opened as localhost, which no reader can use.
  await page.getByLabel("The server’s name or IP address in your network").fill("not a name");
  await page.getByText("That is neither a name nor an IP address.").waitFor();
  await page.getByLabel("The server’s name or IP address in your network").fill("192.168.1.20");
  const address = origin.replace("localhost", "192.168.1.20");
  await page.getByText(address, { exact: true }).waitFor();
  await page.emulateMedia({ colorScheme: "dark" });
  assert.equal(await readCode(page, browser), address);
  await page.getByText("Why does my browser warn").click();
  await page.getByText("KOReader accepts it without asking").waitFor();
  await shoot(page, "first-run");
}

async function account(page) {
  await press(page, "Create the first account");
  await page.getByText("A name without a colon, please.").waitFor();
  await page.getByLabel("Name", { exact: true }).fill("ann");
  await press(page, "Create the first account");
  await page.getByText("A password is missing.").waitFor();
  await page.getByLabel("Password").fill(PASSWORD);
  await page.keyboard.press("Enter");
  await heading(page, "Setting up").waitFor();
}

async function reader(page) {
  await page.getByText("Waiting for your reader. Turn a page.").waitFor();
  await page.getByText("log in as ann").waitFor();
  await shoot(page, "start-reader");
  // Skipped, and come back to.
  await page.getByRole("link", { name: "Skip for now" }).click();
  await heading(page, "Audiobookshelf").waitFor();
  await page.getByRole("link", { name: "Leave the set-up" }).click();
  await heading(page, "No books yet").waitFor();
  await shoot(page, "library-empty", { brief: true });
  await page.getByRole("link", { name: "Set it up step by step" }).click();
  await page.getByText("Waiting for your reader. Turn a page.").waitFor();
  await happen("first_book");
  await page.getByText("The Time Machine has arrived, at 41 %.").waitFor();
  await page.getByRole("link", { name: "Next" }).click();
}

async function audiobookshelf(page) {
  const address = page.getByLabel("Address of Audiobookshelf");
  await address.waitFor();
  await press(page, "Only test");
  await page.getByText("Where is Audiobookshelf?").waitFor();
  await address.fill("http://127.0.0.1:1");
  await page.getByLabel("Your API key").fill("wrong");
  await press(page, "Only test");
  await page.getByText("Nothing answers at that address").waitFor();
  await address.fill(facts.abs);
  await press(page, "Test and connect");
  await page.locator(".checks .failed").waitFor();
  await shoot(page, "start-audiobookshelf", { brief: true });
  await page.getByLabel("Your API key").fill(facts.key);
  await press(page, "Test and connect");
  await page.getByText("Connected to Audiobookshelf.").waitFor();
  await page.getByText("This account is connected.").waitFor();
  await page.getByText("The key is good").waitFor();
  await page.getByRole("link", { name: "Next" }).click();
}

// Found by its file, read, aligned and carried over, while the page watches.
async function firstBook(page) {
  await heading(page, "Your first book").waitFor();
  await page.getByText("Its audiobook is found: The Time Machine. It is the same file.").waitFor({ timeout: 60_000 });
  await page.locator(".stage.ready").nth(2).waitFor({ timeout: 60_000 });
  await page.getByText(/audio moved to/).waitFor();
  await shoot(page, "start-book", { brief: true });
  await page.getByRole("link", { name: "To the library" }).click();
  await heading(page, "The Time Machine").waitFor();
}

await run({
  "first-run": async (page, browser) => {
    await welcome(page, browser);
    await account(page);
    await reader(page);
    await audiobookshelf(page);
    await firstBook(page);
  },
});
