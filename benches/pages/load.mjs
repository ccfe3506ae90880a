// How quickly pages come when two hundred a second are asked for: `node benches/pages/load.mjs` (Node 18, a release build).
//
// Fills a directory of its own with publications and accounts by the program's own commands, starts the program as a new
// user does, signs forty followers in through the simulator, and asks for pages at an even pace whether or not earlier
// ones have come (open loop). A page counts from the moment it was due. JIANXIN_BINARY, PUBLICATIONS (10000; the target is meant
// for 1000000), ACCOUNTS (20000; 200000), CASES (as many as accounts), RATE (200), SECONDS (30) change the sizes; KEEP names a directory
// that stays. The cases are filled in by `cargo bench --bench pages`.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";

const number = (name, other) => Number(process.env[name] || other);
const [PUBLICATIONS, ACCOUNTS, RATE, SECONDS] = [number("PUBLICATIONS", 10000), number("ACCOUNTS", 20000), number("RATE", 200), number("SECONDS", 30)];
const CASES = number("CASES", ACCOUNTS);
const FOLLOWERS = 40;
const binary = resolve(process.env.JIANXIN_BINARY || "target/release/jianxin");
const home = process.env.KEEP || mkdtempSync(join(tmpdir(), "jianxin-pages-"));
const fresh = !existsSync(join(home, "loaded"));
mkdirSync(home, { recursive: true });
const env = { ...process.env, JIANXIN__SERVER__LISTEN: "127.0.0.1:0", JIANXIN__DEMO__PUBLICATIONS: "0", JIANXIN__LOG__FILTER: "error" };
const run = (...words) => execFileSync(binary, words, { cwd: home, env, encoding: "utf8", maxBuffer: 1 << 28 });
const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });

function ask(origin, path, { method = "GET", headers = {}, body } = {}) {
  return new Promise((done, fail) => {
    const request = http.request(new URL(path, origin), { method, headers, agent }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => done({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) }));
    });
    request.on("error", fail);
    request.end(body);
  });
}

async function serve() {
  const child = spawn(binary, ["serve"], { cwd: home, env, stdio: ["ignore", "pipe", "inherit"] });
  const origin = await new Promise((done, fail) => {
    let said = "";
    child.stdout.on("data", (part) => {
      said += part;
      const found = /^listening on (http:\/\/\S+)$/m.exec(said);
      if (found) done(found[1]);
    });
    child.on("exit", (code) => fail(new Error(`the program ended with ${code}`)));
  });
  for (;;) {
    const ready = await ask(origin, "/readyz").catch(() => ({ status: 0 }));
    if (ready.status === 200 && !String(ready.body).includes("index")) break;
    await new Promise((wake) => setTimeout(wake, 1000));
  }
  return { origin, stop: () => new Promise((done) => { child.on("exit", done); child.kill("SIGTERM"); }) };
}

/** A follower's cookies after the way through web authorisation. */
async function signIn(origin, follower) {
  const cookies = {};
  let path = `/simulator/open?follower=${follower}&url=${encodeURIComponent(`${origin}/h5/`)}`;
  for (let step = 0; path && step < 10; step++) {
    const cookie = Object.entries(cookies).map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await ask(origin, path, { headers: { cookie } });
    for (const line of answer.headers["set-cookie"] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (/max-age=0/i.test(line)) delete cookies[name];
      else cookies[name] = value;
    }
    path = answer.headers.location;
  }
  return Object.entries(cookies).map(([name, value]) => `${name}=${value}`).join("; ");
}

const quantile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;

