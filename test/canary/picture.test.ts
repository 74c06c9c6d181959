// Pictures of checks: what is asked for them, that it never changes a verdict, and that what is drawn does not hide the fault.

import { expect } from "chai";
import fc from "fast-check";
import { answersWithin } from "../../src/canary/batches.ts";
import type { MetricCheck } from "../../src/canary/checks.ts";
import { drawnOf } from "../../src/canary/draw.ts";
import { judge } from "../../src/canary/judge.ts";
import { readMetrics } from "../../src/canary/measure.ts";
import { dependsOnWindow, mayAskForPicture, pictureQuestions, pictureWindow } from "../../src/canary/pictureAsk.ts";
import type { Series } from "../../src/ports/metrics.ts";
import { aComparison, aCount, aLimit, aLook, hostsNamed, MINUTE, NOON, SECOND } from "../support/build.ts";

const judged = { from: NOON, to: NOON + 5 * MINUTE };
const touchedAt = NOON - MINUTE;
const picture = { from: NOON - 3 * MINUTE, to: judged.to };
const BUCKET = 10 * SECOND;

/** From three minutes before what is judged to its end, a bucket every ten seconds; i = 0 is where it begins to be judged. */
function line(value: (i: number) => number | null | undefined, ...scope: string[]): Series {
  const points = Array.from({ length: 48 }, (_, k) => ({ at: picture.from + k * BUCKET, value: value(k - 18) }));
  return { scope, points: points.flatMap(({ at, value }) => (value === undefined ? [] : [{ at, value }])) };
}

/** Without what is asked for the picture alone. */
function cut(answers: ReadonlyMap<string, Series[]>) {
  const own = [...answers.keys()].filter((id) => !id.endsWith("/rest"));
  return answersWithin(own, judged, answers);
}

function looked(check: MetricCheck, answers: Map<string, Series[]>) {
  const reading = readMetrics(check, cut(answers), { window: judged, intervalMs: BUCKET, last: true });
  const { judgement } = judge(
    { checks: [check], canary: hostsNamed("web-01") },
    { notedAt: NOON, noted: {}, looks: [aLook([reading])] },
  );
  const [result] = judgement.results;
  if (!result) throw new Error("a check has a result");
  return { reading, result };
}

function drawn(check: MetricCheck, parts: Record<string, Series[]>) {
  const answers = new Map(Object.entries(parts).map(([part, series]) => [`${check.name}/${part}`, series]));
  const { result } = looked(check, answers);
  const within = { window: picture, intervalMs: BUCKET };
  return drawnOf(check, result, { answers, within, judged, touchedAt });
}

describe("the window of a picture", () => {
  const times = { touchedAt, forMs: 5 * MINUTE, intervalMs: BUCKET };

  it("begins half a bake before the canary was touched and ends with what is judged", () => {
    expect(pictureWindow(judged, times)).to.deep.equal({ from: touchedAt - 2.5 * MINUTE, to: judged.to });
  });

  it("never asks for so many points that they would become wider", () => {
    const long = { from: NOON, to: NOON + 60 * MINUTE };
    expect(pictureWindow(long, { ...times, forMs: 60 * MINUTE })).to.deep.equal(long);
  });

  it("stays near what is judged when the bake was begun again much later", () => {
    const { from } = pictureWindow(judged, { ...times, touchedAt: NOON - 300 * MINUTE });
    expect(from).to.equal(NOON - 5 * MINUTE);
  });

  it("is that of the question alone once the metrics service has had trouble", () => {
    const trouble = { kind: "timedOut" as const, detail: "" };
    const reading = (what: typeof trouble | null) => ({
      kind: "limit" as const,
      check: "e",
      values: [],
      trouble: what,
    });
    expect(mayAskForPicture([aLook([reading(null)])])).to.equal(true);
    expect(mayAskForPicture([aLook([reading(trouble)]), aLook([reading(null)])])).to.equal(false);
  });

  const queries: [string, boolean][] = [
    ["sum:web.jobs{service:web,host IN (web-01,web-02)} by {host}.as_count()", false],
    ["avg:web.time{x}.fill(null)", false],
    ["100 * (sum:a{x}.as_count() / sum:b{x}.rollup(sum, 60))", false],
    ["sum:a{x}.rollup(max)", true],
    ["cumsum(sum:a{x}.as_count())", true],
    ["diff(avg:a{x})", true],
    ["ewma_5(avg:a{x})", true],
    ["top(avg:a{x} by {host}, 10, 'mean', 'desc')", true],
    ["what_is_new(avg:a{x})", true],
  ];
  for (const [query, depends] of queries) {
    it(`is ${depends ? "not widened" : "widened"} for ${query}`, () =>
      expect(dependsOnWindow(query)).to.equal(depends));
  }

  it("asks about the rest of the fleet where the check itself does not", () => {
    const rest = { query: "sum:web.errors{host IN (web-03)}", share: 1 };
    const asked = pictureQuestions([aLimit({ rest }), aLimit({ name: "old" }), aComparison(), aCount()]);
    expect(asked).to.deep.equal([{ id: "errors/rest", query: rest.query }]);
  });
});

