// Datadog's rate limits: what its headers say is obeyed, by all who ask, until the time they name has passed.

import { expect } from "chai";
import type { Fault } from "../../../playground/datadog/server.ts";
import type { FromMetrics, Metrics } from "../../../src/ports/metrics.ts";
import { until } from "../../support/until.ts";
import { type Bench, startBench, unhurried } from "./bench.ts";

const SERIES = "/api/v2/query/timeseries";
const NAME = "query_timeseries_public";

describe("a rate limit of Datadog", () => {
  let bench: Bench;
  before(async () => {
    bench = await startBench({
      monitors: [
        { id: 1, name: "jobs", tags: ["service:web"] },
        { id: 2, name: "mail" },
      ],
    });
  });
  beforeEach(() => {
    bench.datadog.requests.length = 0;
  });
  afterEach(() => {
    bench.datadog.clearFaults();
    bench.datadog.clearLimits();
  });
  after(() => bench.datadog.close());

  const now = Date.now();
  const ask = (metrics: Metrics) =>
    metrics.ask([{ id: "x", query: "sum:jobs{*}" }], { from: now - 60_000, to: now }, 10_000, unhurried);
  const sent = (path = SERIES) => bench.datadog.requests.filter((one) => one.path.startsWith(path)).length;
  const answering = (headers: Record<string, string>, status = 200): Fault => {
    const attributes = { series: [], times: [], values: [] };
    const body = status === 200 ? { data: { type: "timeseries_response", attributes } } : { errors: ["slow down"] };
    return { kind: "answer", status, body, headers };
  };
  const usedUp = { "X-RateLimit-Limit": "300", "X-RateLimit-Period": "3600", "X-RateLimit-Remaining": "0" };

  it("that is used up is not asked for again, and everybody hears until when", async () => {
    const metrics = bench.as({});
    bench.datadog.fault("timeseries", answering({ ...usedUp, "X-RateLimit-Reset": "120", "X-RateLimit-Name": NAME }));
    expect(await ask(metrics)).to.include({ ok: true });
    for (let turn = 0; turn < 3; turn++) {
      const answer = failure(await ask(metrics));
      expect(answer.trouble).to.equal("rateLimited");
      expect(answer.detail).to.match(
        /^the limit query_timeseries_public \(300 requests in 3600 s\) is used up until \d\d:\d\d:\d\d UTC$/,
      );
      expect(answer.retryAfterMs).to.be.within(115_000, 120_000);
    }
    expect(sent()).to.equal(1);
  });

  it("is enforced by the stand-in, obeyed by us, and over when its period is", async function () {
    this.timeout(10_000);
    bench.datadog.limit("timeseries", { limit: 2, periodS: 2, name: NAME });
    const { log, told } = recordingLog();
    const metrics = bench.as({ log });
    const limited = await until("the limit is used up", async () => {
      const answer = await ask(metrics);
      return answer.ok ? undefined : answer;
    });
    expect(limited).to.include({ trouble: "rateLimited" });
    await until("the limit is over", async () => (await ask(metrics)).ok);
    expect(sent(), "at most two in each of two periods, and one in the third").to.be.at.most(5);
    const loud = told.filter(({ level }) => level !== "debug");
    expect(loud.slice(0, 2).map(({ level, message }) => [level, message])).to.deep.equal([
      ["warn", "a limit of Datadog is used up"],
      ["info", "a limit of Datadog is over"],
    ]);
  });

  const pauses: [string, Record<string, string>, [number, number]][] = [
    ["for the time that X-RateLimit-Reset names", { "X-RateLimit-Reset": "7" }, [6_000, 7_000]],
    ["for the time that Retry-After names", { "Retry-After": "20" }, [19_000, 20_000]],
    ["for a modest time when nothing names one", {}, [9_000, 10_000]],
    ["for a modest time when what names one is nonsense", { "X-RateLimit-Reset": "tomorrow" }, [9_000, 10_000]],
  ];
  for (const [how, headers, [least, most]] of pauses) {
    it(`that a 429 tells of is left alone ${how}`, async () => {
      const metrics = bench.as({});
      bench.datadog.fault("timeseries", answering(headers, 429), 1);
      expect(failure(await ask(metrics)).detail).to.equal("HTTP 429: slow down");
      const answer = failure(await ask(metrics));
      expect(answer.detail).to.match(/^the limit POST \/api\/v2\/query\/timeseries is used up until /);
      expect(answer.retryAfterMs).to.be.within(least, most);
      expect(sent()).to.equal(1);
    });
  }

  it("ends with the period when zero remaining comes without a time", async () => {
    const metrics = bench.as({});
    bench.datadog.fault("timeseries", answering(usedUp));
    await ask(metrics);
    expect(failure(await ask(metrics)).retryAfterMs).to.be.within(1, 3_600_000);
  });

  const nonsense: Record<string, string>[] = [
    { "X-RateLimit-Remaining": "0" },
    { ...usedUp, "X-RateLimit-Remaining": "none", "X-RateLimit-Reset": "9" },
    { ...usedUp, "X-RateLimit-Remaining": "-1", "X-RateLimit-Reset": "9" },
    { ...usedUp, "X-RateLimit-Remaining": "", "X-RateLimit-Reset": "9" },
    { "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1e9" },
  ];
  for (const headers of nonsense) {
    it(`is not believed in when the headers are ${JSON.stringify(headers)}`, async () => {
      const metrics = bench.as({});
      bench.datadog.fault("timeseries", answering(headers));
      await ask(metrics);
      expect(await ask(metrics)).to.include({ ok: true });
      expect(sent()).to.equal(2);
    });
  }

  it("holds for all endpoints of its name, and for no others", async () => {
    const metrics = bench.as({});
    for (const endpoint of ["timeseries", "monitors"] as const) {
      bench.datadog.limit(endpoint, { limit: 2, periodS: 3600, name: "shared" });
    }
    await metrics.monitors({ tags: ["service:web"] }, unhurried);
    await ask(metrics);
    expect(failure(await ask(metrics)).trouble).to.equal("rateLimited");
    expect(failure(await metrics.monitors({ tags: ["service:web"] }, unhurried)).trouble).to.equal("rateLimited");
    expect(await metrics.monitors({ ids: [1] }, unhurried)).to.include({ ok: true });
  });

  it("is one for all monitors that are asked for by id", async () => {
    const metrics = bench.as({});
    bench.datadog.fault("monitor", answering({}, 429), 1);
    await metrics.monitors({ ids: [1] }, unhurried);
    expect(failure(await metrics.monitors({ ids: [2] }, unhurried)).detail).to.include("GET /api/v1/monitor/{id}");
    expect(sent("/api/v1/monitor/")).to.equal(1);
  });

  it("is told of once when it is hit, not once per question", async () => {
    const { log, told } = recordingLog();
    const metrics = bench.as({ log });
    bench.datadog.fault("timeseries", answering({ "X-RateLimit-Reset": "60", "X-RateLimit-Name": NAME }, 429));
    for (let turn = 0; turn < 5; turn++) await ask(metrics);
    const loud = told.filter(({ level }) => level !== "debug");
    expect(loud).to.have.lengthOf(1);
    expect(loud[0]).to.include({ level: "warn", message: "a limit of Datadog is used up", limit: NAME });
    expect(JSON.stringify(told)).to.not.include(bench.datadog.apiKey).and.not.include(bench.datadog.appKey);
  });

  it("that is nearly used up is told of once, with its name and numbers", async () => {
    const { log, told } = recordingLog();
    const metrics = bench.as({ log });
    bench.datadog.limit("timeseries", { limit: 20, periodS: 3600, name: NAME });
    for (let turn = 0; turn < 19; turn++) await ask(metrics);
    expect(told).to.deep.equal([
      {
        level: "warn",
        message: "a limit of Datadog is nearly used up",
        limit: `${NAME} (20 requests in 3600 s)`,
        remaining: 2,
      },
    ]);
  });
});

function failure(answer: FromMetrics<unknown>) {
  if (answer.ok) throw new Error("an answer where a failure was expected");
  return answer;
}

function recordingLog() {
  const told: { level: string; message: string; [field: string]: unknown }[] = [];
  const write = (level: string) => (message: string, fields?: object) => void told.push({ level, message, ...fields });
  return { told, log: { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") } };
}
