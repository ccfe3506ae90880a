// The platform misbehaves: the follower still gets one answer.
import assert from "node:assert/strict";
import { Phone } from "../lib/phone.mjs";
import { suite, test } from "../lib/runner.mjs";

suite("faults");

async function healthy(phone) {
  await phone.page.click("#healthy");
  await phone.page.locator("#healthy").waitFor({ state: "hidden" });
}

test("an answer that is lost on the way comes again once, after the retry", async (world) => {
  const phone = await Phone.of(world, "丢答复");
  await phone.setSwitch("网络", "drop_answers", 1);
  await phone.page.locator("#faults-on").waitFor();
  const before = (await phone.bubbles()).length;
  const bubble = await phone.say("zyaj_长沙", 20_000);
  assert.match(await bubble.innerText(), /长沙市人民检察院/);
  await phone.page.waitForTimeout(1500);
  assert.equal((await phone.bubbles()).length, before + 1);
  await healthy(phone);
  await phone.close();
});

test("three deliveries at once are one answer", async (world) => {
  const phone = await Phone.of(world, "多投递");
  await phone.setSwitch("网络", "copies", 2);
  await phone.page.locator("#faults-on").waitFor();
  const before = (await phone.bubbles()).length;
  await phone.say("抢劫", 20_000);
  await phone.page.waitForTimeout(1500);
  assert.equal((await phone.bubbles()).length, before + 1);
  await healthy(phone);
  await phone.close();
});

test("a message in another mode than configured is refused and shown so", async (world) => {
  const phone = await Phone.of(world, "模式");
  await phone.page.locator("#faults input[value=safe]").check({ force: true });
  if (!(await phone.page.locator("#say").isVisible())) await phone.page.click("#swap");
  await phone.page.fill("#say", "抢劫");
  await phone.page.press("#say", "Enter");
  await phone.page.locator("#wire .pill.bad").first().waitFor();
  await phone.page.locator("#faults input[value=plain]").check({ force: true });
  await phone.close();
});
