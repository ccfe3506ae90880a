// How pages look and whether everyone can use them: axe-core, narrow and wide phones, care mode, dark mode.
import assert from "node:assert/strict";
import { DESK, PHONE, watch } from "../lib/browser.mjs";
import { OUT, faults, violations } from "../lib/looks.mjs";
import { pages } from "../lib/pages.mjs";
import { suite, test } from "../lib/runner.mjs";
import { Phone } from "../lib/phone.mjs";

suite("looks");

for (const scheme of ["light", "dark"]) {
  for (const mode of ["normal", "care"]) {
    test(`pages in ${scheme} colours and ${mode} mode have no serious accessibility fault and fit every phone`, async (world) => {
      const context = await world.browser.newContext({ ...PHONE, colorScheme: scheme });
      const complaints = await watch(context, world.origin);
      await context.addCookies([{ name: "jx_mode", value: mode, url: `${world.origin}/h5` }]);
      const page = await context.newPage();
      const found = [];
      for (const [name, address] of await pages(world, context)) {
        await page.goto(address);
        assert.equal(await page.getAttribute("html", "data-mode"), mode, `${name} is not in ${mode} mode`);
        found.push(...(await faults(page, `${name}-${scheme}-${mode}`)));
      }
      assert.deepEqual(found, []);
      assert.deepEqual(complaints, []);
      await context.close();
    });
  }
}

for (const scheme of ["light", "dark"]) {
  test(`the simulator in ${scheme} colours has no serious accessibility fault`, async (world) => {
    const phone = await Phone.of(world, `无障碍${scheme === "dark" ? "夜" : "日"}`);
    await phone.page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await phone.tap("最新信息", "重要案件信息");
    await phone.page.locator("#chat .news").waitFor();
    await phone.say("zyaj_长沙");
    assert.deepEqual(await violations(phone.page, "simulator"), []);
    await phone.page.screenshot({ path: `${OUT}simulator-${scheme}.png` });
    for (const width of [1024, DESK.viewport.width, 1440]) {
      await phone.page.setViewportSize({ width, height: 860 });
      const wide = await phone.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(wide <= 0, `${wide} px too wide at ${width}`);
    }
    assert.deepEqual(phone.complaints, []);
    await phone.close();
  });
}

test("care mode is one tap away, enlarges the text and stays", async (world) => {
  const context = await world.browser.newContext(PHONE);
  const page = await context.newPage();
  const size = () => page.evaluate(() => Number.parseFloat(getComputedStyle(document.body).fontSize));
  await page.goto(`${world.origin}/h5/`);
  const before = await size();
  await page.locator("[data-mode-switch] button").first().click();
  await page.waitForFunction(() => document.documentElement.dataset.mode === "care");
  assert.ok((await size()) >= 22 && before < 22, `${before} → ${await size()}`);
  await page.goto(`${world.origin}/h5/help`);
  assert.equal(await page.getAttribute("html", "data-mode"), "care");
  const low = await page.locator("a.button").evaluateAll((all) => all.filter((one) => one.offsetHeight < 60).length);
  assert.equal(low, 0);
  await context.close();
});
