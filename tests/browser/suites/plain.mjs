// Pages with JavaScript off: everything that matters still works, only with more taps.
import assert from "node:assert/strict";
import { PHONE, watch } from "../lib/browser.mjs";
import { logIn } from "../lib/pages.mjs";
import { suite, test } from "../lib/runner.mjs";

suite("without JavaScript");

async function open(world) {
  const context = await world.browser.newContext({ ...PHONE, javaScriptEnabled: false });
  return { context, complaints: await watch(context, world.origin), page: await context.newPage() };
}

test("a list can be searched and paged, and a publication read", async (world) => {
  const { context, complaints, page } = await open(world);
  await page.goto(`${world.origin}/h5/`);
  await page.fill("#q", "抢劫");
  await page.click("form[role=search] button");
  await page.click(".tabs a:not([aria-current])");
  await page.locator(".tabs a[aria-current]", { hasText: "法律文书" }).waitFor();
  const first = await page.locator(".rows .row").first().getAttribute("href");
  await page.click("a[rel=next]");
  await page.locator(".rows .row").first().waitFor();
  assert.notEqual(await page.locator(".rows .row").first().getAttribute("href"), first);
  await page.locator(".rows .row").first().click();
  assert.ok((await page.locator("article h1").innerText()).length > 5);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("paging through the whole country shows no item twice", async (world) => {
  const { context, page } = await open(world);
  await page.goto(`${world.origin}/h5/list?kind=legal_document`);
  const seen = [];
  for (let turn = 0; turn < 4; turn += 1) {
    seen.push(...(await page.locator(".rows .row").evaluateAll((rows) => rows.map((row) => row.getAttribute("href")))));
    await page.click("a[rel=next]");
  }
  assert.equal(new Set(seen).size, seen.length);
  assert.ok(seen.length >= 40, `${seen.length} items on four pages`);
  await context.close();
});

test("a procuratorate is followed and cancelled by form", async (world) => {
  const { context, complaints, page } = await open(world);
  await logIn(world, context, "无脚本");
  await page.goto(`${world.origin}/h5/follows`);
  await page.fill("#q", "岳麓");
  await page.click("form[role=search] button");
  await page.click(`#candidates button[aria-label="关注长沙市岳麓区人民检察院"]`);
  await page.locator(".notice.ok").waitFor();
  assert.match(await page.locator(".section-head p").first().innerText(), /1\/5/);
  await page.click(`button[aria-label="取消关注长沙市岳麓区人民检察院"]`);
  await page.locator(".notice.ok", { hasText: "取消" }).waitFor();
  assert.match(await page.locator(".section-head p").first().innerText(), /0\/5/);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("care mode is chosen by form", async (world) => {
  const { context, page } = await open(world);
  await page.goto(`${world.origin}/h5/`);
  await page.locator("[data-mode-switch] button").first().click();
  await page.waitForURL(`${world.origin}/h5/`);
  assert.equal(await page.getAttribute("html", "data-mode"), "care");
  await context.close();
});
