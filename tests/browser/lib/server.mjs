// Starts the real program the way a new user does: in an empty directory, with nothing configured but the port.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
const START_LIMIT_MS = 60_000;

/** Path of the program: JIANXIN_BINARY, else the development build. */
export function binary() {
  const target = process.env.CARGO_TARGET_DIR || join(ROOT, "target");
  const path = resolve(process.env.JIANXIN_BINARY || join(target, "debug", "jianxin"));
  if (!existsSync(path)) throw new Error(`${path} does not exist: run \`cargo build\` first`);
  return path;
}

/** Runs a command of the program beside a running one, in its directory, and returns what it prints. */
export function run(home, ...words) {
  return execFileSync(binary(), words, { cwd: home, env: clean(), encoding: "utf8" });
}

const clean = () => Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("JIANXIN_")));

/** A running program: `origin`, its directory `home`, `log()` and `stop()`. */
export async function startServer() {
  const home = mkdtempSync(join(tmpdir(), "jianxin-browser-"));
  const child = spawn(binary(), ["serve"], {
    cwd: home,
    env: { ...clean(), JIANXIN__SERVER__LISTEN: "127.0.0.1:0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (chunk) => { log += chunk; });
  const exited = new Promise((done) => child.on("exit", (code, signal) => done(code ?? signal)));
  const origin = await new Promise((done, fail) => {
    let output = "";
    const timer = setTimeout(() => fail(new Error(`the program did not start in time\n${log}`)), START_LIMIT_MS);
    child.stdout.on("data", (chunk) => {
      output += chunk;
      const found = /^listening on (http:\/\/\S+)$/m.exec(output);
      if (found) { clearTimeout(timer); done(found[1]); }
    });
    exited.then((how) => { clearTimeout(timer); fail(new Error(`the program ended with ${how}\n${log}`)); });
  }).catch((error) => {
    child.kill("SIGKILL");
    rmSync(home, { recursive: true, force: true });
    throw error;
  });
  return {
    origin,
    home,
    log: () => log,
    async stop() {
      child.kill("SIGTERM");
      const how = await exited;
      rmSync(home, { recursive: true, force: true });
      return how;
    },
  };
}
