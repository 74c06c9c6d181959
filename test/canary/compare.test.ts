// A check that compares the canary with the rest of the fleet: from the points of both to a verdict.

import { expect } from "chai";
import type { CompareCheck } from "../../src/canary/checks.ts";
import { judge } from "../../src/canary/judge.ts";
import { readComparison, readTrouble } from "../../src/canary/measure.ts";
import type { Look } from "../../src/canary/readings.ts";
import { look as lookSchema } from "../../src/canary/readings.ts";
import type { Series } from "../../src/ports/metrics.ts";
import { aComparison, aLook, hostsNamed, MINUTE, NOON, SECOND } from "../support/build.ts";

const window = { from: NOON, to: NOON + 5 * MINUTE };
const FULL = 30;

/** A point every so many seconds; not the same one after the other. */
const line = (level: number, count = FULL, every = 10): Series[] => {
  const points = Array.from({ length: count }, (_, i) => ({
    at: NOON + i * every * SECOND,
    value: level + ((i * 7) % 5),
  }));
  return count === 0 ? [] : [{ scope: [], points }];
};
const asked = { window, intervalMs: 10 * SECOND, last: true };

function look(canary: Series[], baseline: Series[], { last = true, check = aComparison() } = {}): Look {
  const reading = readComparison(check, { canary, baseline }, { ...asked, last });
  return lookSchema.parse(JSON.parse(JSON.stringify(aLook([reading], { last }))));
}

function judged(looks: Look[], parts: Partial<CompareCheck> = {}) {
  const { certain, judgement } = judge(
    { checks: [aComparison(parts)], canary: hostsNamed("web-01") },
    { notedAt: NOON, noted: {}, looks },
  );
  const [result] = judgement.results;
  if (!result) throw new Error("a check has a result");
  return { certain, verdict: judgement.verdict, kind: result.reason.kind, result };
}

describe("a reading of both sides", () => {
  it("keeps medians and counts at every look, and the points only at the last one", () => {
    const [early] = look(line(10), line(20), { last: false }).readings;
    expect(early).to.deep.include({ canary: { median: 12, count: 30, until: window.to, points: [] } });
    const [last] = look(line(10), line(20)).readings;
    expect(last?.kind === "compare" && last.baseline.points.length).to.equal(30);
    expect(last?.kind === "compare" && last.baseline.points[1]).to.deep.equal([NOON + 10 * SECOND, 22]);
  });

  it("leaves out points without a value and buckets that have only half passed", () => {
    const points = [...(line(10)[0]?.points ?? []), { at: window.to - 5 * SECOND, value: 1000 }];
    const [reading] = look(
      [{ scope: [], points: [...points, { at: NOON - 10 * SECOND, value: 9 }] }],
      line(10),
    ).readings;
    expect(reading?.kind === "compare" && reading.canary.count).to.equal(30);
    const nulls = look([{ scope: [], points: points.map(({ at }) => ({ at, value: null })) }], line(10)).readings[0];
    expect(nulls).to.deep.include({ canary: { median: null, count: 0, until: NOON, points: [] } });
  });

  it("that has several lines for one is no reading", () => {
    expect(judged([look([...line(10), ...line(10)], line(10))])).to.include({
      verdict: "inconclusive",
      kind: "trouble",
    });
  });
});

