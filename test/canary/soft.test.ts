// Soft checks: asked, judged and shown like any other, and without a say.

import { expect } from "chai";
import { LAST_LOOK_ATTEMPTS } from "../../src/canary/again.ts";
import type { Check } from "../../src/canary/checks.ts";
import { check as checkSchema } from "../../src/canary/checks.ts";
import { judge } from "../../src/canary/judge.ts";
import { readTrouble } from "../../src/canary/measure.ts";
import type { Look } from "../../src/canary/readings.ts";
import { endOfDay, isOverdue } from "../../src/canary/soft.ts";
import {
  aLimit,
  aLook,
  aMonitorsCheck,
  aReading,
  aWatched,
  hostsNamed,
  MINUTE,
  NOON,
  SECOND,
  watchedNow,
} from "../support/build.ts";

const soft = { until: "2026-12-31", owner: "U0SRE" };
const hard = aLimit({ name: "hard" });
const trial = aLimit({ name: "trial", soft });
const strict = aLimit({ name: "strict", soft, inconclusive: "fail" });

const judged = (checks: Check[], ...looks: Look[]) =>
  judge({ checks, canary: hostsNamed("web-01") }, { notedAt: NOON, noted: {}, looks });
const at = (minutes: number, last: boolean, ...readings: Look["readings"]) =>
  aLook(readings, { at: NOON + minutes * MINUTE, last });
const GOOD = 0;
const BAD = 9;

describe("a soft check", () => {
  const table: [string, hard: number | null, soft: number | null, verdict: string][] = [
    ["that fails stops nothing", GOOD, BAD, "pass"],
    ["that cannot tell asks nobody", GOOD, null, "pass"],
    ["that passes saves no canary from a hard one", BAD, GOOD, "fail"],
    ["that passes answers for no hard one that cannot tell", null, GOOD, "inconclusive"],
  ];
  for (const [title, hardly, softly, verdict] of table) {
    it(title, () => {
      const look = at(6, true, aReading(hardly, hard), aReading(softly, trial));
      const { certain, judgement } = judged([hard, trial], look);
      expect({ certain, verdict: judgement.verdict }).to.deep.equal({ certain: true, verdict });
    });
  }

  it("ends no bake early, and keeps the time of the first look at which it was certain", () => {
    const looks = [
      at(1, false, aReading(GOOD, hard), aReading(GOOD, trial)),
      at(2, false, aReading(GOOD, hard), aReading(BAD, trial)),
      at(3, false, aReading(GOOD, hard), aReading(BAD, trial)),
    ];
    const during = judged([hard, trial], ...looks);
    expect(during.certain).to.equal(false);
    const { judgement } = judged([hard, trial], ...looks, at(6, true, aReading(GOOD, hard), aReading(BAD, trial)));
    expect(judgement.results.map(({ verdict, wouldHaveStoppedAt }) => [verdict, wouldHaveStoppedAt])).to.deep.equal([
      ["pass", undefined],
      ["fail", NOON + 2 * MINUTE],
    ]);
  });

  it("remembers an alert that has resolved, and when it would have stopped", () => {
    const monitors = aMonitorsCheck({ soft });
    const { judgement } = judged(
      [hard, monitors],
      at(1, false, aReading(GOOD, hard), watchedNow(aWatched({ state: "alert", triggeredAt: NOON + 40 * SECOND }))),
      at(6, true, aReading(GOOD, hard), watchedNow(aWatched({ triggeredAt: NOON + 40 * SECOND }))),
    );
    expect(judgement.verdict).to.equal("pass");
    expect(judgement.results[1]).to.deep.include({ verdict: "fail", wouldHaveStoppedAt: NOON + MINUTE });
  });

  it("that would fail when it cannot tell would have stopped at the end of the bake, and not before", () => {
    const during = judged([hard, strict], at(1, false, aReading(GOOD, hard), aReading(null, strict)));
    expect(during.judgement.results[1]).not.to.have.property("wouldHaveStoppedAt");
    const { judgement } = judged([hard, strict], at(6, true, aReading(GOOD, hard), aReading(null, strict)));
    expect(judgement.verdict).to.equal("pass");
    expect(judgement.results[1]).to.deep.include({ verdict: "inconclusive", wouldHaveStoppedAt: NOON + 6 * MINUTE });
  });

  it("without an answer from the metrics service holds up nobody", () => {
    const trouble = { kind: "timedOut" as const, detail: "15 s" };
    const look = at(6, true, aReading(GOOD, hard), readTrouble(trial, trouble));
    expect(judged([hard, trial], look)).to.deep.include({ certain: true });
    const other = at(6, true, readTrouble(hard, trouble), aReading(GOOD, trial));
    expect(judged([hard, trial], other)).to.deep.include({ certain: false });
    const often = judged([hard, trial], ...Array<Look>(LAST_LOOK_ATTEMPTS).fill(other));
    expect(often.judgement.verdict).to.equal("inconclusive");
  });

  it("is hard in an order of a version that knew no other", () => {
    const { soft: _, ...before } = trial;
    expect(checkSchema.parse(before).soft).to.equal(undefined);
    expect(checkSchema.parse(trial).soft).to.deep.equal(soft);
  });
});

describe("a target whose checks are all soft", () => {
  it("passes at the end of the bake, and not before, whatever they say", () => {
    const during = judged([trial], at(1, false, aReading(BAD, trial)));
    expect(during).to.deep.include({ certain: false });
    expect(during.judgement.verdict, "nobody may read it as a pass").to.equal("inconclusive");
    const end = judged([trial], at(6, true, aReading(BAD, trial)));
    expect([end.certain, end.judgement.verdict]).to.deep.equal([true, "pass"]);
  });

  it("is not one without any check, which never passes by itself", () => {
    expect(judged([], at(6, true)).judgement.verdict).to.equal("inconclusive");
  });
});

describe("the date of a soft check", () => {
  it("is over with the end of that day in UTC", () => {
    expect(new Date(endOfDay("2026-12-31")).toISOString()).to.equal("2027-01-01T00:00:00.000Z");
    expect(isOverdue(soft, endOfDay("2026-12-31") - 1)).to.equal(false);
    expect(isOverdue(soft, endOfDay("2026-12-31"))).to.equal(true);
  });
});
