// From Datadog's answer to the verdict, for every kind of check at once: whatever Datadog answers, a canary passes only when each of them saw that it is well.

import { expect } from "chai";
import type { Fault } from "../../../playground/datadog/server.ts";
import { systemClock } from "../../../src/adapters/system/clock.ts";
import type { Check, MetricCheck } from "../../../src/canary/checks.ts";
import { judge } from "../../../src/canary/judge.ts";
import { questionsOf, readMetrics, readTrouble } from "../../../src/canary/measure.ts";
import type { Look } from "../../../src/canary/readings.ts";
import type { Judgement } from "../../../src/canary/verdict.ts";
import { lateFact } from "../../../src/deploy/watch.ts";
import type { Metrics, Window } from "../../../src/ports/metrics.ts";
import { askMonitors, lookBackFrom } from "../../../src/runner/perform/monitors.ts";
import { aComparison, aCount, aLimit, aMonitorsCheck, anOrder, hostsNamed } from "../../support/build.ts";
import { type Bench, startBench, unhurried } from "./bench.ts";
import { troubles } from "./troubles.ts";

const SECOND = 1000;
const BUCKET = 10 * SECOND;
/** In the past, so that all of it has come in. */
const END = Math.floor(Date.now() / BUCKET) * BUCKET - 60 * SECOND;
const window: Window = { from: END - 300 * SECOND, to: END };

const on = (query: string) => ({ canary: `${query}{host IN (web-01)}`, baseline: `${query}{host IN (web-02,web-03)}` });
const counting = ({ canary, baseline }: ReturnType<typeof on>) => ({
  canary: `${canary}.as_count()`,
  baseline: `${baseline}.as_count()`,
});
const JOBS = "sum:jobs{host IN (web-01)} by {host}.as_count()";
const metricChecks: MetricCheck[] = [
  aLimit({ name: "few", query: "max:waiting{host IN (web-01)}.fill(null)", aggregate: "p95", atMost: 9 }),
  aLimit({ name: "jobs", query: JOBS, atMost: null, atLeast: 1 }),
  aLimit({
    name: "busy",
    query: JOBS,
    atMost: null,
    atLeast: 1,
    forMs: 60 * SECOND,
    alive: "max:up{host IN (web-01)} by {host}",
  }),
  aComparison({ query: on("avg:time") }),
  aCount({ errors: counting(on("sum:errors")), total: counting(on("sum:requests")) }),
];
const checks: Check[] = [...metricChecks, aMonitorsCheck()];

/** What the runner does at the last look. */
async function lastLook(metrics: Metrics): Promise<Look> {
  const answer = await metrics.ask(questionsOf(metricChecks), window, BUCKET, unhurried);
  const watched = await lookBack(metrics);
  const readings = metricChecks.map((check) =>
    answer.ok
      ? readMetrics(check, answer.value, { window, intervalMs: BUCKET, last: true })
      : readTrouble(check, { kind: answer.trouble, detail: answer.detail }),
  );
  return { at: END + 60 * SECOND, window, last: true, readings: [...readings, watched] };
}

const notedAt = END - 400 * SECOND;

/** As at the end of the bake, and of the watch after it. */
const lookBack = (metrics: Metrics) =>
  askMonitors(
    aMonitorsCheck(),
    { metrics, clock: systemClock },
    { signal: unhurried, since: lookBackFrom({ notedAt }) },
  );

/** What is written down at the end of the watch after a bake that has passed, having looked as often as it is tried. */
async function watchedWith(metrics: Metrics): Promise<string> {
  const look: Look = { at: END + 60 * SECOND, window, last: true, readings: [await lookBack(metrics)] };
  const watch = { passedAt: END, bake: { startedAt: window.from, notedAt, noted: {}, looks: [] } };
  const fact = lateFact({ order: anOrder({ checks }), watch }, look, 5);
  return fact === null ? "nothing" : [fact.kind, ...fact.results.map(({ reason }) => reason.kind)].join(" ");
}

async function judgedWith(metrics: Metrics): Promise<Judgement> {
  const look = await lastLook(metrics);
  // As often as it is tried.
  const looks = Array.from({ length: 5 }, () => look);
  const { certain, judgement } = judge({ checks, canary: hostsNamed("web-01") }, { notedAt, noted: {}, looks });
  expect(certain).to.equal(true);
  return judgement;
}
const verdicts = ({ results }: Judgement) => results.map(({ check, verdict }) => `${check} ${verdict}`);