if (fresh) {
  // The demonstration's people and cases come with the first start, before other accounts are there.
  await (await serve()).stop();
  console.log(run("demo-data", "--publications", String(PUBLICATIONS)).trim());
  const accounts = Array.from({ length: ACCOUNTS }, (_, at) => JSON.stringify({
    external_id: `bulk-${at}`, role: at % 3 ? "party" : "lawyer", login_name: `99${String(at).padStart(10, "0")}`, display_name: "测试", unit_code: "430100", state: "active", must_reset: false,
    password_hash: "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$SqlVijFGiPG+935vDSGEsA8xUPlWcBBeXjKZgbm0dRA",
  }));
  writeFileSync(join(home, "accounts.jsonl"), accounts.join("\n"));
  console.log(run("import", "accounts", join(home, "accounts.jsonl")).trim());
  if (CASES) console.log(execFileSync("cargo", ["bench", "--quiet", "--bench", "pages", "--", home, String(CASES)], { encoding: "utf8" }).trim());
  writeFileSync(join(home, "loaded"), "");
}
const server = await serve();
try {
  const { origin } = server;
  const act = (what, body) => ask(origin, `/simulator/act/${what}?wait=true`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const phones = [];
  for (let at = 1; at <= FOLLOWERS; at++) {
    if (at > 3) await act("follower", { name: `f${at}` });
    await act("subscribe", { follower: `f${at}` });
    phones.push(await signIn(origin, `f${at}`));
  }
  const links = [];
  for (let at = 5; at <= FOLLOWERS; at++) {
    const me = JSON.parse((await ask(origin, "/simulator/state")).body || "{}");
    const openid = (me.followers ?? []).find((one) => one.id === `f${at}`)?.openid;
    if (openid) links.push(JSON.stringify({ external_id: `bulk-${at * 3}`, openid }));
  }
  if (links.length) {
    writeFileSync(join(home, "links.jsonl"), links.join("\n"));
    console.log(run("import", "links", join(home, "links.jsonl")).trim());
  }
  const first = async (path, mark, cookie = phones[0]) => new RegExp(mark).exec(String((await ask(origin, path, { headers: { cookie } })).body))?.[1];
  const [lawyer, party] = [phones[0], phones[3]];
  const anyone = (at) => phones[at % phones.length];
  // The demonstration's lawyer, and those who were linked above.
  const lawyers = [lawyer, ...phones.slice(4)];
  const someLawyer = (at) => lawyers[at % lawyers.length];
  const publication = await first("/h5/list?kind=important_case", 'href="(/h5/publications/[^"]+)"');
  const kases = await Promise.all(lawyers.map((one) => first("/h5/cases", 'href="(/h5/cases/[^"]+)"', one)));
  const binding = await first("/h5/bindings", 'href="(/h5/bindings/[0-9a-f]{32})"');
  const appointment = await first("/h5/appointments", 'href="(/h5/appointments/[0-9a-f]{32})"');
  const PAGES = [
    ["landing, no session", "/h5/", () => ""],
    ["landing of an account", "/h5/", anyone],
    ["list of a board", "/h5/list?kind=legal_document", () => ""],
    ["keyword", "/h5/list?kind=legal_document&q=%E6%8A%A2%E5%8A%AB", () => ""],
    ["publication", publication, () => ""],
    ["follows", "/h5/follows", anyone],
    ["personal centre", "/h5/me", () => lawyer],
    ["cases", "/h5/cases", someLawyer],
    ["a case", (at) => kases[at % kases.length], someLawyer],
    ["a party's cases", "/h5/cases", () => party],
    ["bindings", "/h5/bindings", () => lawyer],
    ["a binding", binding, () => lawyer],
    ["form for a binding", "/h5/bindings/new", () => lawyer],
    ["appointments", "/h5/appointments", someLawyer],
    ["an appointment", appointment, () => lawyer],
  ].filter(([, path]) => path);
  const taken = PAGES.map(() => []);
  const wrong = new Map();
  let late = 0;
  const began = process.hrtime.bigint();
  const all = [];
  for (let at = 0; at < RATE * SECONDS; at++) {
    const due = Number(process.hrtime.bigint() - began) / 1e6;
    const wait = (at * 1000) / RATE - due;
    if (wait > 1) await new Promise((wake) => setTimeout(wake, wait));
    const scheduled = (at * 1000) / RATE;
    const which = at % PAGES.length;
    const [name, place, whose] = PAGES[which];
    // The same pages come round after so many: without this each would always meet the same people.
    const turn = Math.floor(at / PAGES.length);
    const [path, cookie] = [place.call ? place(turn) : place, whose(turn)];
    const sent = Number(process.hrtime.bigint() - began) / 1e6;
    late = Math.max(late, sent - scheduled);
    all.push(ask(origin, path, { headers: cookie ? { cookie } : {} }).then((answer) => {
      taken[which].push(Number(process.hrtime.bigint() - began) / 1e6 - sent);
      if (answer.status !== 200) wrong.set(`${name}: ${answer.status}`, (wrong.get(`${name}: ${answer.status}`) ?? 0) + 1);
    }));
  }
  await Promise.all(all);
  const page = await ask(origin, "/h5/", {});
  const assets = [...String(page.body).matchAll(/(?:href|src)="(\/h5\/assets\/[^"]+)"/g)].map((found) => found[1]);
  let weight = 0;
  for (const asset of new Set(assets)) weight += (await ask(origin, asset)).body.length;
  console.log(`\n${PUBLICATIONS} publications, ${ACCOUNTS} accounts, ${RATE} pages a second for ${SECONDS} s; the client was at most ${late.toFixed(1)} ms late`);
  console.log(`what every page loads once: ${weight} bytes (target: page and this ≤ 60 KB, a page alone ≤ 15 KB)\n`);
  console.log("| page | asked | p50 ms | p99 ms | worst ms | bytes | gzipped |\n|---|---|---|---|---|---|---|");
  for (let [which, [name, path, whose]] of PAGES.entries()) {
    const sorted = taken[which].sort((a, b) => a - b);
    const cookie = whose(0);
    if (path.call) path = path(0);
    const { body } = await ask(origin, path, { headers: cookie ? { cookie } : {} });
    console.log(`| ${name} | ${sorted.length} | ${quantile(sorted, 0.5).toFixed(2)} | ${quantile(sorted, 0.99).toFixed(2)} | ${(sorted.at(-1) ?? 0).toFixed(2)} | ${body.length} | ${gzipSync(body).length} |`);
  }
  const every = taken.flat().sort((a, b) => a - b);
  console.log(`| all | ${every.length} | ${quantile(every, 0.5).toFixed(2)} | ${quantile(every, 0.99).toFixed(2)} (target ≤ 20) | ${(every.at(-1) ?? 0).toFixed(2)} | | |`);
  for (const [what, times] of wrong) console.log(`not 200: ${what}, ${times} times`);
  process.exitCode = wrong.size ? 1 : 0;
} finally {
  await server.stop();
  agent.destroy();
  if (!process.env.KEEP) rmSync(home, { recursive: true, force: true });
}
