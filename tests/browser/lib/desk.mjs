// What a case manager does at the office computer, in their words.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { watch } from "./browser.mjs";
import { spokenDigits } from "./lawyer.mjs";
import { run } from "./server.mjs";

const OFFICE = { viewport: { width: 1440, height: 900 } };
export const PASSWORD = "桌上的茶已经凉了 7";

/** The code that a phone shows for a key in base32 (RFC 6238). */
export function code(key, now = Date.now()) {
  let bits = "";
  for (const letter of key) bits += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0");
  const bytes = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(now / 30000)));
  const hash = createHmac("sha1", bytes).update(step).digest();
  const at = hash[19] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, "0");
}

export class Desk {
  /** A new manager of Changsha's procuratorate, added by the command line, at a computer of their own, signed in. */
  static async of(world, login, duties) {
    const words = ["account", "add-manager", "--unit", "430100", "--login", login, "--name", `案管${login}`];
    const address = run(world.home, ...words, "--duties", duties).trim();
    const desk = await Desk.bare(world);
    await desk.page.goto(`${world.origin}${new URL(address).pathname}`);
    desk.key = (await desk.page.locator(".secret").innerText()).trim();
    await desk.page.fill("#password", PASSWORD);
    await desk.page.fill("#again", PASSWORD);
    await desk.page.fill("#code", code(desk.key));
    await desk.page.click("button.primary");
    await desk.page.waitForURL("**/console/");
    return desk;
  }

  /** A computer at which nobody has signed in. */
  static async bare(world) {
    const context = await world.browser.newContext(OFFICE);
    const complaints = await watch(context, world.origin);
    return new Desk(world, await context.newPage(), complaints);
  }

  constructor(world, page, complaints) {
    this.world = world;
    this.page = page;
    this.complaints = complaints;
  }

  async signIn(account, password) {
    await this.page.goto(`${this.world.origin}/console/sign-in`);
    await this.page.fill("#account", account);
    await this.page.fill("#password", password);
    await this.page.fill("#captcha", await spokenDigits(this.page));
    await this.page.click("button.primary");
  }

  async open(path) {
    const answer = await this.page.goto(`${this.world.origin}${path}`);
    assert.equal(answer.status(), 200, path);
  }

  /** Opens the application of an account in a queue. */
  async take(queue, account) {
    await this.open(`/console/queues/${queue}?q=${account}`);
    await this.page.locator(".list .row").first().click();
    await this.page.locator(".pane").waitFor();
  }

  /** Opens the decision with this key and sends its form: the two clicks of a decision. */
  async decide(key, button) {
    await this.page.locator(`.bar [data-key="${key}"]`).click();
    await this.page.locator(".bar details[open] button", { hasText: button }).last().click();
  }

  async done(words) { await this.page.locator(".notice.ok", { hasText: words }).waitFor(); }

  async close() { await this.page.context().close(); }
}