describe("the verdict on what Datadog answers", () => {
  let bench: Bench;
  before(async () => {
    bench = await startBench({
      monitors: [
        { id: 1, name: "Jobs", tags: ["service:web"], query: "sum(last_5m):sum:jobs{*} by {host}.as_count() < 1" },
        { id: 2, name: "Exports", tags: ["service:web"], hidesGroups: true },
      ],
    });
    for (const host of ["web-01", "web-02", "web-03"]) {
      for (let at = window.from; at < window.to; at += BUCKET) {
        const step = (at / BUCKET) % 5;
        const values = { jobs: 3, waiting: 2, up: 1, time: 20 + step, errors: 0, requests: 40 };
        for (const [metric, value] of Object.entries(values)) bench.datadog.submit(metric, at, value, [`host:${host}`]);
      }
    }
    bench.datadog.monitor(1).resolve("host:web-01");
    bench.datadog.monitor(2).resolve("host:web-01");
  });
  afterEach(() => bench.datadog.clearFaults());
  after(() => bench.datadog.close());

  it("is a pass when all is well, so that the rest of this table can fail", async () => {
    const judgement = await judgedWith(bench.as({}));
    expect(verdicts(judgement).filter((line) => !line.endsWith(" pass"))).to.deep.equal([]);
    expect(judgement.verdict).to.equal("pass");
  });

  it("asks all of it in one request", async () => {
    bench.datadog.requests.length = 0;
    await lastLook(bench.as({}));
    expect(bench.datadog.requests.filter(({ path }) => path.includes("timeseries"))).to.have.length(1);
  });

  const inside: [string, Fault][] = [
    ["null points", { kind: "nulls" }],
    ["an error inside the data of a 200", { kind: "errorsInside" }],
    ["no series at all", { kind: "answer", body: answerOf([], [], []) }],
    [
      "series without points",
      {
        kind: "answer",
        body: answerOf(
          everySeries(),
          [],
          everySeries().map(() => []),
        ),
      },
    ],
    [
      "points outside of the window only",
      {
        kind: "answer",
        body: answerOf(
          everySeries(),
          [END + BUCKET],
          everySeries().map(() => [1]),
        ),
      },
    ],
    [
      "one point each",
      {
        kind: "answer",
        body: answerOf(
          everySeries(),
          [END - BUCKET],
          everySeries().map(() => [1]),
        ),
      },
    ],
  ];
  for (const [what, fault] of [...inside, ...troubles]) {
    it(`is never a pass with ${what}, for no check of metrics`, async () => {
      bench.datadog.fault("timeseries", fault);
      const judgement = await judgedWith(bench.as({}));
      expect(judgement.verdict).to.not.equal("pass");
      const passed = verdicts(judgement).filter((line) => line.endsWith(" pass"));
      // One point is enough for what one point can show: a sum that has reached its floor, a percentile of what there is.
      const enough = what === "one point each" ? ["few pass", "jobs pass"] : [];
      expect(passed.filter((line) => !enough.includes(line))).to.deep.equal(["monitors pass"]);
    });
  }

  it("is never a pass without an answer in time", async () => {
    bench.datadog.fault("any", { kind: "hang" });
    const judgement = await judgedWith(bench.as({ timeoutMs: 60 }));
    expect(verdicts(judgement).filter((line) => line.endsWith(" pass"))).to.deep.equal([]);
  });

  for (const [what, fault] of troubles) {
    it(`is never a pass with ${what} about monitors`, async () => {
      bench.datadog.fault("monitors", fault);
      expect((await judgedWith(bench.as({}))).verdict).to.not.equal("pass");
    });
  }

  /** In place of the events of the window. */
  const events: [string, Fault][] = [
    ["a list without events", { kind: "answer", body: { meta: {} } }],
    ["events that are none", { kind: "answer", body: { data: [1] } }],
    ["an event that does not say of which monitor", eventOf({ monitor: { transition: {} } })],
    ["an event that does not say what has changed", eventOf({ monitor: { id: 1, transition: {} }, timestamp: END })],
    ["an event without a time", eventOf({ monitor: { id: 1, transition: { destination_state: "OK" } } })],
    ["pages without end", { kind: "answer", body: { data: [], meta: { page: { after: "again" } } } }],
    ["an error inside the data of a 200", { kind: "errorsInside" }],
  ];
  for (const [what, fault] of [...troubles, ...events]) {
    it(`is never a pass with ${what} about the events of the window`, async () => {
      bench.datadog.fault("eventsSearch", fault);
      const judgement = await judgedWith(bench.as({}));
      expect(judgement.verdict).to.not.equal("pass");
      expect(verdicts(judgement)).to.include("monitors inconclusive");
    });
  }

  it("is a fail with an alert in the events that nothing else tells of", async () => {
    const alert = { destination_state: "Alert", source_state: "OK", transition_type: "alert" };
    bench.datadog.fault("eventsSearch", eventOf({ timestamp: END - SECOND, monitor: { id: 2, transition: alert } }));
    expect(verdicts(await judgedWith(bench.as({})))).to.include("monitors fail");
    expect(await watchedWith(bench.as({}))).to.equal("alertedLate alerted");
  });

  it("stays a pass when the watch after the bake was quiet", async () => {
    expect(await watchedWith(bench.as({}))).to.equal("watchEnded");
  });

  for (const endpoint of ["monitors", "eventsSearch"] as const) {
    for (const [what, fault] of troubles) {
      it(`is neither confirmed nor turned by ${what} about ${endpoint} in the watch after the bake`, async () => {
        bench.datadog.fault(endpoint, fault);
        expect(await watchedWith(bench.as({}))).to.equal("watchEnded trouble");
      });
    }
  }
});

function eventOf(attributes: object): Fault {
  return { kind: "answer", body: { data: [{ attributes: { attributes } }] } };
}

/** One for each question. */
function everySeries() {
  return questionsOf(metricChecks).map((_, index) => ({ group_tags: [], query_index: index, unit: null }));
}

function answerOf(series: object[], times: number[], values: (number | null)[][]) {
  return { data: { id: "0", type: "timeseries_response", attributes: { series, times, values } } };
}
