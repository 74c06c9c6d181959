// The canary against the rest of the fleet: as Kayenta's judge classifies independent points, and better where that judge is wrong.

import { expect } from "chai";
import fc from "fast-check";
import { judgeCompare } from "../../../src/canary/judging/compare.ts";
import type { CompareCheck } from "../../../src/canary/judging/shapes.ts";
import { kayenta } from "./kayenta.ts";
import { lognormal, many, type Random, seeded, wandering } from "./random.ts";

const check = (worse: CompareCheck["worse"] = "higher"): CompareCheck => ({
  kind: "compare",
  worse,
  tolerance: 0.25,
  confidence: 0.98,
});
const DIRECTIONS = ["higher", "lower", "either"] as const;

/** Shapes of metrics; `k` says how much worse. */
const SHAPES: Record<string, (random: Random, k: number) => () => number> = {
  latencies: (random, k) => () => Math.exp(0.3 * random.normal()) * (1 + k),
  "skewed latencies": (random, k) => () => Math.exp(1.2 * random.normal()) * (1 + 2 * k),
  "a gauge around 100": (random, k) => () => 100 + 10 * random.normal() + 12 * k,
  "a part of 1": (random, k) => () => 0.2 * (random.uniform() + 0.4 * k + 0.5),
  "whole numbers": (random, k) => () => random.poisson(3 + 3 * Math.max(k, 0)),
  "mostly zero": (random, k) => () => random.poisson(0.2 + 0.6 * Math.max(k, 0)),
  "zero, when well": (random, k) => () => random.poisson(Math.max(k, 0)),
  "latencies with spikes": (random, k) => () => 100 + 5 * (k + random.normal()) + (random.uniform() < 0.05 ? 500 : 0),
};

describe("comparing the canary with the rest", () => {
  for (const [name, draw] of Object.entries(SHAPES)) {
    it(`says what Kayenta's judge says about ${name}, from 10 points on`, () => {
      const random = seeded(1_000);
      const different: unknown[] = [];
      let failed = 0;
      for (let run = 0; run < 400; run++) {
        const k = [-0.4, 0, 0.3, 0.6, 1, 1.5][run % 6] ?? 0;
        const x = many(random.whole(10, run % 2 ? 30 : 200), draw(random, k));
        const y = many(random.whole(10, run % 3 ? 40 : 200), draw(random, 0));
        const worse = DIRECTIONS[random.whole(0, 2)] ?? "either";
        const { verdict, reason, shift = 0, interval = [0, 0] } = judgeCompare(check(worse), x, y);
        const theirs = kayenta(x, y, worse);
        if (theirs !== "pass") failed++;
        // On the very edge of the tolerance a root finder's last digit decides.
        const edge = interval.some((end) => Math.abs(Math.abs(end) - 0.25 * Math.abs(shift)) <= 1e-9 * Math.abs(end));
        const agreed =
          verdict === "fail" ? reason.kind === { high: "higher", low: "lower", pass: "" }[theirs] : theirs === "pass";
        if (!agreed && !edge) different.push({ run, worse, theirs, reason });
      }
      expect(failed).to.be.greaterThan(10);
      // Independent points look as if they followed one another in one pair of a few hundred, and rarely does that matter.
      expect(different.length, JSON.stringify(different)).to.be.at.most(1);
    });
  }

  it("says the same in every unit", () => {
    const random = seeded(77);
    for (let run = 0; run < 300; run++) {
      const shape = Object.values(SHAPES)[run % Object.keys(SHAPES).length] as (typeof SHAPES)[string];
      const x = many(random.whole(10, 40), shape(random, (run % 5) / 4));
      const y = many(random.whole(10, 40), shape(random, 0));
      const said = [1, 1e-9, 1e9, 2 ** -30].map((unit) => {
        const by = (values: number[]) => values.map((value) => value * unit);
        const { verdict, reason, p, effect = 0, shift = 0 } = judgeCompare(check("either"), by(x), by(y));
        return { verdict, kind: reason.kind, p, effect: effect.toPrecision(10), shift: (shift / unit).toFixed(6) };
      });
      for (const other of said) expect(other).to.deep.equal(said[0]);
    }
  });

  it("says the opposite when the sides are exchanged", () => {
    const sample = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 10, maxLength: 30 });
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        const one = judgeCompare(check("higher"), x, y);
        const other = judgeCompare(check("lower"), y, x);
        expect(one.verdict).to.equal(other.verdict);
      }),
    );
  });

  it("fails only in the direction that is worse", () => {
    const [high, low] = [many(12, lognormal(seeded(1), 0.1)).map((v) => v * 2), many(12, lognormal(seeded(2), 0.1))];
    expect(DIRECTIONS.map((worse) => judgeCompare(check(worse), high, low).verdict)).to.deep.equal([
      "fail",
      "pass",
      "fail",
    ]);
    expect(DIRECTIONS.map((worse) => judgeCompare(check(worse), low, high).verdict)).to.deep.equal([
      "pass",
      "fail",
      "fail",
    ]);
  });

  it("fails below zero as well, where a ratio of means says nothing", () => {
    const draw = seeded(9).normal;
    expect(
      judgeCompare(
        check(),
        many(30, () => draw() + 5),
        many(30, () => draw() - 5),
      ).reason.kind,
    ).to.equal("higher");
    expect(
      judgeCompare(
        check(),
        many(30, () => draw() - 20),
        many(30, () => draw() - 40),
      ).reason.kind,
    ).to.equal("higher");
  });
});

