// The business system's export of one case, and its way into the desk.
const HEAD = "统一受案号,部门受案号,单位编码,案件名称,案件类别,案由,当事人编号,姓名,性别,证件类型,证件号码,强制措施,强制措施日期,羁押场所,受理日期,办案部门,当前阶段,涉密标志,未成年人标志";

/** The export of the business system: two persons of one case. */
export function exported(number, [first, second], stage) {
  const row = (person, name, id) => [
    number, `长检受[2026]${number.slice(-6)}号`, "430100", "钱某某等人盗窃案", "一审公诉案件", "盗窃罪", person, name, "男", "居民身份证", id,
    "逮捕", "2026-11-02", "长沙市第一看守所", "2026-11-03 09:30:00", "第一检察部", stage, "否", "否",
  ].join(",");
  return Buffer.from([HEAD, row("01", "钱某某", first), row("02", "孙某某", second)].join("\r\n") + "\r\n");
}

export async function importFile(desk, buffer) {
  await desk.open("/console/imports");
  await desk.page.locator("#file").setInputFiles({ name: "export.csv", mimeType: "text/csv", buffer });
  await desk.page.locator("button", { hasText: "上传并校验" }).click();
  await desk.page.locator(".bar button", { hasText: "导入2名当事人" }).click();
  await desk.page.locator(".bar button", { hasText: "立即发出通知" }).waitFor();
}
