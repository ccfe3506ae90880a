// Makes the pictures of the README: the simulator and a page in a phone, from a fresh start with demonstration data.
import { mkdirSync } from "node:fs";
import { DESK, PHONE, launch } from "./lib/browser.mjs";
import { Phone } from "./lib/phone.mjs";
import { startServer } from "./lib/server.mjs";

const OUT = new URL("../../docs/images/", import.meta.url).pathname;
mkdirSync(OUT, { recursive: true });
const server = await startServer();
const browser = await launch();
try {
  const world = { browser, origin: server.origin };
  const phone = await Phone.of(world);
  await phone.page.setViewportSize({ width: DESK.viewport.width, height: 880 });
  await phone.tap("最新信息", "重要案件信息");
  await phone.page.locator("#chat .news").waitFor();
  await phone.say("zyaj_长沙");
  await phone.page.click("#swap");
  await phone.page.locator("#wire li summary").nth(0).click();
  await phone.page.locator("#wire li .inside pre").first().waitFor();
  // The end of the cards, what was typed, and the beginning of the answer.
  await phone.page.evaluate(() => {
    const typed = [...document.querySelectorAll("#chat .mine")].at(-1);
    document.getElementById("chat").scrollTop += typed.getBoundingClientRect().top - 330;
  });
  await phone.page.waitForTimeout(400);
  await phone.page.screenshot({ path: `${OUT}simulator.png` });
  await phone.close();

  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  await page.goto(`${server.origin}/h5/`);
  await page.screenshot({ path: `${OUT}landing.png` });
  await page.goto(`${server.origin}/h5/list?kind=legal_document&q=抢劫`);
  await page.screenshot({ path: `${OUT}list.png` });
  await context.close();
  console.log(`pictures in ${OUT}`);
} finally {
  await browser.close();
  await server.stop();
}
