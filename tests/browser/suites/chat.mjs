// The main job in the chat: what a follower taps and types, and what comes back.
import assert from "node:assert/strict";
import { Phone } from "../lib/phone.mjs";
import { suite, test, until } from "../lib/runner.mjs";

suite("chat");

test("a new follower is welcomed and sees the published menu", async (world) => {
  const phone = await Phone.of(world);
  assert.match((await phone.bubbles())[0], /欢迎关注人民检察院案件信息公开网/);
  assert.deepEqual(
    (await phone.page.locator("#menu button").allInnerTexts()).map((name) => name.trim()),
    ["业务办理", "最新信息", "个性设置"],
  );
  assert.deepEqual(phone.complaints, []);
  await phone.close();
});

test("重要案件信息 and 法律文书 in the menu bring five cards each, and a card opens its page", async (world) => {
  const phone = await Phone.of(world, "菜单");
  for (const [place, name] of ["重要案件信息", "法律文书"].entries()) {
    await phone.tap("最新信息", name);
    const card = phone.page.locator("#chat .news").nth(place);
    await card.waitFor();
    assert.equal(await card.locator("a").count(), 5);
  }
  await phone.page.locator("#chat .news a").first().click();
  assert.ok((await phone.sheetTitle()).length > 2);
  assert.ok((await phone.frame.locator("article h1").innerText()).length > 5);
  await phone.closeSheet();
  assert.deepEqual(phone.complaints, []);
  await phone.close();
});

test("zyaj_, flws_ and a keyword are answered in one bubble with links and a way on", async (world) => {
  const phone = await Phone.of(world, "打字");
  for (const [text, heading] of [["zyaj_长沙", /长沙市人民检察院/], ["flws_430104", /岳麓区人民检察院/], ["抢劫", /抢劫/]]) {
    const bubble = await phone.say(text);
    assert.match(await bubble.innerText(), heading);
    const links = (await bubble.locator("a").allInnerTexts()).map((one) => one.trim());
    assert.match(links.at(-1), /^更多/);
    // Five items, 更多, and perhaps other procuratorates that may have been meant.
    assert.ok(links.length >= 2 && links.length <= 9, `${text}: ${links}`);
  }
  assert.deepEqual(phone.complaints, []);
  await phone.close();
});

test("a tapped link slides the page up with its title, and the list behind 更多 opens too", async (world) => {
  const phone = await Phone.of(world, "点链接");
  const bubble = await phone.say("抢劫");
  const title = await bubble.locator("a").first().innerText();
  await bubble.locator("a").first().click();
  await phone.sheetTitle();
  const heading = await phone.frame.locator("article h1").innerText();
  assert.ok(heading.startsWith(title.replace(/…$/, "")), `${heading} is not ${title}`);
  await phone.closeSheet();
  await bubble.locator("a").last().click();
  await phone.sheetTitle();
  await phone.frame.locator(".rows .row").first().waitFor();
  assert.ok((await phone.frame.locator(".rows .row").count()) >= 5);
  assert.deepEqual(phone.complaints, []);
  await phone.close();
});

test("a name that several procuratorates share is a numbered choice, and a number picks", async (world) => {
  const phone = await Phone.of(world, "选择");
  const choices = await phone.say("zyaj_西湖区");
  assert.match(await choices.innerText(), /1[\s\S]*2/);
  const picked = await phone.say("1");
  assert.match(await picked.innerText(), /西湖区人民检察院/);
  await phone.close();
});

test("自助查询 and a picture bring help with links", async (world) => {
  const phone = await Phone.of(world, "帮助");
  const before = (await phone.bubbles()).length;
  await phone.tap("个性设置", "自助查询");
  await until("the help", async () => (await phone.bubbles()).length > before);
  assert.match((await phone.bubbles())[before], /zyaj_/);
  await phone.page.click("#swap");
  await phone.page.click("#more");
  await phone.page.click("#tray [data-media=image]");
  await until("an answer to a picture", async () => (await phone.bubbles()).length > before + 1);
  assert.match((await phone.bubbles())[before + 1], /文字/);
  assert.deepEqual(phone.complaints, []);
  await phone.close();
});

test("the wire beside the phone shows both directions of an exchange", async (world) => {
  const phone = await Phone.of(world, "往来");
  await phone.say("zyaj_长沙");
  const exchange = phone.page.locator("#wire li", { hasText: "往来" }).filter({ hasText: "微信 → 服务器" }).first();
  await exchange.locator("summary").click();
  await exchange.locator(".inside pre").first().waitFor();
  const texts = (await phone.page.locator("#wire li .inside pre").allInnerTexts()).join("\n");
  assert.match(texts, /MsgType/);
  assert.match(texts, /Content/);
  await phone.close();
});
