// What a person does on the simulator's page, in their words.
import { DESK, watch } from "./browser.mjs";
import { until } from "./runner.mjs";

export class Phone {
  /** Opens the simulator in a browser of its own with a follower of its own, who follows the account. */
  static async of(world, name) {
    const context = await world.browser.newContext(DESK);
    const complaints = await watch(context, world.origin);
    const page = await context.newPage();
    await page.goto(`${world.origin}/simulator`);
    const phone = new Phone(page, complaints);
    await page.locator("#followers .person").first().waitFor();
    await page.locator("#menu button").first().waitFor();
    if (name) {
      // The fourth follower belongs to the demonstration's party; whoever is made here belongs to nobody.
      const { followers } = await (await fetch(`${world.origin}/simulator/state`)).json();
      if (followers.length < 4) {
        const headers = { "content-type": "application/json" };
        await fetch(`${world.origin}/simulator/act/follower?wait=true`, { method: "POST", headers, body: JSON.stringify({ name: "当事人" }) });
      }
      await page.fill("#new-name", name);
      await page.click("#new-follower button");
      await page.locator("#followers li.on", { hasText: name }).waitFor();
      await page.click("#follow");
    }
    await until("the welcome", async () => (await phone.bubbles()).length > 0);
    return phone;
  }

  constructor(page, complaints) {
    this.page = page;
    this.complaints = complaints;
    this.frame = page.frameLocator("#frame");
  }

  /** The texts that the account sent, oldest first. */
  bubbles() {
    return this.page.locator("#chat .talk:not(.mine):not(.waits) .bubble").allInnerTexts();
  }

  /** The notices in the chat with this title, oldest first. */
  card(title) { return this.page.locator("#chat .notice", { has: this.page.locator("h3", { hasText: title }) }); }

  /** Sends a text and returns the locator of the one bubble that answers it. */
  async say(text, limit) {
    const before = (await this.bubbles()).length;
    if (!(await this.page.locator("#say").isVisible())) await this.page.click("#swap");
    await this.page.fill("#say", text);
    await this.page.press("#say", "Enter");
    await until(`an answer to ${text}`, async () => (await this.bubbles()).length > before, limit);
    return this.page.locator("#chat .talk:not(.mine):not(.waits) .bubble").nth(before);
  }

  /** Taps a button of the menu, and one of the popup when named. */
  async tap(button, sub) {
    if (!(await this.page.locator("#menu").isVisible())) await this.page.click("#swap");
    await this.page.locator("#menu button", { hasText: button }).click();
    if (sub) await this.page.locator("#popup button", { hasText: sub }).click();
  }

  /** Waits until the page inside the phone is up, and returns the title on the native bar. */
  async sheetTitle() {
    await this.page.locator("#sheet.up").waitFor();
    return until("a title on the bar", async () => {
      const title = await this.page.locator("#sheet-title").innerText();
      return title && title !== "正在打开…" && title;
    });
  }

  async closeSheet() {
    await this.page.click("#sheet-close");
    await this.page.locator("#sheet:not(.up)").waitFor({ state: "attached" });
  }

  /** The id by which the simulator knows the follower on screen. */
  async follower() {
    const key = await this.page.locator("#followers li.on .person").getAttribute("data-key");
    return key.replace(/^p-/, "");
  }

  /** Sets a numeric switch of the left column. */
  async setSwitch(group, name, value) {
    const details = this.page.locator("#faults details", { has: this.page.locator("summary", { hasText: group }) });
    if ((await details.getAttribute("open")) === null) await details.locator("summary").click();
    await details.locator(`[name="${name}"]`).fill(String(value));
    await details.locator(`[name="${name}"]`).press("Tab");
  }

  async close() { await this.page.context().close(); }
}
