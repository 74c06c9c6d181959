// The answers Datadog's API really gave, read through the official client over HTTP.

import { readFile } from "node:fs/promises";
import { expect } from "chai";
import type { Endpoint } from "../../../playground/datadog/server.ts";
import type { FromMetrics } from "../../../src/ports/metrics.ts";
import { type Bench, startBench, unhurried } from "./bench.ts";

interface Recorded {
  request?: { body: { data: { attributes: { from?: number; to?: number } } } };
  response: { status: number; contentType?: string; body: unknown };
}

async function recorded(name: string): Promise<Recorded> {
  return JSON.parse(await readFile(new URL(`./shapes/${name}.json`, import.meta.url), "utf8"));
}

describe("Answers as Datadog gave them", () => {
  let bench: Bench;

  before(async () => {
    bench = await startBench();
  });

  afterEach(() => bench.datadog.clearFaults());

  after(() => bench.datadog.close());

  async function play(endpoint: Endpoint, name: string): Promise<Recorded> {
    const { response, ...rest } = await recorded(name);
    bench.datadog.fault(endpoint, { kind: "answer", ...response });
    return { response, ...rest };
  }

  async function ask(name: string) {
    const { request } = await play("timeseries", name);
    const { from = 0, to = 1 } = request?.body?.data?.attributes ?? {};
    return bench.as({}).ask([{ id: "a", query: "a" }], { from, to }, 5000, unhurried);
  }

  async function monitor(name: string, id = 155844758) {
    await play("monitor", name);
    return bench.as({}).monitors({ ids: [id] }, unhurried);
  }

  async function mark(name: string) {
    await play("postEvent", name);
    return bench.as({}).mark({ title: "t", text: "", tags: [], at: 1641430251000, level: "info" }, unhurried);
  }

  it("reads a series with gaps by its times, not by position", async () => {
    const answer = await ask("v2-timeseries-ok-sparse");
    expect(value(answer).get("a")).to.deep.equal([
      {
        scope: [],
        points: [
          { at: 1711977645000, value: 1 },
          { at: 1711977705000, value: 1 },
          { at: 1711980225000, value: 87 },
        ],
      },
    ]);
  });

  it("reads a series with irregular times", async () => {
    const [series] = value(await ask("v2-timeseries-irregular-times")).get("a") ?? [];
    expect(series?.points).to.have.length(12);
    expect(series?.points[2]).to.deep.equal({ at: 1776290910000, value: 2 });
  });

  it("reads three empty arrays as no data", async () => {
    expect([...value(await ask("v2-timeseries-no-data"))]).to.deep.equal([["a", []]]);
  });

  it("reads a monitor that has never seen anything", async () => {
    expect(value(await monitor("v1-monitor-get"))).to.deep.equal([
      {
        ...{ id: 155844758, name: "Test-Get_a_monitor_s_details_returns_OK_response-1728578339" },
        ...{ state: "noData", muted: false, groups: [], lagMs: 1_000_000 },
      },
    ]);
  });

  it("reads a downtime as muted", async () => {
    expect(value(await monitor("v1-monitor-get-muted", 119766008))[0]).to.include({ state: "noData", muted: true });
  });

  it("reads a marker that was taken", async () => {
    expect(value(await mark("v1-events-post-202"))).to.equal(null);
  });

  const refusals: [string, (name: string) => Promise<FromMetrics<unknown>>, string, string][] = [
    [
      "v2-timeseries-400-bad-type",
      ask,
      "queryRefused",
      'HTTP 400: API input validation failed: Invalid type. Expected "timeseries_request".',
    ],
    ["v2-scalar-400-retention", ask, "queryRefused", "HTTP 400: Queries ending outside the retention date are invalid"],
    ["v2-403-object-errors", ask, "keysRefused", "HTTP 403: Forbidden"],
    [
      "v2-deployment-gate-404",
      ask,
      "notFound",
      "HTTP 404: Not Found: no gate found for service non-existent-service-xyz, env staging, and identifier default",
    ],
    [
      "v1-429-not-from-cassette",
      ask,
      "rateLimited",
      "HTTP 429: Rate limit of 300 requests in 3600 seconds reached. Please try again later.",
    ],
    ["v1-monitor-404", monitor, "notFound", "monitor 155844758: HTTP 404: Monitor not found"],
    [
      "v1-monitor-400-group-states",
      monitor,
      "queryRefused",
      "monitor 155844758: HTTP 400: Invalid group_state filters.",
    ],
    ["v1-validate-403", mark, "keysRefused", "HTTP 403: API key required"],
    ["v1-events-post-400-too-old", mark, "queryRefused", "HTTP 400: Event too far in the past"],
  ];
  for (const [name, call, trouble, detail] of refusals) {
    it(`reads ${name} as ${trouble}, in Datadog's words`, async () => {
      expect(await call(name)).to.include({ ok: false, trouble, detail });
    });
  }

  const others = [
    "v2-scalar-ok",
    "v2-scalar-no-data",
    "v1-query-ok",
    "v1-monitor-get",
    "v1-validate-ok",
    "v2-events-search-empty",
  ];
  for (const name of others) {
    it(`does not take ${name} for a series, a list of monitors or a marker`, async () => {
      const { response } = await recorded(name);
      bench.datadog.fault("any", { kind: "answer", ...response });
      const list = await bench.as({}).monitors({ tags: ["env:ci"] }, unhurried);
      for (const answer of [await ask(name), list, await mark(name)])
        expect(answer).to.include({ ok: false, trouble: "garbled" });
    });
  }
});

function value<T>(answer: FromMetrics<T>): T {
  if (!answer.ok) throw new Error(`${answer.trouble}: ${answer.detail}`);
  return answer.value;
}