describe("points before the window", () => {
  const value = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constant(null));
  /** On any grid and at any moment, also in between. */
  const before = fc.array(fc.record({ at: fc.integer({ min: picture.from, max: NOON - 1 }), value }), {
    maxLength: 30,
  });
  const checks: [MetricCheck, string[]][] = [
    [aLimit({ alive: "max:web.up{x}" }), ["canary", "alive"]],
    [aLimit({ atMost: null, atLeast: 1, forMs: MINUTE, alive: "max:web.up{x}" }), ["canary", "alive"]],
    [aComparison(), ["canary", "baseline"]],
    [aCount(), ["errors", "total", "baselineErrors", "baselineTotal"]],
  ];
  for (const [check, parts] of checks) {
    it(`never change a reading, nor a verdict: ${check.kind}${"forMs" in check && check.forMs ? " on single points" : ""}`, () => {
      const inside = fc.array(fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }), {
        minLength: 30,
        maxLength: 30,
      });
      const heard = fc.array(fc.tuple(inside, before), { minLength: parts.length, maxLength: parts.length });
      fc.assert(
        fc.property(heard, fc.integer({ min: 0, max: 9_999 }), fc.boolean(), (rows, phase, alone) => {
          const narrow = new Map<string, Series[]>();
          const wide = new Map<string, Series[]>();
          for (const [n, [values, earlier]] of rows.entries()) {
            const points = values.flatMap((one, i) =>
              one === undefined ? [] : [{ at: NOON + phase + i * BUCKET, value: one }],
            );
            const id = `${check.name}/${parts[n]}`;
            narrow.set(id, points.length > 0 ? [{ scope: [], points }] : []);
            const groupGone = alone ? [{ scope: ["host:gone"], points: earlier }] : [];
            wide.set(id, [{ scope: [], points: [...earlier, ...points] }, ...groupGone]);
          }
          const asked = { window: judged, intervalMs: BUCKET, last: true };
          expect(readMetrics(check, cut(wide), asked)).to.deep.equal(readMetrics(check, cut(narrow), asked));
        }),
      );
    });
  }
});

