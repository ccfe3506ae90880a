// What a lawyer does on the phone's pages, in their words; and numbers that nobody can have.
import assert from "node:assert/strict";
import { listen } from "./listen.mjs";

/** Numbers that nobody can have: no area begins with 99. */
export function identity(serial) {
  const body = `990000199001${String(10 + (serial % 18))}${String(100 + (serial % 899))}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, at) => total + weight * Number(body[at]), 0);
  return body + "10X98765432"[sum % 11];
}

/** A photograph: what the browser itself sees. */
export const photograph = (page) => page.screenshot({ type: "jpeg", clip: { x: 0, y: 0, width: 300, height: 200 } });

/** The notices that a follower of the simulator received, oldest first. */
export async function inbox(world, follower) {
  return (await fetch(`${world.origin}/simulator/inbox?follower=${follower}`)).json();
}

/** Hands a file in and waits until the page has it. */
export async function handIn(frame, slot, buffer) {
  await frame.locator(`input[type=file][name="upload_${slot}"]`).setInputFiles({ name: `${slot}.jpg`, mimeType: "image/jpeg", buffer });
  await frame.locator(`input[name="file_${slot}"]`).first().waitFor({ state: "attached" });
}

export async function takeUnit(frame, name) {
  await frame.locator("#unit").fill(name.slice(0, 2));
  await frame.locator("[data-unit-list] button", { hasText: name }).first().click();
}

export const button = (frame, name) => frame.locator("form.form .submit button", { hasText: name });

/** Waits for a page; when another one stays, says what it says. */
export async function heading(frame, text) {
  await frame.locator("h1", { hasText: text }).waitFor().catch(async () => {
    assert.fail(`no page «${text}» but: ${(await frame.locator("main").innerText()).slice(0, 1500)}`);
  });
}

/** The digits of a page's picture code, from what is played. */
export async function spokenDigits(page) {
  const spoken = await page.locator("audio").evaluate(async (player) => {
    const source = player.currentSrc || player.src || player.querySelector("source").src;
    const bytes = new Uint8Array(await (await fetch(source)).arrayBuffer());
    return Array.from(bytes);
  });
  return listen(Buffer.from(spoken));
}

/** Signs in with the code that is played. */
export async function signIn(frame, account, password) {
  await frame.locator("#account").fill(account);
  await frame.locator("#password").fill(password);
  await frame.locator("#captcha").fill(await spokenDigits(frame));
  await button(frame, "绑定").click();
}
