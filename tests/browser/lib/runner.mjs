// A runner of a screenful: tests run in the order written, a failure does not stop the rest.
import assert from "node:assert/strict";

const tests = [];
let group = "";

/** Names the tests that follow. */
export function suite(name) { group = name; }

/** A sentence that must be true, and what shows it. */
export function test(sentence, proof) { tests.push({ name: `${group}: ${sentence}`, proof }); }

/** Asks until the answer is truthy; fails with the sentence after `limit` milliseconds. */
export async function until(sentence, ask, limit = 15_000) {
  const end = Date.now() + limit;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) assert.fail(`not within ${limit} ms: ${sentence}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Runs everything whose name contains `only`; true when all passed. */
export async function runAll(world, only = "") {
  let passed = 0;
  let failed = 0;
  for (const { name, proof } of tests.filter((one) => one.name.includes(only))) {
    const began = Date.now();
    try {
      await proof(world);
      passed += 1;
      console.log(`ok    ${name} (${Date.now() - began} ms)`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL  ${name} (${Date.now() - began} ms)\n      ${String(error.stack || error).replaceAll("\n", "\n      ")}`);
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0;
}
