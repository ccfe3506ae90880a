// Makes the pictures in docs/console/: every page of the case managers' desk and of 案管后台 in WeChat, from a fresh start
// with demonstration data and some work to do. With a word, only pages whose name holds it.
import { mkdirSync } from "node:fs";
import { PHONE, launch } from "./lib/browser.mjs";
import { CONSOLE_PAGES, openConsolePage } from "./lib/console_pages.mjs";
import { Desk, PASSWORD } from "./lib/desk.mjs";
import { identity } from "./lib/lawyer.mjs";
import { run, startServer } from "./lib/server.mjs";
import { Site } from "./lib/site.mjs";

const OUT = new URL("../../docs/console/", import.meta.url).pathname;
const wanted = process.argv[2] ?? "";
const CASES = "统一受案号,部门受案号,单位编码,案件名称,案件类别,案由,当事人编号,姓名,性别,证件类型,证件号码,强制措施,受理日期,办案部门,当前阶段,涉密标志,未成年人标志\r\n"
  + "43010020260009001,长检受[2026]9001号,430100,郑某某诈骗案,一审公诉案件,诈骗罪,01,郑某某,男,居民身份证," + identity(41) + ",逮捕,2026-11-03 09:30:00,第一检察部,审查起诉,否,否\r\n"
  + "43010020260009002,长检受[2026]9002号,430100,冯某某盗窃案,一审公诉案件,盗窃罪,01,冯某某,男,居民身份证," + identity(42) + ",取保候审,2026-13-03,第一检察部,审查起诉,否,否\r\n"
  + "43010020260009003,长检受[2026]9003号,430100,未成年人案,一审公诉案件,盗窃罪,01,卫某某,男,居民身份证," + identity(43) + ",取保候审,2026-11-05,第一检察部,审查起诉,否,是\r\n";
const DOCUMENT = "被告人王某某，男，1990年1月10日出生，公民身份号码" + identity(50) + "，住某某省某某市某某区幸福路12号3栋201室，联系电话12345678901。\n"
  + "经依法审查查明：2026年6月，被告人王某某在某某超市盗窃被害人李小明手机一部，价值人民币3200元。";

