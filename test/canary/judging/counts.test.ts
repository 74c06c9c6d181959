// Errors per request on the canary and on the rest, look by look.

import { expect } from "chai";
import { judgeCounts } from "../../../src/canary/judging/counts.ts";
import type { CountsCheck, Look } from "../../../src/canary/judging/shapes.ts";

const check: CountsCheck = { kind: "counts", alpha: 0.01 };
/** [canary errors, canary total, baseline errors, baseline total] at each 20 s, all so far. */
const looks = (...rows: [number, number, number, number][]): Look[] =>
  rows.map(([errors, total, otherErrors, otherTotal], i) => ({
    at: 20 * (i + 1),
    canary: { errors, total },
    baseline: { errors: otherErrors, total: otherTotal },
  }));

describe("counting errors", () => {
  it("fails with the third error of one host in ten when the others have none, and not with the second", () => {
    expect(judgeCounts(check, looks([2, 1000, 0, 9000])).verdict).to.equal("pass");
    const { verdict, p, decidedAt } = judgeCounts(check, looks([1, 100, 0, 900], [3, 200, 0, 1800], [4, 300, 0, 2700]));
    expect({ verdict, decidedAt }).to.deep.equal({ verdict: "fail", decidedAt: 40 });
    // B(0.2 + 3, 1.8) / B(0.2, 1.8) / 0.1^3 = 0.2·1.2·2.2 / (2·3·4) / 0.001 = 22, and with B(1, 1): 1·2·3 / (2·3·4) / 0.001 = 250
    expect(p).to.be.closeTo(2 / (22 + 250), 1e-12);
  });

  it("stays failed when the errors stop and the canary looks better than the rest in the end", () => {
    const told = judgeCounts(check, looks([6, 100, 0, 900], [6, 5000, 900, 45_000]));
    expect(told).to.deep.include({ verdict: "fail", decidedAt: 20 });
  });

  it("keeps the smallest p of all looks", () => {
    const early = judgeCounts(check, looks([2, 100, 0, 900]));
    const later = judgeCounts(check, looks([2, 100, 0, 900], [2, 1000, 20, 9000]));
    expect(early.p).to.be.lessThan(0.1);
    expect(later).to.deep.include({ verdict: "pass", p: early.p });
  });

  it("passes a canary that has fewer errors than the rest, however sure that is", () => {
    expect(judgeCounts(check, looks([0, 10_000, 5000, 90_000]))).to.deep.include({ verdict: "pass", p: 1, effect: 0 });
  });

  it("compares with the traffic, not with the number of hosts", () => {
    expect(judgeCounts(check, looks([50, 5000, 50, 5000])).verdict).to.equal("pass");
    expect(judgeCounts(check, looks([50, 1000, 50, 9000])).verdict).to.equal("fail");
  });

  it("is not misled by a share of the traffic that changes while errors come in waves", () => {
    // Both sides have 1 % of errors in the first part and 20 % in the second, when the canary's share has grown from 2 to 50 %.
    const told = judgeCounts(check, looks([2, 200, 98, 9800], [1002, 5200, 1098, 14_800]));
    expect(told.verdict).to.equal("pass");
    // All counts in one look would show 19 % against 7 %.
    expect(judgeCounts(check, looks([1002, 5200, 1098, 14_800])).verdict).to.equal("fail");
  });

  it("counts errors of a time without traffic on one side together with the next look", () => {
    const told = judgeCounts(check, looks([0, 0, 3, 900], [4, 100, 3, 900], [4, 200, 3, 1800]));
    expect(told.verdict).to.equal("pass");
    expect(told.p).to.be.lessThan(1);
  });

  it("cannot be told without traffic on the canary, or on the rest, or without a look", () => {
    const reasons = [looks([0, 0, 5, 1000]), looks([0, 50, 0, 0]), []].map((all) => judgeCounts(check, all));
    expect(reasons.map(({ verdict }) => verdict)).to.deep.equal(["inconclusive", "inconclusive", "inconclusive"]);
    expect(reasons.map(({ reason }) => reason.kind)).to.deep.equal(["noCanaryData", "noBaselineData", "noCanaryData"]);
  });

  it("cannot be told when a counter goes back, unless it had failed before", () => {
    for (const back of [
      [0, 200, 1, 1800],
      [1, 90, 1, 1800],
      [1, 200, 0, 1800],
      [1, 200, 1, 800],
    ] as const) {
      const { verdict, reason } = judgeCounts(check, looks([1, 100, 1, 900], [...back]));
      expect([verdict, reason]).to.deep.equal(["inconclusive", { kind: "countsWentBack", at: 40 }]);
    }
    expect(judgeCounts(check, looks([9, 100, 0, 900], [0, 0, 0, 0])).verdict).to.equal("fail");
  });

  it("reaches p = 0 without an error when nothing is left of chance", () => {
    expect(judgeCounts(check, looks([5000, 100_000, 0, 9_900_000]))).to.deep.include({ verdict: "fail", p: 0 });
  });
});
