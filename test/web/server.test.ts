// The bot's own web server: health, metrics, runbook pages, and addresses that make no sense.

import { request } from "node:http";
import { expect } from "chai";
import { readRunbooks } from "../../src/config/runbooks.ts";
import { startWeb } from "../../src/web/server.ts";
import { silentLog } from "../support/parts.ts";

describe("the bot's web server", () => {
  let web: Awaited<ReturnType<typeof startWeb>>;
  let well = true;
  let broken: Error | null = null;
  const faults: unknown[] = [];
  before(async () => {
    const runbooks = readRunbooks("runbooks");
    const health = async () => ({ ok: well, slack: { connected: well } });
    const metrics = async () => {
      if (broken) throw broken;
      return { type: "text/plain; version=0.0.4; charset=utf-8", text: "up 1\n" };
    };
    const log = { ...silentLog, error: (_: string, fields?: Record<string, unknown>) => void faults.push(fields) };
    web = await startWeb({ port: 0, host: "127.0.0.1", runbooks, slack: null, health, metrics, log });
  });
  after(() => web.stop(Promise.resolve()));

  /** Sends the path as it is: `fetch` would tidy it up. */
  const get = (path: string) =>
    new Promise<{ status: number; body: string; type: string | undefined }>((resolve, reject) => {
      request({ port: web.port, host: "127.0.0.1", path }, (response) => {
        let body = "";
        response.on("data", (chunk) => (body += chunk));
        const { statusCode: status = 0, headers } = response;
        response.on("end", () => resolve({ status, body, type: headers["content-type"] }));
      })
        .on("error", reject)
        .end();
    });

  it("says whether it is well", async () => {
    expect(await get("/healthz")).to.deep.include({ status: 200, body: '{"ok":true,"slack":{"connected":true}}\n' });
    well = false;
    expect((await get("/healthz")).status).to.equal(503);
    expect((await get("/livez")).status).to.equal(200);
    well = true;
  });

  it("shows its metrics as what they are", async () => {
    const type = "text/plain; version=0.0.4; charset=utf-8";
    expect(await get("/metrics")).to.deep.equal({ status: 200, body: "up 1\n", type });
  });

  it("says nothing to the outside of what failed, and all of it in the log", async () => {
    broken = new Error("a bug");
    const { status, body } = await get("/metrics");
    expect(status).to.equal(500);
    expect(body).not.to.include("a bug");
    expect(faults).to.deep.equal([{ path: "/metrics", error: broken }]);
    broken = null;
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
