// What the walks through the console share: pages that collect every trouble, screenshots with axe, signing in.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import { chromium } from "playwright-core";

export const facts = JSON.parse(process.env.KOSHELF_PAGE); // from run_browser
export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 800 };
export const PASSWORD = "correct horse";
export const troubles = [];

if (facts.shots) mkdirSync(facts.shots, { recursive: true });

export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: DESKTOP, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(facts.patience ?? 20000);
  // An expected refusal (a wrong password, a bad map) is one that the page shows by itself.
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of (4\d\d|50[234]|522)/.test(message.text())) troubles.push(message.text());
  });
  page.on("pageerror", (error) => troubles.push(String(error)));
  return page;
}

// Something happens in the household (household.py); its answer.
export async function happen(what, details = {}) {
  const answer = await fetch(`${facts.household}/${what}`, { method: "POST", body: JSON.stringify(details) });
  const body = await answer.json();
  assert.equal(answer.status, 200, `${what}: ${body}`);
  return body;
}

// Legacy mode: there are no frames of other origins to be looked into.
async function axe(page, name) {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] }).analyze();
  for (const each of violations) troubles.push(`${name}: ${each.id}: ${each.nodes.map((node) => node.html).slice(0, 3).join(" | ")}`);
}

// Headings of which a style that was meant for others has left a column of letters.
const squeezed = (page) => page.locator("h1, h2, h3").evaluateAll((headings) => headings.filter((each) => (
  each.textContent.length > 8 && each.offsetWidth > 0 && each.offsetWidth < 80
    && each.offsetHeight > 1.5 * parseFloat(getComputedStyle(each).lineHeight))).map((each) => each.textContent));

const SIZES = { phone: PHONE, desktop: DESKTOP };
const SCHEMES = ["light", "dark"];
// What axe looks at: each size and each colour scheme once, since it takes long.
const LOOKED_AT = ["phone dark", "desktop light"];

// Screenshots in all sizes and colours, and that nothing is wider than the window or a column of letters. `brief`, for another state of a view that
// was seen already: two of them, and axe once.
export async function shoot(page, name, { brief = false } = {}) {
  if (!facts.shots) return;
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of brief ? [size === "phone" ? "dark" : "light"] : SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.waitForTimeout(60);
      // A dialog lies over the window, all else is seen from its top.
      const fullPage = await page.evaluate(() => !document.querySelector("dialog[open]") && (window.scrollTo(0, 0), true));
      await page.screenshot({ path: `${facts.shots}/${name}-${size}-${colorScheme}.png`, fullPage });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (wide > 0) troubles.push(`${name}: ${wide} px too wide at ${size}`);
      for (const each of await squeezed(page)) troubles.push(`${name}: ${each} is squeezed at ${size}`);
      const look = `${size} ${colorScheme}`;
      if (LOOKED_AT.slice(brief ? 1 : 0).includes(look)) await axe(page, `${name} ${look}`);
    }
  }
  await page.setViewportSize(DESKTOP);
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
}

// That view is there, and everything that it fetches has come and been drawn.
export async function settled(page, view) {
  await page.locator(`.view.${view.split(/[/?]/)[0]}`).waitFor({ state: "attached" });
  await page.waitForFunction(() => !document.querySelector("main .skeletons, main .working, main [aria-busy]")
    && new Promise((drawn) => { requestAnimationFrame(() => requestAnimationFrame(drawn)); }).then(() => true));
}

// What is to be seen soon, by somebody who comes back to the page now and then instead of waiting until it looks by itself.
export async function seen(page, locator) {
  for (let look = 0; look < 40 && !await locator.isVisible(); look += 1) {
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await locator.waitFor({ timeout: 750 }).catch(() => {});
  }
  await locator.waitFor();
}

export const go = (page, view) => page.getByRole("navigation").getByRole("link", { name: view }).click();
export const note = (page, text) => page.locator("#notes").getByText(text).waitFor();
export const undo = (page) => page.locator("#notes").getByRole("button", { name: "Undo" }).click();
export const press = (page, name, more = {}) => page.getByRole("button", { name, exact: true, ...more }).click();
export const heading = (page, name) => page.getByRole("heading", { name, exact: typeof name === "string" });

export async function signIn(page, { name = "ann", password = PASSWORD } = {}) {
  await page.goto(facts.url);
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByLabel("Password").fill(password);
  await page.keyboard.press("Enter");
  await page.locator(".view.sign-in").waitFor({ state: "detached" });
}

// The answer of an admin route, asked as who is signed in.
export const ask = (page, method, path, body) => page.evaluate(async ([url, how, sent]) => {
  const { username, key } = JSON.parse(sessionStorage.getItem("koshelf"));
  const answer = await fetch(url, { method: how, body: sent,
    headers: { "x-auth-user": username, "x-auth-key": key, "Content-Type": "application/json" } });
  if (!answer.ok) throw new Error(`${how} ${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}, [facts.url.replace("/audiobookshelf", "") + path, method, body && JSON.stringify(body)]);

const CONFIG = "/admin/audiobookshelf/config";
const MAP = "AUDIOBOOKSHELF_USER_MAP";

// Who is who in Audiobookshelf, changed by `change(map)`, once the workers know of it.
export async function mapWith(page, change) {
  const { version, settings } = await ask(page, "GET", CONFIG);
  const map = JSON.parse(settings.find(({ name }) => name === MAP).value);
  change(map);
  await ask(page, "PUT", CONFIG, { version, settings: { [MAP]: JSON.stringify(map) } });
  await page.waitForTimeout(2500);
}

// Runs walks, each in a page of its own; `node x.mjs NAME…` says which.
export async function run(walks) {
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  try {
    for (const name of process.argv.slice(2)) {
      const began = Date.now();
      const page = await openPage(browser);
      try {
        await walks[name](page, browser);
      } catch (error) {
        await page.screenshot({ path: `${facts.shots || "/tmp"}/failed-${name}.png` }).catch(() => {});
        throw error;
      }
      await page.context().close();
      assert.deepEqual(troubles, []);
      console.log(`${name}: passed in ${((Date.now() - began) / 1000).toFixed(1)} s`);
    }
  } finally {
    await browser.close();
  }
}
