// The canary's own points against a bound: the window as one number, stretches of buckets, and what silence means.

import { expect } from "chai";
import { judgeLimit } from "../../../src/canary/judging/limit.ts";
import type { LimitCheck, Point } from "../../../src/canary/judging/shapes.ts";

const check = (parts: Partial<LimitCheck>): LimitCheck => ({ kind: "limit", aggregate: "sum", ...parts });
/** A bucket each 20 s; `undefined` is a bucket that is not there at all. */
const points = (...values: (number | null | undefined)[]): Point[] =>
  values.flatMap((value, i) => (value === undefined ? [] : [[20 * i, value] as const]));
const alive = (count: number): Point[] => points(...Array<number>(count).fill(1));
const judged = (parts: Partial<LimitCheck>, canary: Point[], life: Point[] | null = null) => {
  const { verdict, reason, decidedAt } = judgeLimit(check(parts), canary, life);
  return { verdict, kind: reason.kind, ...(decidedAt !== undefined && { decidedAt }) };
};

describe("a bound on the window", () => {
  const values = [4, 1, null, 7, 2, 3] as const;
  const table: [string, number][] = [
    ["sum", 17],
    ["mean", 3.4],
    ["max", 7],
    ["min", 1],
    ["last", 3],
    ["p50", 3],
    ["p95", 6.4],
    ["p0", 1],
    ["p100", 7],
    ["p99.9", 6.988],
  ];
  for (const [aggregate, value] of table) {
    it(`is about ${value} with ${aggregate}; what is exactly at the bound is within it`, () => {
      const [above, below] = [value - 1e-6, value + 1e-6];
      expect(judged({ aggregate, atMost: below, atLeast: above }, points(...values)).kind).to.equal("withinLimit");
      expect(judged({ aggregate, atMost: above }, points(...values)).kind).to.equal("aboveLimit");
      expect(judged({ aggregate, atLeast: below }, points(...values)).kind).to.equal("belowLimit");
    });
  }

  it("is certainly broken with the bucket after which nothing can mend it", () => {
    const canary = points(1, 9, 1, 9, 1);
    expect(judged({ aggregate: "max", atMost: 5 }, canary).decidedAt).to.equal(40);
    expect(judged({ aggregate: "sum", atMost: 11 }, canary).decidedAt).to.equal(80);
    expect(judged({ aggregate: "min", atLeast: 2 }, canary).decidedAt).to.equal(20);
    expect(judged({ aggregate: "mean", atMost: 3 }, canary).decidedAt).to.equal(100);
    expect(judged({ aggregate: "sum", atLeast: 50 }, canary).decidedAt).to.equal(100);
  });

  it("does not need the points in order", () => {
    expect(judged({ aggregate: "last", atMost: 5 }, points(9, 9, 1).toReversed()).verdict).to.equal("pass");
  });

  it("cannot be told without data, or when the data stops on the way", () => {
    const nothing = { verdict: "inconclusive", kind: "noCanaryData" };
    for (const aggregate of ["sum", "mean", "p95"]) {
      expect(judged({ aggregate, atMost: 5 }, [])).to.deep.equal(nothing);
      expect(judged({ aggregate, atLeast: 5 }, points(null, null))).to.deep.equal(nothing);
      expect(judged({ aggregate, atMost: 5 }, points(null), points(null, null))).to.deep.equal(nothing);
    }
    const stopped = points(1, 1, 1, 1, null, null, null, null);
    expect(judged({ atMost: 5 }, stopped)).to.deep.equal({ verdict: "inconclusive", kind: "dataMissing" });
    expect(judged({ atMost: 3 }, stopped).verdict).to.equal("fail");
  });
});

describe("silence while the canary is alive", () => {
  it("is a real zero for a sum and below a floor", () => {
    expect(judged({ atMost: 5 }, [], alive(9)).verdict).to.equal("pass");
    expect(judged({ atLeast: 1 }, [], alive(9))).to.deep.equal({ verdict: "fail", kind: "stopped", decidedAt: 180 });
    expect(judged({ aggregate: "last", atLeast: 1 }, points(5, 5, 5), alive(9)).verdict).to.equal("fail");
    expect(judged({ aggregate: "mean", atLeast: 3 }, points(5, 5, 5), alive(9)).verdict).to.equal("fail");
  });

  it("does not make a mean, a maximum or a percentile look better than it is", () => {
    expect(judged({ aggregate: "mean", atMost: 3 }, points(5, 5, 5), alive(9)).verdict).to.equal("fail");
    expect(judged({ aggregate: "p95", atMost: 9 }, [], alive(9)).verdict).to.equal("inconclusive");
    expect(judged({ aggregate: "max", atMost: 9 }, points(5, 5, 5), alive(9)).kind).to.equal("dataMissing");
  });
});

