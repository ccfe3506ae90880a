// The story of requirements §6.6 with both sides: a lawyer's phone, a manager's desk, and the notices between them.
import assert from "node:assert/strict";
import { CONSOLE_PAGES, openConsolePage } from "../lib/console_pages.mjs";
import { Desk, PASSWORD, code } from "../lib/desk.mjs";
import { exported, importFile } from "../lib/export.mjs";
import { button, correctRegistration, fillRegistration, handIn, heading, identity, inbox, newAccount, ownPassword, photograph, signIn, signOut, takeUnit } from "../lib/lawyer.mjs";
import { violations } from "../lib/looks.mjs";
import { Phone } from "../lib/phone.mjs";
import { suite, test, until } from "../lib/runner.mjs";
import { Site } from "../lib/site.mjs";

suite("desk");

test("a lawyer and the office, from the registration to the last notice", async (world) => {
  const serial = Number(process.hrtime.bigint() % 600n) + 150;
  const desk = await Desk.of(world, `desk-${serial}`, "reviewer,importer");
  const phone = await Phone.of(world, "钟律师");
  const frame = phone.frame;
  const photo = await photograph(phone.page);
  const suspects = [identity(serial + 20), identity(serial + 21)];
  const number = `4301002026${String(serial).padStart(7, "0")}`;
  await fetch(`${world.origin}/simulator/act/subscribe?wait=true`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ follower: "f2" }) });
  const before = (await inbox(world, "f2")).length;

  // 案件导入
  await importFile(desk, exported(number, suspects, "审查起诉"));

  // 注册
  await phone.tap("业务办理");
  await frame.locator("a", { hasText: "律师" }).first().click();
  await frame.locator("a", { hasText: "注册" }).first().click();
  await heading(frame, "律师注册");
  const zhong = { name: "钟敏", phone: "13800002222", email: "zhong@example.com", id: identity(serial), licence: `14301202610${String(200000 + serial)}` };
  await fillRegistration(frame, zhong, photo);
  await button(frame, "同意并注册").click();
  const [account, password] = await newAccount(frame);
  // Within a minute of another one it waits, to be one notice with a count.
  await until("the manager is told", async () => (await inbox(world, "f2")).length > before, 90_000);
  await frame.locator("a", { hasText: "登录" }).first().click();
  await heading(frame, "登录");
  await signIn(frame, account, password);
  await ownPassword(frame, password, `Zhong-${serial}-自己的密码`);

  // 不通过, with every missing paper at once
  await desk.take("registration", account);
  await desk.page.locator('.bar [data-key="r"]').click();
  const reasons = desk.page.locator('.bar details[open] input[name="reason"]');
  await reasons.nth(0).check();
  await reasons.nth(1).check();
  await desk.page.fill("#free", "请一并上传年度考核页。");
  await desk.page.locator(".bar details[open] button", { hasText: "确认不通过" }).click();
  await desk.page.locator(".notice.ok").waitFor();
  await phone.closeSheet();
  await phone.card("注册审核结果").first().waitFor();
  await phone.tap("业务办理");
  await frame.locator("a", { hasText: "个人中心" }).first().click();
  await frame.getByText("请一并上传年度考核页。").waitFor();
  await correctRegistration(frame);
  await desk.take("registration", account);
  await desk.page.keyboard.press("a");
  await desk.page.locator(".bar details[open] button", { hasText: "确认" }).click();
  await desk.page.locator(".notice.ok").waitFor();
  await until("both results are told", async () => (await phone.card("注册审核结果").count()) >= 2);

  // 申请绑定 for a person who has two lawyers already: the limit is said in words, and the application stays
  const site = new Site(world, `site-desk-${serial}`);
  for (const at of [1, 2]) {
    const person = { external_id: `desk-${serial}-${at}`, role: "lawyer", login_name: `2608${String(serial).padStart(4, "0")}000${at}`, display_name: "某律师", unit_code: "430100" };
    await site.send("PUT", "/api/v1/accounts", person);
    await site.event(`desk-b-${serial}-${at}`, "binding_reviewed", {
      application: `D${serial}-${at}`, account: person.external_id, unit_code: "430100", result: "approved", unified_number: number, person_number: "02", applicant_role: "defender",
    });
  }
  await phone.closeSheet();
  await phone.tap("业务办理");
  await frame.locator("a", { hasText: "我的绑定" }).first().click();
  await frame.locator("a", { hasText: "申请绑定" }).first().click();
  await heading(frame, "申请绑定");
  await takeUnit(frame, "长沙市人民检察院");
  await frame.locator("#case_name").fill("钱某某等人盗窃案");
  await frame.locator("#party_name").fill("孙某某");
  await frame.locator("#party_id").fill(suspects[1]);
  await frame.locator('input[name="applicant_role"][value="defender"]').check();
  for (const slot of ["mandate", "firm_letter"]) if (await frame.locator(`input[name="upload_${slot}"]`).count()) await handIn(frame, slot, photo);
  await button(frame, "提交").click();
  await heading(frame, "钱某某等人盗窃案");
  await desk.take("binding", account);
  const candidate = desk.page.locator(".candidate", { hasText: "孙某某" });
  await candidate.locator(".error").waitFor();
  await candidate.locator("input").check();
  await desk.decide("a", "确认");
  await desk.page.locator(".notice.bad").waitFor();
  await desk.page.locator('.bar [data-key="r"]').click();
  await desk.page.fill("#free", "该当事人已有两名辩护人。");
  await desk.page.locator(".bar details[open] button", { hasText: "确认不通过" }).click();
  await desk.page.locator(".notice.ok").waitFor();
  await phone.closeSheet();
  await phone.card("案件绑定结果").first().waitFor();

  // corrected for the other person, and granted
  await phone.tap("业务办理");
  await frame.locator("a", { hasText: "我的绑定" }).first().click();
  await frame.locator(".own-actions a", { hasText: "修改" }).first().click();
  await frame.locator("#party_name").fill("钱某某");
  await frame.locator("#party_id").fill(suspects[0]);
  await button(frame, "提交").click();
  await frame.getByText("待审核").first().waitFor();
  await desk.take("binding", account);
  await desk.page.locator(".candidate", { hasText: "钱某某" }).locator("input").check();
  await desk.decide("a", "确认");
  await desk.page.locator(".notice.ok").waitFor();
  await phone.closeSheet();
  await until("the grant is told", async () => (await phone.card("案件绑定结果").count()) >= 2);

  // 我的案件, and an appointment of three items, answered in two goes
  await phone.tap("业务办理");
  await frame.locator("a", { hasText: "我的案件" }).first().click();
  await frame.locator(".own-actions a", { hasText: "查看" }).first().click();
  await frame.getByText("犯罪嫌疑人/被告人信息").waitFor();
  assert.match(await frame.locator("main").innerText(), /钱某某[\s\S]*990000\*\*\*\*[\s\S]*长沙市第一看守所/);
  await frame.locator("a", { hasText: "预约" }).first().click();
  await heading(frame, "预约");
  await frame.locator("select").first().selectOption({ index: 1 });
  const items = ["reading", "evidence_submission", "opinion"];
  for (const item of items) await frame.locator(`input[type=checkbox][value="${item}"]`).check();
  await button(frame, "提交预约").click();
  await frame.getByText("未处理").first().waitFor();
  for (const some of [items.slice(0, 1), items.slice(1)]) {
    await desk.take("appointment", account);
    for (const item of some) {
      await desk.page.locator(`input[name="decision_${item}"][value="agreed"]`).check();
      await desk.page.fill(`#opinion_${item}`, "请于周三上午来。");
    }
    await desk.decide("a", "确认回复");
    await desk.page.locator(".notice.ok").waitFor();
  }
  await phone.closeSheet();
  await until("both answers are told", async () => (await phone.card("预约处理结果").count()) >= 2);
  await phone.tap("业务办理");
  await frame.locator("a", { hasText: "我的预约" }).first().click();
  await frame.locator(".own-actions a", { hasText: "查看" }).first().click();
  await frame.getByText("已处理").first().waitFor();
  assert.equal(await frame.getByText("请于周三上午来。").count(), 3);
  await phone.closeSheet();

  // 案件程序性信息变更: the import changes the case, the page behind the notice shows what
  await importFile(desk, exported(number, suspects, "提起公诉"));
  assert.match(await desk.page.locator("table.data").last().innerText(), /审查起诉[\s\S]*提起公诉/);
  await desk.page.locator(".bar button", { hasText: "立即发出通知" }).click();
  await phone.card("案件进展通知").first().waitFor();
  await phone.card("案件进展通知").first().locator("a").click();
  await frame.getByText("提起公诉").waitFor();
  await phone.closeSheet();

  await signOut(phone);
  const fine = (one) => !one.includes("status of 422") && !one.includes("status of 409");
  assert.deepEqual([...phone.complaints, ...desk.complaints].filter(fine), []);
  await phone.close();
  await desk.close();
});

