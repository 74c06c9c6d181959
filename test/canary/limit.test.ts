// A check on the canary's own metric against a bound: from points to a number, from numbers to a verdict.

import { expect } from "chai";
import { judge } from "../../src/canary/judge.ts";
import { type LimitReading, type Look, limitReading } from "../../src/canary/readings.ts";
import { readLimit } from "../../src/canary/readLimit.ts";
import type { Series } from "../../src/ports/metrics.ts";
import { aLimit, aLook, aReading, hostsNamed, MINUTE, NOON, SECOND } from "../support/build.ts";

const window = { from: NOON, to: NOON + MINUTE };
const within = { window, intervalMs: 10 * SECOND };

/** Points by their second after noon. */
const series = (points: Record<number, number | null>, ...scope: string[]): Series => ({
  scope,
  points: Object.entries(points).map(([second, value]) => ({ at: NOON + Number(second) * SECOND, value })),
});
const heard = (...canary: Series[]) => ({ canary, alive: [] });
const read = (all: Series[], aggregate = "sum") =>
  readLimit(aLimit({ aggregate }), heard(...all), within).values.map(({ scope, value, points }) => ({
    scope,
    value,
    points,
  }));

describe("a number read from points", () => {
  const points = { 0: 4, 10: 1, 20: null, 30: 7, 40: 2, 50: 3 };
  const expected = { sum: 17, mean: 3.4, max: 7, min: 1, last: 3, p50: 3, p75: 4, p100: 7 };
  for (const [aggregate, value] of Object.entries(expected)) {
    it(`is ${value} as their ${aggregate}; a point without a value is not zero`, () => {
      expect(read([series(points)], aggregate)).to.deep.equal([{ scope: "", value, points: 5 }]);
    });
  }

  it("leaves out the bucket that has only half passed, and those outside of the window", () => {
    expect(
      read([series({ "-10": 100, 0: 1, 10: 1, 20: 1, 30: 1, 40: 1, 50: 1, 55: 100, 60: 100 })])[0]?.value,
    ).to.equal(6);
  });

  it("leaves out the last bucket when the service has made the buckets wider than was asked", () => {
    const wide = { window: { from: NOON, to: NOON + 3.5 * MINUTE }, intervalMs: 10 * SECOND };
    const found = readLimit(aLimit(), heard(series({ 0: 1, 60: 1, 120: 1, 180: 100 })), wide);
    expect(found.values[0]).to.include({ value: 3, points: 3, until: NOON + 3 * MINUTE });
  });

  it("leaves it out too when the query itself makes them wider, whatever other queries in the answer have", () => {
    const wide = { window: { from: NOON, to: NOON + 3.5 * MINUTE }, intervalMs: 10 * SECOND };
    const query = "max:web.lag{host IN (web-01)}.rollup(max, 60).fill(null)";
    const times = { 0: 1, 10: null, 20: null, 60: 1, 70: null, 120: 1, 130: null, 180: 100, 200: null };
    const found = readLimit(aLimit({ query }), heard(series(times)), wide);
    expect(found.values[0]).to.include({ value: 3, points: 3, until: NOON + 3 * MINUTE });
  });

  it("counts a burst after a long silence: the silence does not make its bucket look unfinished", () => {
    expect(read([series({ 0: 1, 50: 500 })])[0]?.value).to.equal(501);
    expect(read([series({ 10: 1 }), series({ 50: 500 }, "host:web-02")]).map(({ value }) => value)).to.deep.equal([
      1, 500,
    ]);
  });

  it("is not there when every point is null, outside, or there is none", () => {
    const nothing: Record<number, number | null>[] = [{}, { 0: null, 10: null }, { "-10": 3, 55: 3, 60: 3 }];
    for (const none of nothing) expect(read([series(none)])).to.deep.equal([]);
  });

  it("is one per group", () => {
    expect(read([series({ 0: 1 }, "host:web-01"), series({ 0: 2 }, "host:web-02", "queue:mail")])).to.deep.equal([
      { scope: "host:web-01", value: 1, points: 1 },
      { scope: "host:web-02, queue:mail", value: 2, points: 1 },
    ]);
  });
});

