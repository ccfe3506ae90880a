// A lawyer's way from the menu of the chat to the end, on one phone: registers with photographs, is told what is missing,
// corrects it, signs in, asks for a case, sees it, makes an appointment, is told of progress, and signs out. The office
// decides by the interface of the upstream site (requirements §6.6).
import assert from "node:assert/strict";
import { PHONE, watch } from "../lib/browser.mjs";
import { button, correctRegistration, fillRegistration, handIn, heading, identity, inbox, newAccount, ownPassword, photograph, signIn, signOut, takeUnit } from "../lib/lawyer.mjs";
import { faultsInAllModes } from "../lib/looks.mjs";
import { Phone } from "../lib/phone.mjs";
import { suite, test, until } from "../lib/runner.mjs";
import { Site } from "../lib/site.mjs";

suite("story");

/** What the office has to decide, newest last. */
async function waiting(site, kind) {
  const answer = await fetch(`${site.origin}/api/v1/applications?type=${kind}&unit_code=430100`, { headers: { authorization: `Bearer ${site.key}` } });
  assert.equal(answer.status, 200);
  return (await answer.json()).applications;
}

test("a lawyer registers, is refused and approved, sees a case, makes an appointment, is told of progress and leaves", async (world) => {
  const phone = await Phone.of(world, "陆律师");
  const site = new Site(world, "site-story");
  const frame = phone.frame;
  const photo = await photograph(phone.page);
  const serial = Number(process.hrtime.bigint() % 800n);
  await fetch(`${world.origin}/simulator/act/subscribe?wait=true`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ follower: "f2" }) });
  const before = (await inbox(world, "f2")).length;

  // 注册
  await phone.tap("业务办理");
  await frame.locator("a", { hasText: "律师" }).first().click();
  await heading(frame, "登录");
  await frame.locator("a", { hasText: "注册" }).first().click();
  await heading(frame, "律师注册");
  await button(frame, "同意并注册").click();
  await frame.locator("#live [role=alert]").waitFor();
  assert.ok((await frame.locator(".problem").count()) >= 6, "every fault at once");
  const lu = { name: "陆<b>明</b>", phone: "13800001111", email: "lu@example.com", id: identity(serial), licence: `14301202610${String(100000 + serial)}` };
  await fillRegistration(frame, lu, photo);
  await button(frame, "同意并注册").click();
  await until("only the name is at fault", async () => (await frame.locator(".problem").count()) === 1 && (await frame.locator("#name-fault").count()) === 1);
  assert.equal(await frame.locator('input[name="file_id_card"]').count(), 1, "and files are kept");
  await frame.locator("#name").fill("陆明");
  await button(frame, "同意并注册").click();
  const [account, password] = await newAccount(frame);
  assert.match(account, /^\d{12}$/);
  assert.ok(password.length >= 6, password);
  await until("the manager is told", async () => (await inbox(world, "f2")).length > before);
  const told = JSON.stringify((await inbox(world, "f2")).at(-1));
  assert.ok(!told.includes("陆") && told.includes("律师注册"), told);

  // 登录并绑定, then a password of one's own
  await frame.locator("a", { hasText: "登录" }).first().click();
  await heading(frame, "登录");
  await signIn(frame, account, password);
  await ownPassword(frame, password, `Lu-${serial}-自己的密码`);

  // 未通过, and every missing paper is said
  const [registration] = (await waiting(site, "registration")).slice(-1);
  assert.equal(registration.login_name, account);
  await site.event("s-1", "registration_reviewed", { application: registration.application, result: "rejected", reason: "执业证年度考核页缺少盖章。\n身份证反面不清楚。" });
  await phone.closeSheet();
  await phone.card("注册审核结果").first().waitFor();
  await phone.tap("业务办理");
  await frame.locator("a", { hasText: "个人中心" }).first().click();
  await frame.getByText("身份证反面不清楚").waitFor();
  await correctRegistration(frame);
  const [again] = (await waiting(site, "registration")).slice(-1);
  assert.ok(again.is_change && again.login_name === account);
  await site.event("s-2", "registration_reviewed", { application: again.application, result: "approved" });

  // 申请绑定, refused at first by itself: a paper is missing
  await phone.closeSheet();
  await phone.tap("业务办理");
  await frame.locator("a", { hasText: "我的绑定" }).first().click();
  await frame.locator("a", { hasText: "申请绑定" }).first().click();
  await heading(frame, "申请绑定");
  await takeUnit(frame, "长沙市人民检察院");
  await frame.locator("#case_name").fill("周某某故意伤害案");
  await frame.locator("#party_name").fill("周某某");
  await frame.locator("#party_id").fill(identity(serial + 7));
  await frame.locator('input[name="applicant_role"][value="defender"]').check();
  await button(frame, "提交").click();
  await frame.locator("#live [role=alert]").waitFor();
  assert.equal(await frame.locator("#case_name").inputValue(), "周某某故意伤害案");
  for (const slot of ["mandate", "firm_letter"]) {
    if (await frame.locator(`input[name="upload_${slot}"]`).count()) await handIn(frame, slot, photo);
  }
  await button(frame, "提交").click();
  await heading(frame, "周某某故意伤害案");
  await frame.getByText("待审核").first().waitFor();
  const [binding] = (await waiting(site, "binding")).filter((one) => one.login_name === account);
  await site.event("s-3", "binding_reviewed", {
    application: binding.application, result: "approved", unified_number: "43010020260000031", person_number: "01", applicant_role: "defender",
  });
  await phone.closeSheet();
  await phone.card("案件绑定结果").first().waitFor();

  // 我的案件, and an appointment of three items, answered in two goes
  await phone.tap("业务办理");
  await frame.locator("a", { hasText: "我的案件" }).first().click();
  await frame.locator(".own-actions a", { hasText: "查看" }).first().click();
  await frame.getByText("犯罪嫌疑人/被告人信息").waitFor();
  const shown = await frame.locator("main").innerText();
  assert.match(shown, /周某某[\s\S]*990000\*\*\*\*[\s\S]*逮捕[\s\S]*长沙市第一看守所[\s\S]*流程指引[\s\S]*法规指引/);
  await frame.locator("a", { hasText: "预约" }).first().click();
  await heading(frame, "预约");
  await frame.locator("select").first().selectOption({ index: 1 });
  for (const item of ["reading", "evidence_submission", "opinion"]) await frame.locator(`input[type=checkbox][value="${item}"]`).check();
  await button(frame, "提交预约").click();
  await heading(frame, "周某某故意伤害案");
  await frame.getByText("未处理").first().waitFor();
  const [wish] = (await waiting(site, "appointment")).filter((one) => one.login_name === account);
  const reply = (item) => ({ item, decision: "agreed", opinion: "请于周三上午来。" });
  await site.event("s-31", "appointment_reviewed", { application: wish.application, result: "partly_answered", replies: [reply("reading")] });
  await site.event("s-32", "appointment_reviewed", { application: wish.application, result: "answered", replies: ["reading", "evidence_submission", "opinion"].map(reply) });
  await phone.closeSheet();
  await until("both answers are told", async () => (await phone.card("预约处理结果").count()) >= 2);
  await phone.tap("业务办理");
  await frame.locator("a", { hasText: "我的预约" }).first().click();
  await frame.locator(".own-actions a", { hasText: "查看" }).first().click();
  await frame.getByText("已处理").first().waitFor();
  assert.equal(await frame.getByText("请于周三上午来。").count(), 3);
  await phone.closeSheet();

  // 案件程序性信息变更
  await site.event("s-4", "case_progress_changed", {
    accounts: [binding.account], unit_code: "430100", case_number: "长检受〔2026〕430100000099号", case_name: "周某某故意伤害案",
    changes: [{ field: "stage", old: "审查起诉", new: "提起公诉" }],
  });
  await phone.card("案件进展通知").first().waitFor();
  await phone.card("案件进展通知").first().locator("a").click();
  await frame.getByText("提起公诉").waitFor();
  await phone.closeSheet();

  await signOut(phone);
  // A form that comes back is an answer of its own kind, which the console of a browser notes.
  assert.deepEqual(phone.complaints.filter((one) => !one.includes("status of 422")), []);
  await phone.close();
});

