// A notice on its whole way: the card in the chat, the page behind it, the receipt beside it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { PHONE, watch } from "../lib/browser.mjs";
import { Phone } from "../lib/phone.mjs";
import { suite, test, until } from "../lib/runner.mjs";
import { startServer } from "../lib/server.mjs";

suite("notices");

const OUT = new URL("../out/", import.meta.url).pathname;
mkdirSync(OUT, { recursive: true });
const ACCOUNT = { appid: "wx0123456789abcdef", secret: "0123456789abcdef0123456789abcdef" };

/** The program with an account whose secret is known, so that the test can call the platform as the program does. */
const start = () => startServer({
  JIANXIN__SIMULATOR__ENABLED: "true",
  JIANXIN__DEMO__PUBLICATIONS: "0",
  JIANXIN__WECHAT__APP_ID: ACCOUNT.appid,
  JIANXIN__WECHAT__APP_SECRET: ACCOUNT.secret,
});

const post = (origin, path, body) => fetch(`${origin}${path}`, {
  method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
}).then((answer) => answer.json());

async function token(origin) {
  const answer = await post(origin, "/simulator/api/cgi-bin/stable_token", { grant_type: "client_credential", ...ACCOUNT });
  return answer.access_token;
}

/** Rows of the database as the service writes them when a change of a case is told to a follower; the push's public id. */
function tell(home, openid) {
  const file = join(home, "var", "jianxin.db");
  const sql = (text) => execFileSync("sqlite3", ["-cmd", ".timeout 5000", file, text], { encoding: "utf8" }).trim();
  const key = sql("SELECT value FROM install_secrets WHERE name = 'person-key'");
  const hash = execFileSync("openssl", ["dgst", "-sha256", "-hmac", key, "-r"], { input: openid, encoding: "utf8" }).split(" ")[0];
  const id = createHash("sha1").update(openid).digest("hex").slice(0, 32);
  const now = Date.now();
  const fields = JSON.stringify({ case: "****0031", change: "程序信息更新", unit: "长沙市院", time: "2026年11月22日 10:00", subject: "case_change:c1" });
  const changes = JSON.stringify({ case_name: "张某某故意伤害案", changes: [
    { field: "stage", old: "审查起诉", new: "提起公诉" },
    { field: "department", old: "第一检察部", new: "第二检察部" },
    { field: "due_date", new: "2026年12月20日" },
  ] });
  sql(`INSERT INTO accounts (id, public_id, role, login_name, display_name, unit_id, must_reset, state, notices_off, version, created_at, updated_at)
         VALUES (1, 'a1', 'lawyer', '160712349811', '李律师', '430100', FALSE, 'active', FALSE, 1, 0, 0);
       INSERT INTO account_links (id, account_id, openid, openid_hash, linked_at) VALUES (1, 1, '${openid}', '${hash}', 0);
       INSERT INTO case_changes (id, public_id, account_id, unit_id, case_number, changes, changed_at, created_at)
         VALUES (1, 'c1', 1, '430100', '长检一部刑诉受〔2026〕430100000031号', '${changes}', ${now}, ${now});
       INSERT INTO pushes (id, public_id, kind, lane, account_id, unit_id, openid, openid_hash, fields, path, state, attempts, token_swaps, crashes,
           expires_at, created_at, ended_at)
         VALUES (1, '${id}', 'case_progress_changed', 2, 1, '430100', '${openid}', '${hash}', '${fields}', '/h5/notices/${id}', 'sent', 1, 0, 0, ${now}, ${now}, ${now});`);
  return id;
}

function message(origin, openid, id) {
  const data = { character_string1: "****0031", thing2: "程序信息更新", thing3: "长沙市院", time4: "2026年11月22日 10:00", thing5: "请点击查看详情" };
  return {
    touser: openid, template_id: "sim-case_progress_changed", client_msg_id: id, url: `${origin}/h5/notices/${id}`,
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, { value }])),
  };
}

test("a notice appears as a card, opens its page as that follower, and its receipt is on the wire", async ({ browser }) => {
  const server = await start();
  try {
    const phone = await Phone.of({ browser, origin: server.origin }, "通知");
    const openid = await phone.page.locator("#followers li.on .person").getAttribute("title");
    const id = tell(server.home, openid);
    const path = `/simulator/api/cgi-bin/message/template/send?access_token=${await token(server.origin)}`;
    const sent = await post(server.origin, path, message(server.origin, openid, id));
    assert.equal(sent.errcode, 0, JSON.stringify(sent));
    const card = phone.page.locator("#chat .notice");
    await card.waitFor();
    assert.equal(await card.locator("h3").innerText(), "案件进展通知");
    assert.deepEqual(await card.locator("dt").allInnerTexts(), ["案件编号", "变更类型", "办理单位", "更新时间", "备注"]);
    assert.match(await card.locator(".notice-foot").innerText(), /查看详情/);
    // The same id again is the same message.
    await post(server.origin, path, message(server.origin, openid, id));
    const receipt = phone.page.locator("#wire li", { hasText: "模板消息回执 success" }).first();
    await receipt.locator("summary").click();
    assert.match(await receipt.locator(".inside").innerText(), /TEMPLATESENDJOBFINISH[\s\S]*MsgID/);
    assert.equal(await card.count(), 1);
    await phone.page.screenshot({ path: `${OUT}notice-card.png` });
    await card.locator("a").click();
    assert.equal(await phone.sheetTitle(), "案件进展通知");
    const page = phone.frame.locator("main");
    await page.getByText("提起公诉").waitFor();
    assert.match(await page.innerText(), /长沙市人民检察院[\s\S]*办案进程[\s\S]*审查起诉[\s\S]*接下来/);
    await phone.page.screenshot({ path: `${OUT}notice-in-phone.png` });
    assert.deepEqual(phone.complaints, []);
    await looks(browser, server.origin, await phone.follower(), `${server.origin}/h5/notices/${id}`);
    await phone.close();
  } finally {
    await server.stop();
  }
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
      for (const width of [320, 375, 430]) {
        await page.setViewportSize({ width, height: 760 });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(wide <= 0, `${wide} px too wide at ${width} in ${mode} mode`);
      }
      await page.setViewportSize(PHONE.viewport);
      await page.evaluate(axe.source);
      const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
      const grave = found.violations.filter((one) => one.impact === "serious" || one.impact === "critical");
      assert.deepEqual(grave.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" "))}`), []);
      await page.screenshot({ path: `${OUT}notice-${scheme}-${mode}.png`, fullPage: true });
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
  const ask = () => phone.page.request.get(`${world.origin}/simulator/api/cgi-bin/menu/get`);
  assert.equal((await ask()).status(), 502);
  assert.equal((await ask()).status(), 200);
  await phone.page.locator("#wire .pill.warn", { hasText: "网关答复 502" }).waitFor();
  await until("the switch is used up", async () => (await details.locator("[name='calls.remaining']").inputValue()) === "0");
  await phone.close();
});
