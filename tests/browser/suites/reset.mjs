// A new password: from the upstream site's event to the card in the chat, the form behind it and its end.
import assert from "node:assert/strict";
import { PHONE, watch } from "../lib/browser.mjs";
import { faultsInAllModes } from "../lib/looks.mjs";
import { logIn } from "../lib/pages.mjs";
import { suite, test, until } from "../lib/runner.mjs";
import { Site } from "../lib/site.mjs";

suite("reset");

const GOOD = "正义不会缺席 2026";

/** A lawyer's phone, and the address that the notice in its chat leads to. */
async function opened(world, name, options = {}) {
  const context = await world.browser.newContext({ ...PHONE, ...options });
  const complaints = await watch(context, world.origin);
  let follower = await logIn(world, context, name);
  // The fourth phone belongs to the party of the demonstration.
  if (follower.id === "f4") follower = await logIn(world, context, name);
  const site = new Site(world, `site-reset-${follower.id}`);
  const account = `u-${follower.id}`;
  const openid = await openidOf(world, follower.id);
  await site.person(account, "lawyer", "160712345678" + follower.id, openid);
  await site.event(`reset-${account}`, "password_reset_done", { application: `CZ-${account}`, account, unit_code: "430100", result: "reset" });
  const inbox = () => fetch(`${world.origin}/simulator/inbox?follower=${follower.id}`).then((answer) => answer.json());
  const [card] = await until("the notice", async () => { const cards = await inbox(); return cards.length > 0 && cards; });
  return { context, complaints, page: await context.newPage(), address: card.content.url };
}

async function openidOf(world, id) {
  const state = await fetch(`${world.origin}/simulator/state?since=0`).then((answer) => answer.json());
  return state.followers.find((one) => one.id === id).openid;
}

async function send(page, password, again = password) {
  await page.fill("#password", password);
  await page.fill("#again", again);
  await page.click("button.primary");
}

test("the form shows what is wrong beside the field and what was typed on request, and ends where going back and loading anew send nothing", async (world) => {
  const { context, complaints, page, address } = await opened(world, "重置");
  let posts = 0;
  page.on("request", (request) => { if (request.method() === "POST") posts += 1; });
  await page.goto(`${world.origin}/h5/`);
  for (let turn = 0; turn < 2; turn += 1) await page.goto(address);
  assert.equal(await page.title(), "设置新密码");
  const found = await faultsInAllModes(page, "reset");

  const reveal = page.locator("[data-reveal]");
  await page.fill("#password", GOOD);
  await reveal.click();
  assert.deepEqual([await page.getAttribute("#password", "type"), await page.getAttribute("#again", "type"), await reveal.innerText()], ["text", "text", "隐藏密码"]);
  await reveal.click();
  assert.equal(await page.getAttribute("#password", "type"), "password");

  await send(page, "password");
  await page.locator("#password-fault", { hasText: "请换一个" }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "password");
  assert.equal(await page.inputValue("#password"), "");
  found.push(...(await faultsInAllModes(page, "reset-flawed")));
  await send(page, GOOD, "something else");
  await page.locator("#again-fault", { hasText: "两次输入的密码不一样" }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "again");

  await send(page, GOOD);
  await page.locator("h1", { hasText: "新密码已设置" }).waitFor();
  assert.equal(page.url(), address);
  found.push(...(await faultsInAllModes(page, "reset-done")));
  const before = posts;
  await page.reload();
  await page.locator("h1", { hasText: "新密码已设置" }).waitFor();
  await page.goto(`${world.origin}/h5/help`);
  await page.goBack();
  await page.locator("h1", { hasText: "新密码已设置" }).waitFor();
  assert.equal(posts, before);
  assert.deepEqual(found, []);
  // Chromium says of an answer of 422 that something could not be loaded.
  assert.deepEqual(complaints.filter((one) => !one.includes("status of 422")), []);

  const stranger = await world.browser.newContext(PHONE);
  await logIn(world, stranger, "路人");
  const elsewhere = await stranger.newPage();
  assert.equal((await elsewhere.goto(address)).status(), 404);
  await elsewhere.locator("h1", { hasText: "链接已失效" }).waitFor();
  assert.deepEqual(await faultsInAllModes(elsewhere, "reset-void"), []);
  await stranger.close();
  await context.close();
});

test("it works without JavaScript, and a second tap does not send a second password", async (world) => {
  const plain = await opened(world, "无脚本重置", { javaScriptEnabled: false });
  await plain.page.goto(plain.address);
  assert.equal(await plain.page.locator("[data-reveal]").isVisible(), false);
  await send(plain.page, GOOD);
  await plain.page.locator("h1", { hasText: "新密码已设置" }).waitFor();
  await plain.context.close();

  const { context, page, address } = await opened(world, "双击");
  let posts = 0;
  page.on("request", (request) => { if (request.method() === "POST") posts += 1; });
  await page.goto(address);
  await page.fill("#password", GOOD);
  await page.fill("#again", GOOD);
  await page.locator("button.primary").dblclick();
  await page.locator("h1", { hasText: "新密码已设置" }).waitFor();
  assert.equal(posts, 1);
  await context.close();
});
