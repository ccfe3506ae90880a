// Every page of the desk, and how one gets there: name, address, and the link that is followed from it.
export const CONSOLE_PAGES = [
  ["home", "/console/"],
  ["queue-registration", "/console/queues/registration", ".list .row"],
  ["queue-binding", "/console/queues/binding", ".list .row"],
  ["queue-appointment", "/console/queues/appointment", ".list .row"],
  ["queue-reset", "/console/queues/reset", ".list .row"],
  ["queue-phone", "/console/queues/phone", ".list .row"],
  ["accounts", "/console/accounts"],
  ["account-new", "/console/accounts/new"],
  ["account-of-a-lawyer", "/console/accounts?role=lawyer", "table.data a"],
  ["cases", "/console/cases?number=43010020260000031"],
  ["imports", "/console/imports"],
  ["import", "/console/imports", "table.data a"],
  ["publications", "/console/publications"],
  ["publication", "/console/publications?tab=published", "table.data a"],
  ["publication-new", "/console/publications/new"],
  ["publicity", "/console/publicity"],
  ["publicity-documents", "/console/publicity/documents"],
  ["managers", "/console/managers"],
  ["manager-new", "/console/managers/new"],
  ["manager", "/console/managers", "table.data a"],
  ["audit", "/console/audit"],
  ["units", "/console/units?q=长沙"],
  ["unit", "/console/units/430100"],
  ["lane", "/console/upkeep/lane"],
  ["templates", "/console/upkeep/templates"],
  ["template", "/console/upkeep/templates", ".list .row"],
  ["replies", "/console/upkeep/replies"],
  ["reply", "/console/upkeep/replies", ".list .row"],
  ["menu", "/console/upkeep/menu"],
  ["holidays", "/console/upkeep/holidays"],
  ["laws", "/console/upkeep/laws"],
  ["law", "/console/upkeep/laws", ".list .row"],
  ["keys", "/console/upkeep/keys"],
  ["retention", "/console/upkeep/retention"],
  ["password", "/console/password"],
];

/** Opens a page; false when there is nothing behind its link. */
export async function openConsolePage(page, origin, [, path, link]) {
  const answer = await page.goto(`${origin}${path}`);
  if (answer.status() !== 200) return false;
  if (!link) return true;
  const found = page.locator(link).first();
  if (!(await found.count())) return false;
  await Promise.all([page.waitForNavigation(), found.click()]);
  return true;
}