const canary = hostsNamed("web-01", "web-02");
const early = { last: false };
const trouble: LimitReading = {
  kind: "limit",
  check: "errors",
  values: [],
  trouble: { kind: "timedOut", detail: "15 s" },
};

type Value = Parameters<typeof aReading>[0];

/** A last look, or an early one, that saw these values. */
const at = (value: Value, parts = {}) => ({ value, parts });
type Seen = Look | ReturnType<typeof at>;

function judged(parts: Parameters<typeof aLimit>[0], ...seen: Seen[]) {
  const check = aLimit(parts);
  const looks = seen.map((one) => ("value" in one ? aLook([aReading(one.value, check)], one.parts) : one));
  const { certain, judgement } = judge({ checks: [check], canary }, { notedAt: NOON, noted: {}, looks });
  const result = judgement.results[0];
  return { certain, verdict: judgement.verdict, reason: result?.reason, value: result?.value, scope: result?.scope };
}

describe("a limit at the end of the bake", () => {
  const table: [string, Parameters<typeof aLimit>[0], number | null, string, string][] = [
    ["at most 5, and it was 5", { atMost: 5 }, 5, "pass", "withinLimit"],
    ["at most 5, and it was 5.01", { atMost: 5 }, 5.01, "fail", "aboveLimit"],
    ["at least 1, and it was 1", { atMost: null, atLeast: 1 }, 1, "pass", "withinLimit"],
    ["at least 1, and it was 0", { atMost: null, atLeast: 1 }, 0, "fail", "belowLimit"],
    ["from 1 to 5, and it was 3", { atMost: 5, atLeast: 1 }, 3, "pass", "withinLimit"],
    ["from 1 to 5, and it was 0.9", { atMost: 5, atLeast: 1 }, 0.9, "fail", "belowLimit"],
    ["at most 0, and it was 0", { atMost: 0 }, 0, "pass", "withinLimit"],
    ["at most 5, and nothing was reported", { atMost: 5 }, null, "inconclusive", "noData"],
    ["at least 0, and nothing was reported", { atMost: null, atLeast: 0 }, null, "inconclusive", "noData"],
  ];
  for (const [title, parts, value, verdict, kind] of table) {
    it(`of ${title}: ${verdict}`, () => {
      const result = judged(parts, at(value));
      expect({ verdict: result.verdict, kind: result.reason?.kind, certain: result.certain }).to.deep.equal({
        verdict,
        kind,
        certain: true,
      });
    });
  }

  it("fails when one group is beyond it, and names that group", () => {
    const result = judged({}, at({ "host:web-01": 0, "host:web-02": 9 }));
    expect(result).to.include({ verdict: "fail", scope: "host:web-02", value: 9 });
  });

  it("shows the group that came nearest when all are within it", () => {
    const result = judged({}, at({ "host:web-01": 1, "host:web-02": 4 }));
    expect(result).to.include({ verdict: "pass", scope: "host:web-02", value: 4 });
  });

  it("cannot be told when a canary host says nothing in a query by host", () => {
    const result = judged({}, at({ "host:web-01, queue:mail": 0 }));
    expect(result).to.include({ verdict: "inconclusive" });
    expect(result.reason).to.deep.equal({ kind: "hostsWithoutData", hosts: ["web-02"] });
  });

  it("fails rather than cannot tell when one host is silent and another is beyond it", () => {
    expect(judged({}, at({ "host:web-01": 9 })).verdict).to.equal("fail");
  });

  it("needs no data by host when the query is grouped by something else, or not at all", () => {
    expect(judged({}, at({ "queue:mail": 0 })).verdict).to.equal("pass");
  });

  it("does not pass without a reading of its own", () => {
    expect(judged({}, aLook([aReading(0, aLimit({ name: "another" }))]))).to.include({
      verdict: "inconclusive",
      certain: true,
    });
  });
});

