// `npm test [-- part of a name]`: one program, one browser, all suites. Exit 0 only if everything passed.
import { launch } from "./lib/browser.mjs";
import { runAll } from "./lib/runner.mjs";
import { startServer } from "./lib/server.mjs";
import "./suites/chat.mjs";
import "./suites/follows.mjs";
import "./suites/faults.mjs";
import "./suites/notices.mjs";
import "./suites/looks.mjs";
import "./suites/plain.mjs";
import "./suites/reset.mjs";
import "./suites/story.mjs";
import "./suites/desk.mjs";
import "./suites/counter.mjs";

const server = await startServer();
const browser = await launch();
let fine = false;
try {
  fine = await runAll({ browser, origin: server.origin, home: server.home }, process.argv[2]);
} finally {
  await browser.close();
  const how = await server.stop();
  if (how !== 0) console.log(`the program ended with ${how}`);
  if (!fine || how !== 0) {
    console.log(server.log());
    process.exitCode = 1;
  }
}
