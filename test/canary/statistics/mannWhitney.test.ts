// The Mann-Whitney test beside scipy's numbers, its shift and interval beside all differences written down, and what has to hold for any data.

import { expect } from "chai";
import fc from "fast-check";
import { intervalOf, pValue, shiftOf, sortBoth } from "../../../src/canary/statistics/mannWhitney.ts";
import reference from "../../fixtures/judge/mann-whitney.json" with { type: "json" };
import { lognormal, many, seeded } from "../judging/random.ts";

type Sample = number[] | { ramp: number[] };
function valuesOf(sample: Sample): number[] {
  if (Array.isArray(sample)) return sample;
  const [first = 0, step = 0, count = 0] = sample.ramp;
  return Array.from({ length: count }, (_, i) => first + step * i);
}
const cases = reference as { name: string; x: Sample; y: Sample; p: number; shift: number }[];

describe("the Mann-Whitney test", () => {
  it(`gives the p of scipy, relatively within 1e-9, in all of ${cases.length} cases`, () => {
    const wrong = cases.flatMap(({ name, x, y, p }) => {
      const ours = pValue(sortBoth(valuesOf(x), valuesOf(y)));
      return Math.abs(ours - p) <= 1e-9 * p ? [] : [{ name, ours, p }];
    });
    expect(wrong).to.deep.equal([]);
    expect(Math.min(...cases.map(({ p }) => p).filter((p) => p > 0))).to.be.lessThan(1e-200);
  });

  it("gives the very median of all differences as numpy does", () => {
    const wrong = cases.flatMap(({ name, x, y, shift }) => {
      const ours = shiftOf(sortBoth(valuesOf(x), valuesOf(y)));
      return ours === shift ? [] : [{ name, ours, shift }];
    });
    expect(wrong).to.deep.equal([]);
  });

  it("shifts the placenta permeabilities of Hollander and Wolfe by 0.305, as their book says", () => {
    const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const weeks = [1.15, 0.88, 0.9, 0.74, 1.21];
    expect(shiftOf(sortBoth(term, weeks))).to.be.closeTo(0.305, 1e-12);
  });

  it("finds the shift and interval of samples too large to write all differences down", () => {
    const random = seeded(5);
    const x = many(100_000, lognormal(random, 1)).map((value) => value + 0.5);
    const y = many(90_000, lognormal(random, 1));
    const sorted = sortBoth(x, y);
    const [low, high] = intervalOf(sorted, 0.98) ?? [0, 0];
    expect(low).to.be.lessThan(0.5).and.greaterThan(0.48);
    expect(high).to.be.greaterThan(0.5).and.lessThan(0.52);
    expect(shiftOf(sorted)).to.be.within(low, high);
  });
});

describe("the interval of the shift", () => {
  it("has no end while so few points can never be sure", () => {
    expect(intervalOf(sortBoth([1, 2, 3, 4], [5, 6, 7, 8]), 0.98)).to.equal(null);
    expect(intervalOf(sortBoth([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]), 0.98)).to.deep.equal([-9, -1]);
  });

  it("ends at differences: every assumed shift inside is kept by the test, every one outside is rejected", () => {
    const random = seeded(11);
    for (let run = 0; run < 200; run++) {
      const x = many(random.whole(10, 25), lognormal(random, 0.6));
      const y = many(random.whole(10, 25), lognormal(random, 0.6));
      const [low, high] = intervalOf(sortBoth(x, y), 0.98) as [number, number];
      const p = (shift: number) =>
        pValue(
          sortBoth(
            x.map((value) => value - shift),
            y,
          ),
        );
      const step = 1e-9;
      expect([p(low + step), p(high - step)].every((kept) => kept > 0.02)).to.equal(true);
      expect([p(low - step), p(high + step)].every((rejected) => rejected < 0.02)).to.equal(true);
    }
  });

  for (const [name, spread] of [
    ["lognormal latencies", 0.3],
    ["heavily skewed latencies", 1.2],
  ] as const) {
    it(`holds the true shift of ${name} 98 times in 100`, () => {
      const random = seeded(23);
      const runs = 4000;
      let held = 0;
      for (let run = 0; run < runs; run++) {
        const x = many(15, lognormal(random, spread)).map((value) => value + 2);
        const [low, high] = intervalOf(sortBoth(x, many(20, lognormal(random, spread))), 0.98) as [number, number];
        if (low <= 2 && high >= 2) held++;
      }
      expect(held / runs).to.be.within(0.975, 0.99);
    });
  }
});

const sample = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 40 });
const all = (x: number[], y: number[]) => {
  const sorted = sortBoth(x, y);
  return { p: pValue(sorted), shift: shiftOf(sorted), interval: intervalOf(sorted, 0.98) };
};

describe("any two samples", () => {
  it("have the median of all their differences as the shift", () => {
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        const differences = x.flatMap((a) => y.map((b) => a - b)).sort((a, b) => a - b);
        const [lower, upper] = [Math.floor, Math.ceil].map((round) => differences[round((differences.length - 1) / 2)]);
        expect(shiftOf(sortBoth(x, y))).to.equal(((lower ?? 0) + (upper ?? 0)) / 2);
      }),
    );
  });

  it("say the same with their sides exchanged, but for the sign", () => {
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        const [one, other] = [all(x, y), all(y, x)];
        expect(one.p).to.equal(other.p);
        expect(one.shift + other.shift).to.equal(0);
        expect(one.interval?.[0]).to.equal(other.interval ? 0 - other.interval[1] : undefined);
      }),
    );
  });

  it("keep p and move the shift along when one of them is moved", () => {
    fc.assert(
      fc.property(sample, sample, fc.integer({ min: -5000, max: 5000 }), (x, y, by) => {
        const moved = all(
          x.map((value) => value + by),
          y.map((value) => value + by),
        );
        expect(moved).to.deep.equal(all(x, y));
        const shifted = sortBoth(
          x.map((value) => value + by),
          y,
        );
        expect(shiftOf(shifted)).to.equal(shiftOf(sortBoth(x, y)) + by);
      }),
    );
  });

  it("say the same in any order", () => {
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        expect(all(x.toReversed(), y.toSorted())).to.deep.equal(all(x, y));
      }),
    );
  });
});