describe("a limit before the end of the bake", () => {
  const table: [string, "above" | "below", boolean][] = [
    ["sum", "above", true],
    ["sum", "below", false],
    ["mean", "above", false],
    ["mean", "below", false],
    ["max", "above", true],
    ["max", "below", false],
    ["min", "above", false],
    ["min", "below", true],
    ["p95", "above", false],
    ["p95", "below", false],
    ["last", "above", true],
    ["last", "below", true],
  ];
  for (const [aggregate, side, certain] of table) {
    it(`whose ${aggregate} is ${side} it ${certain ? "has certainly failed" : "may still come right"}`, () => {
      const result = judged({ aggregate, atMost: 5, atLeast: 1 }, at(side === "above" ? 9 : 0, early));
      expect(result).to.include({ certain, verdict: certain ? "fail" : "inconclusive" });
    });
  }

  it("that was broken certainly stays broken, however good the last look is", () => {
    expect(judged({}, at(9, early), at(0)).verdict).to.equal("fail");
  });

  it("that came right by the end passes", () => {
    const result = judged({ aggregate: "mean" }, at(9, early), at(3));
    expect(result).to.include({ verdict: "pass", value: 3 });
  });

  it("is never certain to pass, nor certain to lack data", () => {
    for (const value of [0, null]) {
      const result = judged({}, at(value, early));
      expect(result).to.include({ certain: false, verdict: "inconclusive" });
    }
    expect(judged({})).to.include({ certain: false, verdict: "inconclusive" });
  });
});

describe("a metrics service in trouble", () => {
  const times = (count: number) => Array.from({ length: count }, () => aLook([trouble]));

  it("never makes a check pass, and its last look is taken again, at most five times", () => {
    expect(judged({}, ...times(4))).to.include({ certain: false, verdict: "inconclusive" });
    const result = judged({}, ...times(5));
    expect(result).to.include({ certain: true, verdict: "inconclusive" });
    expect(result.reason).to.deep.equal({ kind: "trouble", trouble: "timedOut", detail: "15 s" });
  });

  it("is forgotten once a last look is answered", () => {
    expect(judged({}, ...times(3), at(0))).to.include({ certain: true, verdict: "pass" });
  });

  it("in the middle of the bake costs nothing", () => {
    expect(judged({}, aLook([trouble], early), at(0)).verdict).to.equal("pass");
  });
});

describe("the verdict of all checks", () => {
  const checks = [aLimit(), aLimit({ name: "latency" })];
  const all = (errors: number | null, latency: number | null) =>
    judge(
      { checks, canary },
      { notedAt: NOON, noted: {}, looks: [aLook([aReading(errors), aReading(latency, checks[1])])] },
    ).judgement.verdict;

  it("is a fail with one fail, whatever the others say", () => {
    expect([all(9, 0), all(0, 9), all(9, null), all(9, 9)]).to.deep.equal(["fail", "fail", "fail", "fail"]);
  });

  it("is a pass only when every check passes", () => {
    expect([all(0, 0), all(0, null), all(null, null)]).to.deep.equal(["pass", "inconclusive", "inconclusive"]);
  });

  it("has a result for every check, also when one has decided early", () => {
    const { judgement, certain } = judge(
      { checks, canary },
      { notedAt: NOON, noted: {}, looks: [aLook([aReading(9), aReading(2, checks[1])], early)] },
    );
    expect(certain).to.equal(true);
    expect(judgement.results.map(({ check, reason }) => `${check} ${reason.kind}`)).to.deep.equal([
      "errors aboveLimit",
      "latency tooEarly",
    ]);
  });

  it("without checks is never a pass", () => {
    const { judgement } = judge({ checks: [], canary }, { notedAt: NOON, noted: {}, looks: [aLook([])] });
    expect(judgement).to.deep.equal({ verdict: "inconclusive", results: [] });
  });
});

