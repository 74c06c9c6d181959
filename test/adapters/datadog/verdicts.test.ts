// From Datadog's answer to the verdict, for every kind of check at once: whatever Datadog answers, a canary passes only when each of them saw that it is well.

import { expect } from "chai";
import type { Fault } from "../../../playground/datadog/server.ts";
import type { Check, MetricCheck } from "../../../src/canary/checks.ts";
import { judge } from "../../../src/canary/judge.ts";
import { questionsOf, readMetrics, readTrouble } from "../../../src/canary/measure.ts";
import type { Look, MonitorsReading } from "../../../src/canary/readings.ts";
import type { Judgement } from "../../../src/canary/verdict.ts";
import type { Metrics, Window } from "../../../src/ports/metrics.ts";
import { watchedOf } from "../../../src/runner/perform/note.ts";
import { aComparison, aCount, aLimit, aMonitorsCheck, hostsNamed } from "../../support/build.ts";
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
  const monitors = await metrics.monitors({ tags: ["service:web"] }, unhurried);
  const watched: MonitorsReading = monitors.ok
    ? { kind: "monitors", check: "monitors", watched: watchedOf(monitors.value), trouble: null }
    : {
        kind: "monitors",
        check: "monitors",
        watched: [],
        trouble: { kind: monitors.trouble, detail: monitors.detail },
      };
  const readings = metricChecks.map((check) =>
    answer.ok
      ? readMetrics(check, answer.value, { window, intervalMs: BUCKET, last: true })
      : readTrouble(check, { kind: answer.trouble, detail: answer.detail }),
  );
  return { at: END + 60 * SECOND, window, last: true, readings: [...readings, watched] };
}

async function judgedWith(metrics: Metrics): Promise<Judgement> {
  const look = await lastLook(metrics);
  // As often as it is tried.
  const looks = Array.from({ length: 5 }, () => look);
  const { certain, judgement } = judge(
    { checks, canary: hostsNamed("web-01") },
    { notedAt: END - 400_000, noted: {}, looks },
  );
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
});

/** One for each question. */
function everySeries() {
  return questionsOf(metricChecks).map((_, index) => ({ group_tags: [], query_index: index, unit: null }));
}

function answerOf(series: object[], times: number[], values: (number | null)[][]) {
  return { data: { id: "0", type: "timeseries_response", attributes: { series, times, values } } };
}
