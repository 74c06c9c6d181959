// Evidence for more errors beside the formula of the paper, and that it is fair however often it is looked at.

import { expect } from "chai";
import fc from "fast-check";
import { type Evidence, NO_EVIDENCE, withIncrement } from "../../../src/canary/statistics/evidence.ts";
import { logRising } from "../../../src/canary/statistics/rising.ts";

/** ln of the mean of B(a+x, b+y) / B(a, b) / (p^x (1-p)^y) for a, b = 2p, 2(1-p) and for a, b = 1, 1, by mpmath with 40 digits. */
const FORMULA: [share: number, canary: number, baseline: number, logE: number][] = [
  [0.1, 1, 0, 1.0986122886681096],
  [0.1, 4, 0, 6.975787689373964],
  [0.1, 0, 40, 2.894422724567355],
  [0.5, 3, 3, -0.7827593392496325],
  [0.02, 12, 100, 7.79789919692076],
  [0.25, 1000, 3000, -4.0151792232506045],
  [0.1, 150000, 900000, 9583.020857524076],
];

describe("the rising factorial", () => {
  it("is right for small and for large counts", () => {
    for (const [a, n, expected] of RISING) {
      expect(Math.abs(logRising(a, n) / expected - 1), `${a}, ${n}`).to.be.lessThan(1e-13);
    }
  });
});

/** a, n, ln Γ(a+n) - ln Γ(a) by mpmath. */
const RISING: [number, number, number][] = [
  [0.2, 1, -1.6094379124341003],
  [0.2, 128, 490.99916496639156],
  [0.2, 129, 495.8527565108781],
  [1.8, 1000, 5917.726186272436],
  [64, 129, 619.9779152766564],
  [250.5, 100000, 1053040.7250399592],
  [3, 10000000, 151180997.030614],
  [1000000, 1000000, 14201804.572510533],
];

describe("evidence for more errors", () => {
  it("is that of the formula", () => {
    for (const [share, canaryErrors, baselineErrors, logE] of FORMULA) {
      const { logE: ours } = withIncrement(NO_EVIDENCE, { canaryErrors, baselineErrors, share });
      expect(ours, `${share} ${canaryErrors} ${baselineErrors}`).to.be.closeTo(
        logE,
        1e-10 * Math.max(1, Math.abs(logE)),
      );
    }
  });

  it("does not depend on how the errors are split into looks while the share stays", () => {
    const increments = fc.array(fc.record({ canaryErrors: fc.nat(30), baselineErrors: fc.nat(200) }), { minLength: 1 });
    fc.assert(
      fc.property(increments, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (parts, share) => {
        const inParts = parts.reduce<Evidence>((sum, part) => withIncrement(sum, { ...part, share }), NO_EVIDENCE);
        const canaryErrors = parts.reduce((sum, part) => sum + part.canaryErrors, 0);
        const baselineErrors = parts.reduce((sum, part) => sum + part.baselineErrors, 0);
        const atOnce = withIncrement(NO_EVIDENCE, { canaryErrors, baselineErrors, share });
        expect(inParts.logE).to.be.closeTo(atOnce.logE, 1e-9 * Math.max(1, Math.abs(atOnce.logE)));
      }),
    );
  });

  it("has a mean of exactly 1 after the next error, whatever was seen and whatever the share is now", () => {
    const past = fc.array(
      fc.record({
        canaryErrors: fc.nat(5),
        baselineErrors: fc.nat(20),
        share: fc.double({ min: 0.01, max: 0.9, noNaN: true }),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(past, fc.double({ min: 0.01, max: 0.9, noNaN: true }), (parts, share) => {
        const before = parts.reduce<Evidence>((sum, part) => withIncrement(sum, part), NO_EVIDENCE);
        const onCanary = withIncrement(before, { canaryErrors: 1, baselineErrors: 0, share });
        const elsewhere = withIncrement(before, { canaryErrors: 0, baselineErrors: 1, share });
        const mean =
          share * Math.exp(onCanary.logE - before.logE) + (1 - share) * Math.exp(elsewhere.logE - before.logE);
        expect(mean).to.be.closeTo(1, 1e-9);
      }),
    );
  });
});
