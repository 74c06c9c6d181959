// The normal distribution far out, beside numbers of mpmath with 30 digits.

import { expect } from "chai";
import { upperQuantile, upperTail } from "../../../src/canary/statistics/normal.ts";

const TAILS: [number, number][] = [
  [0, 0.5],
  [0.001, 0.49960105778608893],
  [0.5, 0.3085375387259869],
  [1, 0.15865525393145705],
  [2, 0.02275013194817921],
  [2.8, 0.0025551303304279342],
  [2.9, 0.0018658133003840384],
  [4, 3.1671241833119924e-5],
  [8, 6.220960574271784e-16],
  [16, 6.388754400538087e-58],
  [25, 3.056696706382561e-138],
  [37, 5.725571222524577e-300],
];

describe("the tail of the normal distribution", () => {
  it("is right to twelve digits wherever a double can hold it", () => {
    for (const [z, tail] of TAILS) {
      expect(Math.abs(upperTail(z) / tail - 1), `z = ${z}`).to.be.lessThan(1e-12);
      expect(Math.abs(upperTail(-z) - (1 - tail)), `z = -${z}`).to.be.lessThan(1e-15);
    }
  });

  it("is turned round by its quantile", () => {
    for (const tail of [1e-300, 1e-100, 1e-12, 0.001, 0.01, 0.1, 0.3, 0.49, 0.5, 0.7, 0.999]) {
      expect(upperTail(upperQuantile(tail)) / tail).to.be.closeTo(1, 1e-10);
    }
    expect(upperQuantile(0.01)).to.be.closeTo(2.326347874040841, 1e-14);
  });
});
