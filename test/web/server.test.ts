// The bot's own web server: health, runbook pages, and addresses that make no sense.

import { request } from "node:http";
import { expect } from "chai";
import { readRunbooks } from "../../src/config/runbooks.ts";
import { startWeb } from "../../src/web/server.ts";

describe("the bot's web server", () => {
  let web: Awaited<ReturnType<typeof startWeb>>;
  let well = true;
  before(async () => {
    const runbooks = readRunbooks("runbooks");
    const health = async () => ({ ok: well, parts: { slack: well ? "connected" : "not connected" } });
    web = await startWeb({ port: 0, host: "127.0.0.1", runbooks, slack: null, health });
  });
  after(() => web.stop());

  /** Sends the path as it is: `fetch` would tidy it up. */
  const get = (path: string) =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      request({ port: web.port, host: "127.0.0.1", path }, (response) => {
        let body = "";
        response.on("data", (chunk) => (body += chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
      })
        .on("error", reject)
        .end();
    });

  it("says whether it is well", async () => {
    expect(await get("/healthz")).to.deep.equal({ status: 200, body: '{"ok":true,"parts":{"slack":"connected"}}\n' });
    well = false;
    expect((await get("/healthz")).status).to.equal(503);
    well = true;
  });

  it("shows runbooks with sections that can be linked to", async () => {
    const { body } = await get("/runbooks/background-jobs.md?from=slack");
    expect(body).to.include('<h2 id="no-jobs">No jobs</h2>');
    expect((await get("/runbooks")).body).to.include('href="/runbooks/latency.md"');
  });

  for (const [path, status] of [
    ["//", 404],
    ["/runbooks/%", 400],
    ["/runbooks/..%2f..%2fpackage.json", 404],
    ["/runbooks/../package.json", 404],
    ["/nothing", 404],
  ] as const) {
    it(`answers ${path} with ${status}, and lives`, async () => {
      expect((await get(path)).status).to.equal(status);
      expect((await get("/healthz")).status).to.equal(200);
    });
  }
});