describe("a picture", () => {
  const slow = aLimit({ name: "slow", aggregate: "mean", atMost: 300, unit: "ms", rest: { query: "r", share: 1 } });

  it("has at most 20 points of each side, and when the canary was touched", () => {
    const shown = drawn(slow, { canary: [line(() => 900)], rest: [line(() => 100)] });
    expect(shown?.times.length).to.equal(16);
    expect(shown).to.include({ widthMs: 30 * SECOND, touchedAt });
    expect(shown?.times[0]).to.equal(picture.from);
    expect(shown?.canary).to.deep.equal(Array(16).fill(900));
    expect(shown?.rest).to.deep.equal(Array(16).fill(100));
  });

  it("keeps the highest of what falls together against an upper limit", () => {
    const shown = drawn(slow, { canary: [line((i) => (i === 16 ? 90_000 : 1))] });
    expect(shown?.canary.filter((value) => value === 90_000)).to.have.length(1);
  });

  it("keeps the lowest against a lower one", () => {
    const idle = aLimit({ name: "idle", aggregate: "min", atMost: null, atLeast: 1 });
    const shown = drawn(idle, { canary: [line((i) => (i === 16 ? 0 : 50))] });
    expect(shown?.canary.filter((value) => value === 0)).to.have.length(1);
  });

  it("is of the group that decided, and of the rest their median", () => {
    const grouped = { ...slow, query: "avg:web.time{x} by {host}" };
    const shown = drawn(grouped, {
      canary: [line(() => 10, "host:web-01"), line(() => 900, "host:web-02")],
      rest: [line(() => 90, "host:web-03"), line(() => 100, "host:web-04"), line(() => 5_000, "host:web-05")],
    });
    expect(shown?.canary[0]).to.equal(900);
    expect(shown?.rest[0]).to.equal(100);
  });

  it("leaves a gap where nothing is known, and none where the canary was alive", () => {
    const jobs = aLimit({ name: "jobs", atMost: null, atLeast: 1, forMs: MINUTE, alive: "max:web.up{x}" });
    const silent = line((i) => (i >= 12 ? undefined : 5));
    expect(drawn(jobs, { canary: [silent] })?.canary.slice(-3)).to.deep.equal([null, null, null]);
    expect(drawn(jobs, { canary: [silent], alive: [line(() => 1)] })?.canary.slice(-3)).to.deep.equal([0, 0, 0]);
    const never = drawn(jobs, { canary: [], alive: [line(() => 1)] });
    expect(never?.canary, "alive, and never a word").to.deep.equal(Array(16).fill(0));
  });

  it("of a limit on a sum is the running total, from where it is judged", () => {
    const shown = drawn(aLimit({ rest: { query: "r", share: 0.5 } }), {
      canary: [line(() => 1)],
      rest: [line(() => 2)],
    });
    expect(shown?.times[0]).to.equal(NOON);
    expect(shown?.canary.at(-1)).to.equal(30);
    expect(shown?.rest.at(-1), "as of as many hosts").to.equal(30);
  });

  it("of a comparison has the median of what falls together", () => {
    const slower = line((i) => (i < 0 ? 10 : 40 + (i % 3)));
    const shown = drawn(aComparison(), { canary: [slower], baseline: [line((i) => 10 + (i % 3))] });
    expect(shown?.canary.slice(-2)).to.deep.equal([41, 41]);
    expect(shown?.rest.slice(-2)).to.deep.equal([11, 11]);
  });

  it("of counts has the part that failed, added up before it is divided", () => {
    const failing = line((i) => (i < 0 ? 0 : 3));
    const shown = drawn(aCount(), {
      errors: [failing],
      total: [line((i) => (i % 3 === 0 ? 80 : 5))],
      baselineErrors: [],
      baselineTotal: [line(() => 100)],
    });
    expect(shown?.canary.at(-1)).to.equal(10);
    expect(shown?.rest.at(-1)).to.equal(0);
  });

  it("of counts has fewer points where there are few requests: one of three says nothing", () => {
    const shown = drawn(aCount(), { errors: [line(() => 1)], total: [line(() => 1)], baselineTotal: [line(() => 9)] });
    expect(shown?.times.length).to.equal(4);
    expect(shown?.widthMs).to.equal(120 * SECOND);
  });

  it("is not drawn of a check that passed, nor without data", () => {
    expect(drawn(slow, { canary: [line(() => 10)] })).to.equal(null);
    expect(drawn(slow, { canary: [], rest: [line(() => 10)] })).to.equal(null);
  });

  it("is drawn without the rest of the fleet when nothing was heard of it", () => {
    expect(drawn(slow, { canary: [line(() => 900)] })?.rest).to.deep.equal(Array(16).fill(null));
  });

  it("can be drawn of whatever was heard", () => {
    const any = fc.array(fc.option(fc.integer({ min: -5, max: 1_000 }), { nil: null }), {
      minLength: 0,
      maxLength: 48,
    });
    const parts = fc.dictionary(
      fc.constantFrom("canary", "rest", "alive", "baseline", "errors", "total", "baselineErrors", "baselineTotal"),
      fc.array(fc.tuple(any, fc.constantFrom([], ["host:web-01"], ["host:web-02"])), { maxLength: 3 }),
    );
    const which = fc.constantFrom<MetricCheck>(slow, aLimit({ alive: "a{x}" }), aComparison(), aCount());
    fc.assert(
      fc.property(which, parts, (check, rows) => {
        const series = Object.entries(rows).map(([part, lines]) => [
          part,
          lines.map(([values, scope]) => line((i) => values[i + 18], ...scope)),
        ]);
        const shown = drawn(check, Object.fromEntries(series));
        if (shown === null) return;
        expect(shown.times.length).to.be.within(2, 20);
        expect([shown.canary.length, shown.rest.length]).to.deep.equal([shown.times.length, shown.times.length]);
      }),
    );
  });
});
