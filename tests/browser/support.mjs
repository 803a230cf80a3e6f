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

mkdirSync(facts.shots, { recursive: true });

export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: DESKTOP, ...options });
  const page = await context.newPage();
  // An expected refusal (a wrong password, a bad map) is one that the page shows by itself.
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of (4\d\d|502)/.test(message.text())) troubles.push(message.text());
  });
  page.on("pageerror", (error) => troubles.push(String(error)));
  return page;
}

export async function shoot(page, name) {
  for (const [size, viewport] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.waitForTimeout(120);
      await page.screenshot({ path: `${facts.shots}/${name}-${size}-${colorScheme}.png`, fullPage: true });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      if (wide > 0) troubles.push(`${name}: ${wide} px too wide at ${size}`);
      const { violations } = await new AxeBuilder({ page }).analyze();
      for (const each of violations) {
        troubles.push(`${name} ${size} ${colorScheme}: ${each.id}: ${each.nodes.map((node) => node.html).slice(0, 3).join(" | ")}`);
      }
    }
  }
  await page.setViewportSize(DESKTOP);
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
}

export const go = (page, view) => page.getByRole("navigation").getByRole("link", { name: view }).click();

export async function signIn(page) {
  await page.goto(facts.url);
  await page.getByLabel("Name").fill("ann");
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Name or password is wrong.").waitFor();
  await page.getByLabel("Password").fill(PASSWORD);
  await page.keyboard.press("Enter");
}

// Runs a walk in a browser of its own; `node x.mjs NAME` says which.
export async function run(walks) {
  const name = process.argv[2];
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  try {
    const page = await openPage(browser);
    page.setDefaultTimeout(10000);
    try {
      await walks[name](page, browser);
    } catch (error) {
      await page.screenshot({ path: `${facts.shots}/failed.png` }).catch(() => {});
      throw error;
    }
  } finally {
    await browser.close();
  }
  assert.deepEqual(troubles, []);
  console.log(`${name}: passed`);
}
