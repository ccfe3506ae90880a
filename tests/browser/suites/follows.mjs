// 我的关注: from the menu through web authorisation to the limit of five, and what the menu then answers.
import assert from "node:assert/strict";
import { Phone } from "../lib/phone.mjs";
import { suite, test, until } from "../lib/runner.mjs";

suite("follows");

/** Looks for a unit by typing, and follows the first that is offered under that name. */
async function follow(page, words, name, region) {
  if (region) await page.locator("#region").selectOption({ label: region });
  await page.locator("#q").fill(words);
  const button = page.locator(`#candidates button[aria-label="关注${name}"]`);
  await button.waitFor();
  await button.click();
  await page.locator(".notice.ok", { hasText: name }).waitFor();
}

const count = (page) => page.locator(".section-head p").first().innerText();

test("region, type-ahead, follow, cancel, and no sixth; then 关注院信息 answers", async (world) => {
  const phone = await Phone.of(world, "关注");
  const bubble = await phone.tap("个性设置", "关注院信息").then(() =>
    until("the answer before any follow", async () => (await phone.bubbles())[1]));
  assert.match(bubble, /还没有关注/);

  await phone.tap("个性设置", "我的关注");
  assert.match(await phone.sheetTitle(), /关注/);
  const page = phone.frame;
  assert.match(await count(page), /0\/5/);
  await follow(page, "岳麓", "长沙市岳麓区人民检察院", "湖南省");
  assert.match(await count(page), /1\/5/);
  await follow(page, "湖南省", "湖南省人民检察院");
  await follow(page, "长沙市", "长沙市人民检察院");
  assert.match(await count(page), /3\/5/);

  await page.locator(`button[aria-label="取消关注长沙市人民检察院"]`).click();
  await page.locator("#confirm button[value=yes]").click();
  await page.locator(".notice.ok", { hasText: "取消关注" }).waitFor();
  assert.match(await count(page), /2\/5/);

  await follow(page, "湘潭市", "湘潭市人民检察院");
  await follow(page, "株洲市", "株洲市人民检察院");
  // A second page that still offers to follow, as an old tab would.
  const old = await phone.page.context().newPage();
  await old.goto(`${world.origin}/h5/follows?region=&q=衡阳市`);
  await follow(page, "岳阳市", "岳阳市人民检察院");
  assert.match(await count(page), /5\/5/);
  assert.equal(await page.locator("#candidates").count(), 0);
  await old.locator(`button[aria-label="关注衡阳市人民检察院"]`).click();
  await old.locator(".notice.bad, .notice.warn").waitFor();
  assert.match(await old.locator(".notice").innerText(), /5|五/);
  assert.match(await count(old), /5\/5/);
  await old.close();
  await phone.closeSheet();

  await phone.tap("个性设置", "关注院信息");
  await phone.page.locator("#chat .news").waitFor();
  assert.equal(await phone.page.locator("#chat .news a").count(), 5);
  await phone.tap("个性设置", "关注院文书");
  await until("the documents", async () => (await phone.page.locator("#chat .news").count()) === 2);
  assert.deepEqual(phone.complaints, []);
  await phone.close();
});

test("another follower's phone does not see them", async (world) => {
  const phone = await Phone.of(world, "别人");
  await phone.tap("个性设置", "我的关注");
  await phone.sheetTitle();
  assert.match(await count(phone.frame), /0\/5/);
  await phone.close();
});