describe("no jobs for 60 s", () => {
  const noJobs = { atLeast: 1, forSeconds: 60 };

  it("fails when zero is reported for so long, and is certain at the end of the third bucket of 20 s", () => {
    expect(judged(noJobs, points(3, 2, 0, 0, 0, 0))).to.deep.equal({
      verdict: "fail",
      kind: "stopped",
      decidedAt: 100,
    });
    expect(judged(noJobs, points(3, 2, 0, 0, 4, 0)).verdict).to.equal("pass");
  });

  it("fails although they have started again since", () => {
    expect(judged(noJobs, points(3, 0, 0, 0, 4, 4, 4)).decidedAt).to.equal(80);
  });

  it("fails when nothing is reported while the canary is alive", () => {
    expect(judged(noJobs, points(3, 2), alive(6)).decidedAt).to.equal(100);
    expect(judged(noJobs, points(3, 2, null, null, null, null), alive(6)).decidedAt).to.equal(100);
    expect(judged(noJobs, points(3, 2, undefined, undefined, undefined, 2), alive(6)).decidedAt).to.equal(100);
    expect(judged(noJobs, [], alive(6)).decidedAt).to.equal(60);
    expect(
      judged(
        noJobs,
        [
          [80, 2],
          [100, 2],
        ],
        alive(6),
      ).decidedAt,
    ).to.equal(60);
  });

  it("cannot be told when nothing was heard of the canary at all for so long", () => {
    const hole = points(3, 2, undefined, undefined, undefined, 2);
    for (const [canary, life] of [
      [hole, null],
      [hole, points(1, 1)],
      [points(3, null, null, null), null],
    ] as const) {
      expect(judged(noJobs, canary, life && [...life])).to.deep.equal({ verdict: "inconclusive", kind: "dataMissing" });
    }
    expect(judged(noJobs, [], points(null, null, null))).to.deep.equal({
      verdict: "inconclusive",
      kind: "noCanaryData",
    });
  });

  it("cannot be told when what is not known may have made the stretch long enough", () => {
    expect(judged(noJobs, points(3, 0, 0, null, 3, 3)).kind).to.equal("dataMissing");
    expect(judged(noJobs, points(3, 0, null, 3, 3, 3)).verdict).to.equal("pass");
  });

  it("cannot be told from points that span less", () => {
    expect(judged(noJobs, points(3, 2)).kind).to.equal("tooFewPoints");
  });

  it("is found with a companion of another resolution", () => {
    const minutes: Point[] = [
      [0, 1],
      [60, 1],
      [120, 1],
      [180, 1],
    ];
    expect(judged(noJobs, points(3, 2, 1), minutes).decidedAt).to.equal(120);
    const tens = Array.from({ length: 20 }, (_, i) => [10 * i, 1] as const);
    expect(judged(noJobs, points(3, 2, 1, 4, 3, 2, 4, 5, 3, 2), tens).verdict).to.equal("pass");
  });

  it("is not read into a hole of years between two points", () => {
    const canary: Point[] = [
      [0, 0],
      [20, 0],
      [1e9, 0],
      [1e9 + 20, 0],
    ];
    expect(judged(noJobs, canary)).to.deep.equal({ verdict: "inconclusive", kind: "dataMissing" });
  });

  it("takes points that come a little late for what they are", () => {
    expect(
      judged(
        noJobs,
        [
          [0, 2],
          [19, 1],
          [41, 2],
          [62, 1],
          [80, 3],
        ],
        alive(5),
      ).verdict,
    ).to.equal("pass");
  });
});

describe("too high for 60 s", () => {
  const tooHigh = { aggregate: "mean", atMost: 100, forSeconds: 60 };

  it("fails after so many buckets on end, and not for single ones", () => {
    expect(judged(tooHigh, points(90, 120, 120, 90, 120, 130, 150, 90))).to.deep.equal({
      verdict: "fail",
      kind: "aboveLimit",
      decidedAt: 140,
    });
    expect(judged(tooHigh, points(90, 900, 900, 90, 900, 900, 90)).verdict).to.equal("pass");
  });
});
