// What a lawyer does on the phone's pages, in their words; and numbers that nobody can have.
import assert from "node:assert/strict";
import { listen } from "./listen.mjs";
import { until } from "./runner.mjs";

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

/** After the first sign-in with a password that somebody else made: sets the person's own. */
export async function ownPassword(frame, given, own) {
  await until("the page after signing in", async () => !(await frame.locator("h1").first().innerText()).includes("登录"));
  if (!(await frame.locator("#old").count())) await frame.locator("a", { hasText: /设置(自己的)?密码|修改密码/ }).first().click();
  for (const [at, text] of [given, own, own].entries()) await frame.locator('input[type="password"]').nth(at).fill(text);
  await frame.locator("form.form .submit button").click();
  await heading(frame, "新密码已经生效");
}

/** Fills the registration of somebody who practises in Changsha, with photographs of both papers, and agrees to everything. */
export async function fillRegistration(frame, { name, phone, email, id, licence }, photo) {
  await frame.locator("#name").fill(name);
  await frame.locator("#phone").fill(phone);
  await frame.locator("#email").fill(email);
  await frame.locator("#id_number").fill(id);
  await frame.locator("#licence").fill(licence);
  await frame.locator("#firm").fill("某某律师事务所");
  await takeUnit(frame, "长沙市人民检察院");
  await handIn(frame, "id_card", photo);
  await handIn(frame, "licence", photo);
  for (const box of await frame.locator('input[type="checkbox"]').all()) await box.check();
}

/** The account and the password that a registration brings. */
export async function newAccount(frame) {
  await heading(frame, "待审核");
  const value = async (label) => (await frame.locator("dl div", { has: frame.locator("dt", { hasText: label }) }).locator("dd").first().innerText()).trim();
  return [await value("用户名"), await value("密码")];
}

/** Corrects a registration that was refused, from 个人中心. */
export async function correctRegistration(frame) {
  await frame.locator("a", { hasText: /修改/ }).filter({ hasText: /注册/ }).first().click();
  await heading(frame, "注册信息");
  assert.equal(await frame.locator("#firm").inputValue(), "某某律师事务所", "what was typed is there");
  await frame.locator("#firm").fill("某某律师事务所（长沙）");
  for (const box of await frame.locator('input[type="checkbox"]').all()) await box.check();
  await frame.locator("form.form .submit button").click();
  await frame.getByText("已提交，待审核").first().waitFor();
}

/** 退出登录, to the end. */
export async function signOut(phone) {
  await phone.tap("业务办理");
  await phone.frame.locator("button", { hasText: "退出登录" }).first().click();
  await phone.frame.locator("dialog button[value=yes]").click();
  await phone.frame.getByText("请选择您的身份").first().waitFor();
}
