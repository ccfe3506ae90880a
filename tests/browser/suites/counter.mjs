// 当事人等 (requirements §6.6): an account from the counter, what a relative sees on the phone, and a password by telephone.
import assert from "node:assert/strict";
import { Desk } from "../lib/desk.mjs";
import { exported, importFile } from "../lib/export.mjs";
import { button, heading, identity, ownPassword, photograph, signIn, signOut, spokenDigits, takeUnit } from "../lib/lawyer.mjs";
import { Phone } from "../lib/phone.mjs";
import { suite, test, until } from "../lib/runner.mjs";

suite("counter");

/** Fills the counter's form for the father of a suspect and sends it; the slip is on screen. */
async function issue(desk, serial) {
  const { page } = desk;
  await desk.open("/console/accounts/new");
  await page.fill("#name", "钱国强");
  await page.locator('[name="gender"]').first().selectOption("男").catch(() => page.locator('[name="gender"][value="男"]').check());
  await page.selectOption("#id_type", "id_card");
  await page.fill("#id_number", identity(serial));
  await page.fill("#phone", "13800003333");
  await page.selectOption("#capacity", "near_relative");
  await page.locator('[name="consented"]').check();
  // 与当事人的关系 is missing: it is said beside the field and nothing is lost.
  await page.locator("button", { hasText: "发放账号" }).click();
  await page.locator("#relation[aria-invalid]").waitFor();
  assert.equal(await page.inputValue("#id_number"), identity(serial));
  await page.fill("#relation", "父亲");
  for (const [slot, name] of [["id_card", "身份证.jpg"], ["proof", "户口本.jpg"]]) {
    await page.locator(`#upload_${slot}`).setInputFiles({ name, mimeType: "image/jpeg", buffer: await photograph(page) });
  }
  await page.locator("button", { hasText: "发放账号" }).click();
  await page.locator("h2", { hasText: "案件信息查询账号单" }).waitFor();
  return page.locator(".slip .secret").allInnerTexts();
}

/** From 业务办理 to the form of somebody who is no lawyer. */
async function entrance(phone) {
  await phone.tap("业务办理");
  await phone.frame.locator("a", { hasText: "当事人等" }).first().click();
  await heading(phone.frame, "登录");
}

test("a relative and the office, from the counter to the password by telephone", async (world) => {
  const serial = Number(process.hrtime.bigint() % 100n) + 20;
  const desk = await Desk.of(world, `counter-${serial}`, "reviewer,importer");
  const phone = await Phone.of(world, "钱父");
  const { frame } = phone;
  const number = `4301002026${String(900000 + serial).padStart(7, "0")}`;
  const suspects = [identity(serial + 300), identity(serial + 301)];
  await importFile(desk, exported(number, suspects, "审查起诉"));

  // 窗口: the slip, and the account is linked to the person
  const [account, first] = await issue(desk, serial + 302);
  assert.ok(account && first);
  await desk.page.locator("a", { hasText: "完成，返回账号" }).click();
  await desk.page.fill("#case", number);
  await desk.page.press("#case", "Enter");
  await desk.page.locator("label.choice", { hasText: "钱某某 9" }).locator("input").check();
  await desk.page.selectOption("#role", "near_relative");
  desk.page.once("dialog", (dialog) => dialog.accept());
  await desk.page.locator("button", { hasText: /^绑定$/ }).click();
  await desk.page.locator(".notice.ok").waitFor();

  // on the phone: the own password, the case of the son alone, and nothing to appoint
  await entrance(phone);
  assert.equal(await frame.locator("a", { hasText: "注册" }).count(), 0, "nobody but a lawyer registers");
  await signIn(frame, account, first);
  await ownPassword(frame, first, `Qian-${serial}-自己的密码`);
  await phone.closeSheet();
  await phone.tap("业务办理");
  await frame.locator("a", { hasText: "我的案件" }).first().click();
  await frame.locator(".own-actions a", { hasText: "查看" }).first().click();
  await frame.getByText("犯罪嫌疑人/被告人信息").waitFor();
  const shown = await frame.locator("main").innerText();
  assert.match(shown, /钱某某[\s\S]*长沙市第一看守所/);
  assert.doesNotMatch(shown, /孙某某/, "another person of the case is nobody's business");
  assert.equal(await frame.locator("main a", { hasText: "预约" }).count(), 0, "a relative cannot appoint");
  await phone.closeSheet();

  // a change of the case is told to the relative, too
  await importFile(desk, exported(number, suspects, "提起公诉"));
  await desk.page.locator(".bar button", { hasText: "立即发出通知" }).click();
  await phone.card("案件进展通知").first().waitFor();

  // 退出登录, and the password is forgotten: the office telephones
  await signOut(phone);
  await phone.closeSheet();
  await entrance(phone);
  await frame.locator("a", { hasText: "找回密码" }).first().click();
  await heading(frame, "找回密码");
  await frame.locator("#account").fill(account);
  await takeUnit(frame, "长沙市人民检察院");
  await frame.locator("#captcha").fill(await spokenDigits(frame));
  await button(frame, "提交申请").click();
  await until("the request is taken", async () => !(await frame.locator("h1").first().innerText()).includes("找回密码") || (await frame.getByText("已提交").count()) > 0);
  await desk.take("reset", account);
  await desk.decide("a", "确认");
  await desk.page.locator('.bar [data-key="p"]').click();
  await desk.page.locator("button", { hasText: "已核对身份，生成" }).click();
  const temporary = (await desk.page.locator(".bar .secret").innerText()).trim();
  await desk.decide("a", "确认已告知");
  await desk.page.locator(".notice.ok").waitFor();

  // the old one is worth nothing; with the one that was read out comes an own one
  await phone.closeSheet();
  await entrance(phone);
  await signIn(frame, account, `Qian-${serial}-自己的密码`);
  await frame.locator("form.form .error, form.form [id$=fault]").first().waitFor();
  await signIn(frame, account, temporary);
  await ownPassword(frame, temporary, `Qian-${serial}-又一个密码`);
  await phone.closeSheet();
  await phone.tap("业务办理");
  await frame.locator("a", { hasText: "我的案件" }).first().click();
  await frame.getByText("钱某某等人盗窃案").first().waitFor();
  const fine = (one) => !one.includes("status of 422") && !one.includes("status of 409");
  assert.deepEqual([...phone.complaints, ...desk.complaints].filter(fine), []);
  await phone.close();
  await desk.close();
});