/** A whole bake: points every ten seconds from noon, by their number; what is left out was not reported. */
const bake = { window: { from: NOON, to: NOON + 5 * MINUTE }, intervalMs: 10 * SECOND };
const every = (value: (i: number) => number | null | undefined, ...scope: string[]): Series => ({
  scope,
  points: Array.from({ length: 30 }, (_, i) => ({ at: NOON + i * 10 * SECOND, value: value(i) })).flatMap((point) =>
    point.value === undefined ? [] : [{ at: point.at, value: point.value }],
  ),
});

function measured(
  parts: Parameters<typeof aLimit>[0],
  points: Series[],
  { alive = [], ...look }: { alive?: Series[]; last?: boolean } = {},
) {
  const check = aLimit(parts);
  const reading = limitReading.parse(JSON.parse(JSON.stringify(readLimit(check, { canary: points, alive }, bake))));
  return judged(parts, aLook([reading], look));
}

describe("a canary that falls silent during the bake", () => {
  const until = (minutes: number) => [every((i) => (i < minutes * 6 ? 0 : undefined))];

  it("is not well, however good its numbers were until then", () => {
    const result = measured({ atMost: 5 }, until(1));
    expect(result).to.deep.include({ certain: true, verdict: "inconclusive" });
    expect(result.reason).to.deep.equal({ kind: "dataStopped", at: NOON + MINUTE });
  });

  it("has failed when its numbers were bad until then", () => {
    expect(measured({ atMost: null, atLeast: 1 }, until(1)).verdict).to.equal("fail");
  });

  it("may have its last points late: the last third of the bake is enough", () => {
    expect(measured({ atMost: 5 }, until(3.5)).verdict).to.equal("pass");
  });
});

describe("a limit on single points that is broken for a while", () => {
  const jobs = { atMost: null, atLeast: 1, forMs: MINUTE };
  const stopsAt = (from: number, to = 30) => [every((i) => (i >= from && i < to ? 0 : 3))];

  it("fails as soon as that is long enough, and says from when", () => {
    const result = measured(jobs, stopsAt(10), early);
    expect(result).to.include({ verdict: "fail", certain: true });
    expect(result.reason).to.deep.equal({ kind: "stopped", from: NOON + 100 * SECOND, lastedMs: 200 * SECOND });
  });

  it("fails although it came right again", () => {
    expect(measured(jobs, stopsAt(10, 16)).verdict).to.equal("fail");
  });

  it("passes while no break is long enough", () => {
    const result = measured(jobs, stopsAt(10, 15));
    expect(result).to.deep.include({ verdict: "pass", value: 0 });
    expect(result.reason).to.deep.equal({ kind: "withinLimit", silent: 0, lastedMs: MINUTE });
  });

  it("cannot be told when nothing is known for as long", () => {
    const hole = (from: number, to: number) => [every((i) => (i >= from && i < to ? undefined : 3))];
    expect(measured(jobs, hole(10, 16)).reason).to.deep.equal({
      kind: "dataMissing",
      from: NOON + 100 * SECOND,
      to: NOON + 160 * SECOND,
    });
    expect(measured(jobs, hole(0, 6)).verdict, "at the beginning").to.equal("inconclusive");
    expect(measured(jobs, hole(24, 30)).reason).to.deep.equal({ kind: "dataStopped", at: NOON + 4 * MINUTE });
    expect(measured(jobs, hole(10, 15)).verdict, "a shorter one").to.equal("pass");
  });

  it("above it counts as well", () => {
    const result = measured({ atMost: 5, forMs: MINUTE }, [every((i) => (i < 6 ? 9 : 1))], early);
    expect(result).to.deep.include({ verdict: "fail", value: 9 });
    const beyond = { points: 6, from: NOON, to: NOON + MINUTE };
    expect(result.reason).to.deep.equal({ kind: "aboveLimit", silent: 0, lastedMs: MINUTE, beyond });
  });

  it("is looked for on each host", () => {
    const result = measured(jobs, [every(() => 3, "host:web-01"), every((i) => (i < 20 ? 3 : 0), "host:web-02")]);
    expect(result).to.include({ verdict: "fail", scope: "host:web-02" });
  });
});

