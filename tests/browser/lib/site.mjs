// The upstream site: its key, and what it sends.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./server.mjs";

export class Site {
  constructor({ origin, home }, name) {
    this.origin = origin;
    this.home = home;
    this.key = run(home, "api-key", "add", name).trim();
  }

  async send(method, path, body) {
    const headers = { authorization: `Bearer ${this.key}`, "content-type": "application/json" };
    const answer = await fetch(`${this.origin}${path}`, { method, headers, body: JSON.stringify(body) });
    const text = await answer.text();
    assert.ok(answer.ok, `${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  }

  /** An account of Changsha's procuratorate that belongs to a follower. */
  async person(external_id, role, login_name, openid) {
    await this.send("PUT", "/api/v1/accounts", { external_id, role, login_name, display_name: "李明", unit_code: "430100" });
    const file = join(this.home, `${external_id}.jsonl`);
    writeFileSync(file, JSON.stringify({ external_id, openid }) + "\n");
    assert.match(run(this.home, "import", "links", file), /imported=1/);
  }

  event(id, type, data) { return this.send("POST", "/api/v1/events", { id, type, data }); }
}