describe("comparing too little", () => {
  const points = (count: number, value = 10) => many(count, lognormal(seeded(count), 0.2)).map((v) => v * value);

  it("cannot be told with fewer than 10 points on a side, however far they are apart", () => {
    for (const [canary, baseline] of [
      [9, 40],
      [40, 9],
      [1, 1],
      [2, 2],
      [3, 3],
    ] as const) {
      const { verdict, reason } = judgeCompare(check("either"), points(canary, 1000), points(baseline));
      expect([verdict, reason.kind]).to.deep.equal(["inconclusive", "tooFewPoints"]);
    }
    expect(judgeCompare(check(), points(10, 1000), points(10)).verdict).to.equal("fail");
  });

  it("does not count points without a value", () => {
    const canary = [...points(9, 1000), null, null, Number.NaN];
    expect(judgeCompare(check(), canary, points(20)).reason).to.deep.include({ kind: "tooFewPoints", points: 9 });
  });

  it("tells no data of the canary from no data of the rest", () => {
    expect(judgeCompare(check(), [null, null], points(20)).reason.kind).to.equal("noCanaryData");
    expect(judgeCompare(check(), points(20), [null]).reason.kind).to.equal("noBaselineData");
    expect(judgeCompare(check(), [], []).reason.kind).to.equal("noCanaryData");
  });

  it("cannot be told when so many points can never be as sure as asked", () => {
    const sure = { ...check("either"), confidence: 0.99999 };
    const { verdict, reason, interval } = judgeCompare(sure, points(10, 1000), points(10));
    expect([verdict, reason.kind, interval]).to.deep.equal(["inconclusive", "tooFewPoints", undefined]);
  });
});

describe("comparing values that do not vary", () => {
  const same = (value: number, count = 12) => many(count, () => value);

  it("passes when both are the same", () => {
    expect(judgeCompare(check("either"), same(5), same(5, 20))).to.deep.include({ verdict: "pass", p: 1, shift: 0 });
    expect(judgeCompare(check("either"), same(0), same(0)).reason.kind).to.equal("identical");
  });

  it("fails when the canary's is another, in the direction that is worse, the same at every call", () => {
    const told = judgeCompare(check("higher"), same(15), same(5));
    expect(told).to.deep.include({ verdict: "fail", shift: 10, interval: [10, 10], effect: 3 });
    expect(judgeCompare(check("higher"), same(15), same(5))).to.deep.equal(told);
    expect(judgeCompare(check("lower"), same(15), same(5)).verdict).to.equal("pass");
    expect(judgeCompare(check("higher"), same(1), same(0)).verdict).to.equal("fail");
  });
});

describe("comparing gauges that wander", () => {
  it("does not take a chance distance for a difference, and says why", () => {
    const random = seeded(40);
    const kinds = Array.from({ length: 200 }, () => {
      const [x, y] = [0, 0].map(() => wandering(random, 40, 0.9).map((value) => 100 + 10 * value)) as [
        number[],
        number[],
      ];
      return { theirs: kayenta(x, y, "either"), ours: judgeCompare(check("either"), x, y) };
    });
    const apart = kinds.filter(({ theirs }) => theirs !== "pass");
    expect(apart.length).to.be.greaterThan(60);
    const held = apart.filter(({ ours }) => ours.reason.kind === "dependentPoints");
    expect(held.length / apart.length).to.be.greaterThan(0.95);
    expect(held.map(({ ours }) => ours.verdict)).to.not.include("fail");
    expect(held.filter(({ ours }) => ours.verdict === "pass").length / held.length).to.be.greaterThan(0.9);
  });

  it("cannot tell a large difference of points that repeat each other from luck, and does not let it pass", () => {
    const steady = Array.from({ length: 26 }, (_, i) => 100 + i * 8);
    const climbing = steady.map((value) => value * 3);
    const told = judgeCompare(check("higher"), climbing, steady);
    expect(told)
      .to.deep.include({ verdict: "inconclusive" })
      .and.have.nested.property("reason.kind", "dependentPoints");
    expect(judgeCompare(check("lower"), climbing, steady).verdict).to.equal("pass");
  });
});

describe("comparing points of which a few are far away", () => {
  it("says that means and ranks disagree, as Kayenta's rule lets it pass", () => {
    const canary = Array.from({ length: 15 }, (_, i) => 200 + ((i * 7) % 5));
    const baseline = canary.map((value, i) => (i === 4 ? 10_000 : value - 100));
    expect(judgeCompare(check("higher"), canary, baseline))
      .to.deep.include({ verdict: "pass" })
      .and.have.nested.property("reason.kind", "meansDisagree");
  });
});