describe("a limit with a companion that shows who is alive", () => {
  const alive = [every(() => 1, "host:web-01"), every(() => 1, "host:web-02")];
  const errors = { atMost: 5, alive: "max:web.up{host IN (web-01,web-02)} by {host}.fill(null)" };
  const jobs = { ...errors, atMost: null, atLeast: 1 };

  it("takes silence of a host that is alive for zero: a count that reports nothing while all is well", () => {
    expect(measured(errors, [], { alive })).to.include({ verdict: "pass", value: 0 });
    expect(measured(errors, [every((i) => (i === 3 ? 2 : undefined), "host:web-01")], { alive }).verdict).to.equal(
      "pass",
    );
    expect(measured(errors, [every((i) => (i < 3 ? 2 : undefined), "host:web-01")], { alive }).verdict).to.equal(
      "fail",
    );
  });

  it("takes it for a stop when something has to happen, although nothing was ever reported", () => {
    const result = measured(jobs, [every(() => 2, "host:web-01")], { alive });
    expect(result).to.include({ verdict: "fail", scope: "host:web-02" });
    expect(result.reason?.kind).to.equal("stopped");
  });

  it("finds a stop in the middle of the bake, by silence alone", () => {
    const silent = [every((i) => (i < 20 ? 3 : undefined), "host:web-01"), every(() => 3, "host:web-02")];
    const result = measured({ ...jobs, forMs: MINUTE }, silent, { alive, ...early });
    expect(result).to.include({ verdict: "fail", scope: "host:web-01" });
    expect(result.reason).to.deep.equal({ kind: "stopped", from: NOON + 200 * SECOND, lastedMs: 100 * SECOND });
  });

  it("cannot tell of a host that is not alive either, and names it", () => {
    const [first = every(() => 1)] = alive;
    const result = measured(errors, [], { alive: [first] });
    expect(result.reason).to.deep.equal({ kind: "hostsWithoutData", hosts: ["web-02"] });
    expect(measured(errors, [], { alive: [] }).reason).to.deep.equal({ kind: "noData" });
  });

  it("cannot tell of a host that died on the way: that is not a stop of the metric", () => {
    const dies = (...scope: string[]) => every((i) => (i < 10 ? 1 : undefined), ...scope);
    const [, second = every(() => 1)] = alive;
    const result = measured({ ...jobs, forMs: MINUTE }, [dies("host:web-01"), every(() => 3, "host:web-02")], {
      alive: [dies("host:web-01"), second],
    });
    expect(result).to.deep.include({ verdict: "inconclusive", scope: "host:web-01" });
    expect(result.reason).to.deep.equal({ kind: "dataStopped", at: NOON + 100 * SECOND });
  });

  it("takes one companion without groups for all", () => {
    const one = { ...errors, alive: "max:web.up{host IN (web-01,web-02)}.fill(null)" };
    expect(measured(one, [], { alive: [every(() => 1)] })).to.include({ verdict: "pass" });
  });
});

describe("readings that an older version has kept", () => {
  const old = {
    kind: "limit",
    check: "errors",
    values: [{ scope: "", value: 0, points: 4, until: NOON }],
    trouble: null,
  };

  it("can be read, and pass nothing", () => {
    const reading = limitReading.parse(old);
    const result = judged({}, aLook([reading], early), aLook([reading]));
    expect(result).to.deep.include({ verdict: "inconclusive", reason: { kind: "notMeasured" } });
  });
});
