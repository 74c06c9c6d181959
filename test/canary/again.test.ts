// The last look, taken again: only while that may help, never sooner than the service said, never longer than the budget.

import { expect } from "chai";
import { LAST_LOOK_ATTEMPTS, lastLookAgainAt } from "../../src/canary/again.ts";
import { judge } from "../../src/canary/judge.ts";
import type { Trouble } from "../../src/canary/readings.ts";
import { aLimit, aLook, anOrder, aReading, MINUTE, NOON, SECOND } from "../support/build.ts";

const POLL_MS = 30 * SECOND;
const END = NOON + 6 * MINUTE;

/** A last look, so long after the first one, at which each of these checks had this trouble. */
const failed = (sinceFirst: number, ...troubles: (Partial<Trouble> | null)[]) =>
  aLook(
    troubles.map((trouble, i) => {
      const check = aLimit({ name: `check-${i}` });
      if (trouble === null) return { ...aReading(1, check), check: check.name };
      return { kind: "limit", check: check.name, values: [], trouble: { kind: "timedOut", detail: "", ...trouble } };
    }),
    { at: END + sinceFirst },
  );
const again = (...looks: ReturnType<typeof failed>[]) => {
  const at = lastLookAgainAt(looks, POLL_MS);
  return at === null ? null : at - END;
};

describe("the last look", () => {
  it("is taken again a poll apart, five times in all", () => {
    const looks = Array.from({ length: LAST_LOOK_ATTEMPTS }, (_, i) => failed(i * POLL_MS, {}));
    const after = looks.map((_, i) => again(...looks.slice(0, i + 1)));
    expect(after).to.deep.equal([30_000, 60_000, 90_000, 120_000, null]);
  });

  it("is not begun again after four polls, however few attempts that were", () => {
    expect(again(failed(0, {}), failed(119 * SECOND, {}))).to.equal(120 * SECOND);
    expect(again(failed(0, {}), failed(121 * SECOND, {}))).to.equal(null);
  });

  it("is not taken again for those alone whose answer nobody waits for", () => {
    const look = failed(0, { kind: "keysRefused" }, {});
    expect(lastLookAgainAt([look], POLL_MS, ["check-0"])).to.equal(null);
    expect(lastLookAgainAt([look], POLL_MS, ["check-0", "check-1"])).to.not.equal(null);
  });

  it("waits for as long as the service said, inside the budget", () => {
    expect(again(failed(0, { kind: "rateLimited", retryAt: END + 75 * SECOND }))).to.equal(75 * SECOND);
    expect(again(failed(0, { kind: "rateLimited", retryAt: END + 2 * SECOND }))).to.equal(30 * SECOND);
  });

  it("is not taken again when the service will not answer inside the budget", () => {
    expect(again(failed(0, { kind: "rateLimited", retryAt: END + 121 * SECOND }))).to.equal(null);
  });

  for (const kind of ["keysRefused", "queryRefused", "notFound"] as const) {
    it(`is not taken again for what waiting does not mend: ${kind}`, () => {
      expect(again(failed(0, { kind }, null))).to.equal(null);
    });
  }

  it("is taken again for one check that waiting may help, beside one that it does not", () => {
    expect(again(failed(0, { kind: "queryRefused" }, {}))).to.equal(30 * SECOND);
  });

  it("is not taken again when it was answered", () => {
    expect(again(failed(0, null))).to.equal(null);
  });

  it("is inconclusive at once when waiting does not help, and says until when", () => {
    const retryAt = END + 20 * MINUTE;
    const look = failed(0, { kind: "rateLimited", detail: "used up", retryAt });
    const order = anOrder({ checks: [aLimit({ name: "check-0" })] });
    const { certain, judgement } = judge(order, { notedAt: NOON, noted: {}, looks: [look] });
    expect(certain).to.equal(true);
    expect(judgement.verdict).to.equal("inconclusive");
    expect(judgement.results[0]?.reason).to.deep.equal({
      kind: "trouble",
      trouble: "rateLimited",
      detail: "used up",
      retryAt,
    });
  });
});
