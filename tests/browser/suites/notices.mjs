// A notice on its whole way: from the upstream site's event to the card in the chat, the page behind it and the receipt.
import assert from "node:assert/strict";
import { PHONE, watch } from "../lib/browser.mjs";
import { OUT, faults } from "../lib/looks.mjs";
import { Phone } from "../lib/phone.mjs";
import { suite, test, until } from "../lib/runner.mjs";
import { Site } from "../lib/site.mjs";

suite("notices");

/** The card with that title, once it is there. */
async function card(phone, title) {
  const found = phone.page.locator("#chat .notice", { has: phone.page.locator("h3", { hasText: title }) }).first();
  await found.waitFor();
  return found;
}

test("an event becomes a card that opens its page as that follower, and its receipt is on the wire", async (world) => {
  const phone = await Phone.of(world, "律师");
  const openid = await phone.page.locator("#followers li.on .person").getAttribute("title");
  const site = new Site(world, "site-notices");
  await site.person("u-notices", "lawyer", "160712349811", openid);
  await site.event("n-1", "case_progress_changed", {
    accounts: ["u-notices"], unit_code: "430100", case_number: "长检一部刑诉受〔2026〕430100000031号", case_name: "张某某故意伤害案",
    changes: [
      { field: "stage", old: "审查起诉", new: "提起公诉" },
      { field: "department", old: "第一检察部", new: "第二检察部" },
      { field: "due_date", new: "2026年12月20日" },
    ],
  });
  const progress = await card(phone, "案件进展通知");
  assert.deepEqual(await progress.locator("dt").allInnerTexts(), ["案件编号", "变更类型", "办理单位", "更新时间", "备注"]);
  const said = await progress.innerText();
  assert.match(said, /\*\*\*\*0031[\s\S]*程序信息更新[\s\S]*查看详情/);
  for (const secret of ["张某某", "提起公诉", "430100000031"]) assert.ok(!said.includes(secret), secret);
  const receipt = phone.page.locator("#wire li", { hasText: "模板消息回执 success" }).first();
  await receipt.locator("summary").click();
  assert.match(await receipt.locator(".inside").innerText(), /TEMPLATESENDJOBFINISH[\s\S]*MsgID/);
  await phone.page.screenshot({ path: `${OUT}notice-card.png` });
  await progress.locator("a").click();
  assert.equal(await phone.sheetTitle(), "案件进展通知");
  const page = phone.frame.locator("main");
  await page.getByText("提起公诉").waitFor();
  assert.match(await page.innerText(), /张某某故意伤害案[\s\S]*长沙市人民检察院[\s\S]*办案进程[\s\S]*审查起诉[\s\S]*接下来/);
  await phone.page.screenshot({ path: `${OUT}notice-in-phone.png` });
  const address = await page.evaluate(() => location.href.split("#")[0]);
  await phone.closeSheet();

  await site.event("n-2", "binding_submitted", { application: "SQ20261122000117", account: "u-notices", unit_code: "430100", case_name: "张某某故意伤害案" });
  await site.event("n-3", "binding_reviewed", { application: "SQ20261122000117", result: "rejected", reason: "委托书没有盖章。\n请补充后再次提交。" });
  const refused = await card(phone, "案件绑定结果通知");
  assert.ok(!(await refused.innerText()).includes("委托书"));
  await refused.locator("a").click();
  assert.equal(await phone.sheetTitle(), "案件绑定结果通知");
  assert.match(await phone.frame.locator("main").innerText(), /未通过[\s\S]*原因[\s\S]*委托书没有盖章/);
  assert.deepEqual(phone.complaints, []);
  await looks(world.browser, world.origin, await phone.follower(), address);
  await phone.close();
});

/** The page in both colours, both reading modes and on narrow phones. */
async function looks(browser, origin, follower, address) {
  for (const scheme of ["light", "dark"]) {
    for (const mode of ["normal", "care"]) {
      const context = await browser.newContext({ ...PHONE, colorScheme: scheme });
      const complaints = await watch(context, origin);
      await context.addCookies([{ name: "jx_mode", value: mode, url: `${origin}/h5` }]);
      const page = await context.newPage();
      await page.goto(`${origin}/simulator/open?follower=${follower}&url=${encodeURIComponent(address)}`);
      await page.waitForURL(`${address}**`);
      assert.deepEqual(await faults(page, `notice-${scheme}-${mode}`, { fullPage: true }), []);
      assert.deepEqual(complaints, []);
      await context.close();
    }
  }
}

test("a lost answer and an error are one switch away, and the wire says what happened", async (world) => {
  const phone = await Phone.of(world, "故障");
  const details = phone.page.locator("#faults details", { has: phone.page.locator("summary", { hasText: "接口的答复" }) });
  await details.locator("summary").click();
  await details.locator("[name='calls.kind']").selectOption("bad_gateway");
  await details.locator("[name='calls.path']").selectOption("*");
  await details.locator("[name='calls.remaining']").fill("1");
  await details.locator("[name='calls.remaining']").press("Tab");
  await phone.page.locator("#faults-on").waitFor();
  // Each switch is a request of its own: the last one counts.
  const set = async () => (await (await fetch(`${world.origin}/simulator/state`)).json()).faults.calls;
  await until("the switch is set", async () => { const calls = await set(); return calls.kind === "bad_gateway" && calls.remaining === 1; });
  const ask = () => phone.page.request.get(`${world.origin}/simulator/api/cgi-bin/menu/get`);
  assert.equal((await ask()).status(), 502);
  assert.equal((await ask()).status(), 200);
  await phone.page.locator("#wire .pill.warn", { hasText: "网关答复 502" }).waitFor();
  await until("the switch is used up", async () => (await details.locator("[name='calls.remaining']").inputValue()) === "0");
  await phone.close();
});