describe("a comparison at the end of the bake", () => {
  const table: [string, Series[], Series[], Partial<CompareCheck>, string, string][] = [
    ["the canary like the rest", line(10), line(10), {}, "pass", "withinNoise"],
    ["the canary twice as high", line(20), line(10), {}, "fail", "higher"],
    ["the canary half as high", line(5), line(10), {}, "pass", "withinNoise"],
    ["the canary half as high, and lower is worse", line(5), line(10), { worse: "lower" }, "fail", "lower"],
    ["the canary half as high, and either is worse", line(5), line(10), { worse: "either" }, "fail", "lower"],
    [
      "the canary sure to be higher, but less than matters",
      line(14),
      line(10),
      { ignoreBelow: 0.5 },
      "pass",
      "tooSmall",
    ],
    ["the canary higher by more than matters", line(20), line(10), { ignoreBelow: 0.5 }, "fail", "higher"],
    ["no points of the canary", [], line(10), {}, "inconclusive", "noData"],
    ["no points of the rest", line(10), [], {}, "inconclusive", "noBaselineData"],
    ["no points at all", [], [], {}, "inconclusive", "noData"],
    ["nine points of the canary, twice as high", line(20, 9, 30), line(10), {}, "inconclusive", "tooFewPoints"],
    ["nine points of the rest", line(20), line(10, 9, 30), {}, "inconclusive", "tooFewPoints"],
    ["a canary that fell silent", line(10, 15), line(10), {}, "inconclusive", "dataStopped"],
    ["a rest that fell silent", line(10), line(10, 15), {}, "inconclusive", "dataStopped"],
    ["a canary that was bad until it fell silent", line(20, 15), line(10), {}, "fail", "higher"],
  ];
  for (const [title, canary, baseline, parts, verdict, kind] of table) {
    it(`with ${title}: ${verdict}`, () => {
      expect(judged([look(canary, baseline)], parts)).to.include({ verdict, kind, certain: true });
    });
  }

  it("tells both medians, the difference, how sure and from how many points", () => {
    const { result } = judged([look(line(20), line(10))]);
    expect(result).to.deep.include({ value: 22, baseline: 12, points: 30, window });
    expect(result.reason).to.deep.include({ kind: "higher", shift: 10, points: [30, 30] });
  });
});

describe("a comparison before the end of the bake", () => {
  it("is never certain, however bad: each look more would be a chance more for a false alarm", () => {
    const early = look(line(90), line(10), { last: false });
    expect(judged([early, early])).to.include({ verdict: "inconclusive", kind: "tooEarly", certain: false });
    expect(judged([early, look(line(10), line(10))])).to.include({ verdict: "pass", certain: true });
  });

  it("shows both medians so far", () => {
    expect(judged([look(line(90), line(10), { last: false })]).result).to.include({ value: 92, baseline: 12 });
    expect(judged([])).to.include({ kind: "notMeasured", certain: false });
  });
});

describe("a comparison that got no answer", () => {
  const silent = aLook([readTrouble(aComparison(), { kind: "timedOut", detail: "15 s" })]);

  it("does not pass, and the last look is taken again", () => {
    expect(judged([silent])).to.include({ verdict: "inconclusive", kind: "trouble", certain: false });
    expect(judged([silent, look(line(10), line(10))])).to.include({ verdict: "pass", certain: true });
    expect(judged(Array(5).fill(silent))).to.include({ verdict: "inconclusive", certain: true });
  });
});

describe("a comparison that a few far points turn around", () => {
  it("does not pass: most of the canary's points are worse", () => {
    const [rest] = line(100);
    const spiked = rest?.points.map((point, i) => (i === 4 ? { ...point, value: 10_000 } : point)) ?? [];
    const { verdict, kind } = judged([look(line(200), [{ scope: [], points: spiked }])]);
    expect({ verdict, kind }).to.deep.equal({ verdict: "inconclusive", kind: "meansDisagree" });
  });
});

describe("a comparison of points that repeat each other", () => {
  it("does not pass a canary that climbs far above the rest", () => {
    const climbing = (times: number): Series[] => {
      const points = Array.from({ length: FULL }, (_, i) => ({
        at: NOON + i * 10 * SECOND,
        value: times * (100 + i * 8),
      }));
      return [{ scope: [], points }];
    };
    const { verdict, kind } = judged([look(climbing(3), climbing(1))]);
    expect({ verdict, kind }).to.deep.equal({ verdict: "inconclusive", kind: "dependentPoints" });
  });
});
