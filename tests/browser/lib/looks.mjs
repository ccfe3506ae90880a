// What every page must be: wide enough for any phone, and usable by everyone.
import { mkdirSync } from "node:fs";
import axe from "axe-core";
import { PHONE } from "./browser.mjs";

export const OUT = new URL("../out/", import.meta.url).pathname;
mkdirSync(OUT, { recursive: true });

/** What axe finds against WCAG 2.1 A and AA, however grave. */
export async function violations(page, name) {
  await page.evaluate(axe.source);
  const found = await page.evaluate(() => window.axe.run(document, {
    iframes: false, resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
  }));
  return found.violations
    .map((one) => `${name}: ${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

/** What is wrong with a page in a phone: too wide for one, or a serious fault. Leaves a picture. */
export async function faults(page, name, picture = {}) {
  const found = [];
  for (const width of [320, 375, 430]) {
    await page.setViewportSize({ width, height: 760 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) found.push(`${name}: ${wide} px too wide at ${width}`);
  }
  await page.setViewportSize(PHONE.viewport);
  found.push(...(await violations(page, name)));
  await page.screenshot({ path: `${OUT}${name}.png`, ...picture });
  return found;
}

/** The same in both colours and both reading modes, without loading the page anew. */
export async function faultsInAllModes(page, name) {
  const found = [];
  for (const colorScheme of ["light", "dark"]) {
    for (const mode of ["normal", "care"]) {
      // Without motion, or axe would see a colour half way from one scheme to the other.
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.evaluate((mode) => { document.documentElement.dataset.mode = mode; }, mode);
      found.push(...(await faults(page, `${name}-${colorScheme}-${mode}`, { fullPage: true })));
    }
  }
  return found;
}