mkdirSync(OUT, { recursive: true });
const server = await startServer();
const browser = await launch();
try {
  const world = { browser, origin: server.origin, home: server.home };
  const site = new Site(world, "pictures");
  for (const [at, display_name] of ["何律师", "吕律师", "施律师"].entries()) {
    await site.event(`pic-r-${at}`, "registration_submitted", {
      account: `pic-${at}`, unit_code: "430100", application: `R2611-${at}`,
      lawyer: { login_name: `26110000000${at}`, display_name, phone: "12345678901" },
    });
  }
  await site.event("pic-p", "password_reset_requested", { account: "demo-lawyer-2", unit_code: "430100", application: "P2611-1" });
  const desk = await Desk.of(world, "wangfang", "reviewer,importer,publisher,unit_admin,system_admin");
  const second = await Desk.of(world, "zhaoqiang", "publisher");
  const page = desk.page;
  const picture = async (name, of = page, full = true) => {
    if (!name.includes(wanted)) return;
    const wide = await of.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) console.log(`${name} is ${wide} px too wide`);
    await of.screenshot({ path: `${OUT}${name}.png`, fullPage: full });
  };

  const bare = await Desk.bare(world);
  await bare.page.goto(`${server.origin}/console/sign-in`);
  await picture("sign-in", bare.page);
  const address = run(world.home, "account", "add-manager", "--unit", "430100", "--login", "sunli", "--name", "孙丽", "--duties", "reviewer").trim();
  await bare.page.goto(`${server.origin}${new URL(address).pathname}`);
  await picture("enrol", bare.page);
  await bare.signIn("zhaoqiang", PASSWORD);
  await bare.page.waitForURL("**/console/code");
  await picture("code", bare.page);
  await bare.close();

  // Somebody without WeChat is approved, and has to be called.
  await desk.take("registration", "261100000000");
  await desk.decide("a", "确认");
  await page.locator(".notice, .pane").first().waitFor();

  // An account from the counter, and its slip.
  await desk.open("/console/accounts/new");
  for (const [name, value] of [["name", "钱国强"], ["id_number", identity(44)], ["phone", "12345678901"], ["relation", "父亲"]]) await page.fill(`#${name}`, value);
  await page.locator('[name="gender"][value="男"]').check();
  await page.selectOption("#capacity", "near_relative");
  await page.locator('[name="papers_in_file"]').check();
  await page.locator('[name="consented"]').check();
  await page.locator("button", { hasText: "发放账号" }).click();
  await page.locator(".slip").waitFor();
  await picture("slip");
  await page.locator("a", { hasText: "完成，返回账号" }).click();
  await picture("account");

  await desk.open("/console/imports");
  await page.locator("#file").setInputFiles({ name: "统一业务应用系统导出20261129.csv", mimeType: "text/csv", buffer: Buffer.from(CASES) });
  await page.locator("button", { hasText: "上传并校验" }).click();
  await page.locator(".bar button").first().waitFor();

  await desk.open("/console/publications/new");
  for (const [at, list] of (await page.locator("select:not([name=kind])").all()).entries()) if (at === 0) await list.selectOption({ index: 1 });
  await page.locator("[name=title]").fill("王某某盗窃案起诉书");
  await page.locator("[name=body]").fill(DOCUMENT);
  await page.locator("button[value=check], button", { hasText: "检查" }).first().click();
  await page.waitForLoadState();
  await picture("publication-findings", page, false);
  // The findings are mended and the text goes to a colleague.
  await page.locator("[name=document_number]").fill("长检刑诉〔2026〕101号");
  await page.locator("[name=charges]").fill("盗窃罪");
  await page.locator("[name=body]").fill("被告人王某某，男，1990年出生。\n经依法审查查明：2026年6月，被告人王某某在某某超市盗窃被害人李某某手机一部，价值人民币3200元。");
  for (const name of ["decided_on", "effective_on"]) await page.fill(`[name=${name}]`, "2026-11-02");
  page.on("dialog", (dialog) => dialog.accept());
  await page.locator("button", { hasText: "提交审批" }).click();
  await page.locator("h1 .pill", { hasText: "待审批" }).waitFor();
  await second.open("/console/publications");
  await second.page.locator("main a", { hasText: "王某某盗窃案起诉书" }).first().click();
  await picture("publication-review", second.page, false);

  for (const one of CONSOLE_PAGES) {
    const [name] = one;
    if (!(await openConsolePage(page, server.origin, one))) { console.log(`${name}: nothing there`); continue; }
    await picture(name, page, !/^queue|^publication/.test(name));
  }
  await page.emulateMedia({ colorScheme: "dark" });
  await desk.open("/console/");
  await picture("home-dark");
  await openConsolePage(page, server.origin, CONSOLE_PAGES.find(([name]) => name === "queue-binding"));
  await picture("queue-binding-dark", page, false);

  // 案管后台 on the phone
  await fetch(`${server.origin}/simulator/act/subscribe?wait=true`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ follower: "f2" }) });
  const context = await browser.newContext(PHONE);
  const phone = await context.newPage();
  await phone.goto(`${server.origin}/simulator/open?follower=f2&url=${encodeURIComponent(`${server.origin}/h5/`)}`);
  await picture("phone-home", phone);
  for (const [name, path] of [["phone-desk", "/h5/desk"], ["phone-registrations", "/h5/desk/registration"]]) {
    const answer = await phone.goto(`${server.origin}${path}`);
    if (answer.status() === 200) await picture(name, phone); else console.log(`${name}: ${answer.status()}`);
  }
  await context.close();
  await second.close();
  console.log(`pictures in ${OUT}`);
} finally {
  await browser.close();
  await server.stop();
}
