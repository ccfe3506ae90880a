// Makes the pictures in docs/h5/: every page that a lawyer, a party or a manager opens in WeChat, as it is and in care
// mode, from a fresh start with demonstration data. With a word, only pages whose name holds it.
import { mkdirSync } from "node:fs";
import { PHONE, launch } from "./lib/browser.mjs";
import { startServer } from "./lib/server.mjs";

const OUT = new URL("../../docs/h5/", import.meta.url).pathname;
const wanted = process.argv[2] ?? "";

/** Whose page it is (the simulator's follower), its name, and its address or the link that leads to it. */
const PAGES = [
  [null, "landing-visitor", "/h5/"],
  ["f1", "landing-lawyer", "/h5/"],
  ["f4", "landing-party", "/h5/"],
  ["f2", "landing-manager", "/h5/"],
  ["f5", "login-lawyer", "/h5/login/lawyer"],
  ["f5", "login-party", "/h5/login/party"],
  ["f5", "login-manager", "/h5/login/manager"],
  ["f5", "register", "/h5/register"],
  ["f5", "password-request", "/h5/password-request"],
  [null, "about-binding", "/h5/about-binding"],
  ["f1", "me", "/h5/me"],
  ["f1", "password", "/h5/password"],
  ["f1", "registration", "/h5/me/registration"],
  ["f1", "bindings", "/h5/bindings"],
  ["f1", "binding", "/h5/bindings", ".own-actions a"],
  ["f1", "binding-new", "/h5/bindings/new"],
  ["f1", "cases", "/h5/cases"],
  ["f1", "case", "/h5/cases", ".own-actions a"],
  ["f1", "appointment-new", "/h5/cases", ".own-actions a:nth-child(2)"],
  ["f1", "appointments", "/h5/appointments"],
  ["f1", "appointment", "/h5/appointments", ".own-actions a"],
  ["f4", "cases-party", "/h5/cases"],
  [null, "laws", "/h5/laws"],
  [null, "terms", "/h5/terms"],
];

mkdirSync(OUT, { recursive: true });
const server = process.env.JIANXIN_ORIGIN ? { origin: process.env.JIANXIN_ORIGIN, stop() {} } : await startServer();
const browser = await launch();
try {
  // The simulator has three followers; the demonstration's party and somebody without an account come after them.
  const act = (what, body) => fetch(`${server.origin}/simulator/act/${what}?wait=true`, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  }).then((answer) => answer.json());
  for (const name of ["当事人", "路人"]) await act("follower", { name });
  for (const follower of ["f1", "f2", "f3", "f4", "f5"]) await act("subscribe", { follower });
  for (const mode of ["normal", "care"]) {
    for (const [follower, name, path, tap] of PAGES) {
      if (!name.includes(wanted)) continue;
      const context = await browser.newContext(PHONE);
      await context.addCookies([{ name: "jx_mode", value: mode, url: `${server.origin}/h5` }]);
      const page = await context.newPage();
      if (follower) {
        // The menu's link leads through web authorisation; from there on the session opens every page.
        const home = encodeURIComponent(`${server.origin}/h5/`);
        await page.goto(`${server.origin}/simulator/open?follower=${follower}&url=${home}`);
      }
      if (!follower || path !== "/h5/") await page.goto(`${server.origin}${path}`);
      if (tap) {
        const link = page.locator(tap).first();
        if (!(await link.count())) { console.log(`${name}: no ${tap} on ${page.url()}`); await context.close(); continue; }
        await Promise.all([page.waitForNavigation(), link.click()]);
      }
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (wide > 0) console.log(`${name} (${mode}) is ${wide} px too wide`);
      // As high as the page, so that the bar at the bottom of a form stands where it belongs.
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      await page.setViewportSize({ width: PHONE.viewport.width, height });
      await page.screenshot({ path: `${OUT}${name}${mode === "care" ? "-care" : ""}.png`, fullPage: true });
      if (!page.url().startsWith(`${server.origin}/h5`)) console.log(`${name}: ended at ${page.url()}`);
      await context.close();
    }
  }
  console.log(`pictures in ${OUT}`);
} finally {
  await browser.close();
  await server.stop();
}