test("a manager signs in with password, picture code and the phone, and leaves", async (world) => {
  const login = `desk-in-${Number(process.hrtime.bigint() % 100000n)}`;
  const first = await Desk.of(world, login, "reviewer");
  const desk = await Desk.bare(world);
  await desk.signIn(login, PASSWORD);
  await desk.page.waitForURL("**/console/code");
  // The code that enrolled the phone is used up: the next one comes within half a minute.
  const used = code(first.key);
  const fresh = await until("the next code", async () => { const next = code(first.key); return next !== used && next; }, 40_000);
  await desk.page.fill("#code", fresh);
  await desk.page.click("button.primary");
  await desk.page.waitForURL("**/console/");
  await desk.page.click(".top button");
  await desk.page.waitForURL("**/console/sign-in");
  await desk.open("/console/sign-in");
  assert.deepEqual([...first.complaints, ...desk.complaints], []);
  await first.close();
  await desk.close();
});

test("every page of the desk can be used by everyone, in both colours, from 1024 px", async (world) => {
  const desk = await Desk.of(world, `desk-looks-${Number(process.hrtime.bigint() % 100000n)}`, "reviewer,importer,publisher,unit_admin,system_admin");
  const { page } = desk;
  const found = [];
  let seen = 0;
  for (const one of CONSOLE_PAGES) {
    const [name] = one;
    // A list that is empty in the demonstration has nothing behind it; the list itself is looked at.
    await openConsolePage(page, world.origin, one);
    seen += 1;
    await page.setViewportSize({ width: 1024, height: 800 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) found.push(`${name}: ${wide} px too wide at 1024`);
    await page.setViewportSize({ width: 1440, height: 900 });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      found.push(...(await violations(page, `${name}-${colorScheme}`)));
    }
  }
  assert.ok(seen > 25);
  assert.deepEqual(found, []);
  assert.deepEqual(desk.complaints, []);
  await desk.close();
});