test("every page of somebody with an account can be used by everyone, in both colours and both modes, with text twice as large", async (world) => {
  const act = (what, body) => fetch(`${world.origin}/simulator/act/${what}?wait=true`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  await act("subscribe", { follower: "f1" });
  const context = await world.browser.newContext({ ...PHONE, reducedMotion: "reduce" });
  const complaints = await watch(context, world.origin);
  const page = await context.newPage();
  await page.goto(`${world.origin}/simulator/open?follower=f1&url=${encodeURIComponent(`${world.origin}/h5/`)}`);
  const found = [];
  const at = (path) => `${world.origin}${path}`;
  const inside = async (list, link) => { await page.goto(at(list)); return page.locator(link).first().getAttribute("href"); };
  const PAGES = [
    ["home", "/h5/"], ["login", "/h5/login/lawyer"], ["register", "/h5/register"], ["agreement", "/h5/agreement"],
    ["password-request", "/h5/password-request"], ["about-binding", "/h5/about-binding"], ["me", "/h5/me"], ["password", "/h5/password"],
    ["registration", "/h5/me/registration"], ["bindings", "/h5/bindings"], ["binding-new", "/h5/bindings/new"], ["cases", "/h5/cases"],
    ["appointments", "/h5/appointments"], ["laws", "/h5/laws"], ["terms", "/h5/terms"],
    ["binding", await inside("/h5/bindings", ".own-actions a")], ["binding-edit", await inside("/h5/bindings", ".own-actions a:nth-child(2)")],
    ["case", await inside("/h5/cases", ".own-actions a")], ["appointment-new", await inside("/h5/cases", ".own-actions a:nth-child(2)")],
    ["appointment", await inside("/h5/appointments", ".own-actions a")],
  ];
  for (const [name, path] of PAGES) {
    const answer = await page.goto(at(path));
    assert.equal(answer.status(), 200, `${name}: ${path}`);
    found.push(...(await faultsInAllModes(page, `own-${name}`)));
    await page.setViewportSize({ width: 320, height: 760 });
    await page.evaluate(() => { document.documentElement.dataset.mode = "normal"; document.documentElement.style.fontSize = "212.5%"; });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) found.push(`${name}: ${wide} px too wide at 320 with text twice as large`);
    await page.setViewportSize(PHONE.viewport);
  }
  assert.deepEqual(found, []);
  assert.deepEqual(complaints, []);
  await context.close();
});
