// What the adapter sends, and what it costs to have it at hand.

import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";
import { type Bench, startBench, unhurried } from "./bench.ts";

describe("What Datadog is sent", () => {
  let bench: Bench;
  const now = Date.now();

  before(async () => {
    bench = await startBench();
  });

  beforeEach(() => {
    bench.datadog.requests.length = 0;
    bench.datadog.events.length = 0;
  });

  after(() => bench.datadog.close());

  const mark = (more: object, metrics = bench.metrics) => {
    const marker = { title: "web", text: "deploy", tags: ["service:web"], at: now, level: "success" as const };
    return metrics.mark({ ...marker, ...more }, unhurried);
  };

  it("is one request for all questions, told apart by their position", async () => {
    const questions = [
      { id: "jobs", query: "sum:web.jobs{host:a}.as_count()" },
      { id: "errors", query: "sum:web.errors{host:a}.as_count()" },
    ];
    await bench.metrics.ask(questions, { from: now - 60_000, to: now }, 5000, unhurried);
    expect(bench.datadog.requests.map(({ body }) => body)).to.deep.equal([
      {
        data: {
          type: "timeseries_request",
          attributes: {
            ...{ from: now - 60_000, to: now, interval: 5000 },
            queries: [
              { data_source: "metrics", name: "q0", query: "sum:web.jobs{host:a}.as_count()" },
              { data_source: "metrics", name: "q1", query: "sum:web.errors{host:a}.as_count()" },
            ],
            formulas: [{ formula: "q0" }, { formula: "q1" }],
          },
        },
      },
    ]);
  });

  it("is nothing when nothing is asked", async () => {
    const answer = await bench.metrics.ask([], { from: 0, to: 1 }, 5000, unhurried);
    expect(answer.ok && answer.value.size).to.equal(0);
    expect(bench.datadog.requests).to.deep.equal([]);
  });

  it("is a marker in whole seconds, with its tags", async () => {
    await mark({ at: now - 1 });
    expect(bench.datadog.requests[0]?.body).to.deep.equal({
      ...{ title: "web", text: "deploy", tags: ["service:web"], alert_type: "success" },
      date_happened: Math.floor((now - 1) / 1000),
    });
  });

  it("is a marker even without an application key", async () => {
    expect(await mark({}, bench.as({ appKey: "" }))).to.deep.equal({ ok: true, value: null });
  });

  it("is at most 4,000 characters of a marker's text, none of them broken", async () => {
    expect((await mark({ text: `${"x".repeat(3999)}🚀 and on` })).ok).to.equal(true);
    expect(bench.datadog.events[0]?.text).to.equal("x".repeat(3999));
  });

  it("goes below a base URL with a path, with or without a slash at its end", async () => {
    await mark({}, bench.as({ baseUrl: `${bench.datadog.url}/proxy/` }));
    await mark({}, bench.as({ baseUrl: `${bench.datadog.url}/proxy` }));
    expect(bench.datadog.requests.map(({ path }) => path)).to.deep.equal([
      "/proxy/api/v1/events",
      "/proxy/api/v1/events",
    ]);
  });

  it("does not follow a redirect with the keys", async () => {
    const elsewhere = await startBench();
    bench.datadog.fault(
      "postEvent",
      { kind: "answer", status: 307, body: "", headers: { Location: `${elsewhere.datadog.url}/api/v1/events` } },
      1,
    );
    expect((await mark({})).ok).to.equal(false);
    expect(elsewhere.datadog.requests).to.deep.equal([]);
    await elsewhere.datadog.close();
  });
});

describe("The official Datadog client", function () {
  this.timeout(60_000);

  const source = (lines: string) =>
    `import { createRequire } from "node:module";
     import { datadogMetrics } from ${JSON.stringify(new URL("../../../src/adapters/datadog/metrics.ts", import.meta.url).href)};
     const files = () => Object.keys(createRequire(import.meta.url).cache).filter((file) => file.includes("datadog-api-client")).length;
     const metrics = datadogMetrics({ apiKey: "a", appKey: "b", timeoutMs: 1000 });
     ${lines}`;

  async function run(lines: string): Promise<unknown> {
    const words = ["--import", "tsx", "--input-type=module", "--eval", source(lines)];
    return JSON.parse((await promisify(execFile)(process.execPath, words)).stdout);
  }

  it("is not loaded before it is needed", async () => {
    expect(await run("console.log(files());")).to.equal(0);
  });

  it("is loaded ahead of the first question, without its thousands of models, and lets other work take turns", async () => {
    const measured = await run(`
      let turns = 0;
      const timer = setInterval(() => { turns += 1; }, 5);
      await metrics.warm();
      clearInterval(timer);
      console.log(JSON.stringify({ files: files(), turns }));`);
    expect(measured).to.have.property("files").that.is.within(7, 100);
    expect(measured).to.have.property("turns").that.is.greaterThan(0);
  });
});
