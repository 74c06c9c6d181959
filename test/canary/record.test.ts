// The record of checks, from the facts of deploys: what is counted, what became of it, and what it proposes.

import { expect } from "chai";
import type { Check } from "../../src/canary/checks.ts";
import { type CheckRecord, type Proposal, proposalFor, recordOf } from "../../src/canary/record.ts";
import { type Tried, triedIn } from "../../src/canary/trials.ts";
import type { CheckResult } from "../../src/canary/verdict.ts";
import type { DeployFact } from "../../src/deploy/facts.ts";
import {
  aLimit,
  aLook,
  aMonitorsCheck,
  anOrder,
  aReading,
  aRelease,
  factsUntil,
  judgement,
  NEW,
  NOON,
  OLD,
  onCall,
  then,
  you,
} from "../support/build.ts";

const soft = { until: "2026-12-31", owner: "U0SRE" };
const hard = aLimit({ name: "hard" });
const trial = aLimit({ name: "trial", soft });
const order = anOrder({ checks: [hard, trial] });
const BAD = 9;

const result = (check: string, verdict: CheckResult["verdict"], more: Partial<CheckResult> = {}): CheckResult => ({
  check,
  verdict,
  reason: { kind: verdict === "pass" ? "withinLimit" : verdict === "fail" ? "aboveLimit" : "noData" },
  value: null,
  scope: "",
  points: 0,
  window: null,
  redBefore: [],
  ...more,
});
const alarm = result("trial", "fail", { wouldHaveStoppedAt: NOON });
const well = result("hard", "pass");

/** A bake that ended with these results, and what followed. */
function facts(
  verdict: "pass" | "fail" | "inconclusive",
  results: CheckResult[],
  ...more: Parameters<typeof then>[1][]
) {
  return then(factsUntil("baking", order), { kind: "judged", judgement: judgement(verdict, results) }, ...more);
}
const WENT_OUT = { kind: "ended", outcome: "deployed" } as const;
const WENT_BACK = { kind: "ended", outcome: "rolledBack" } as const;
const FALSE = { kind: "falseAlarm", check: "trial", by: onCall } as const;
const BACK = (why: Extract<DeployFact, { kind: "backOrdered" }>["why"]) => ({ kind: "backOrdered", why }) as const;

/** A rollback that took back `release`. */
function rollback(release = NEW): DeployFact[] {
  const way = anOrder({ kind: "rollback", release: OLD, canary: [] });
  const [requested] = factsUntil("preparing", way);
  return then(
    [requested as DeployFact],
    { kind: "promoteOrdered", by: you },
    { kind: "compared", previous: release, changes: null },
    WENT_OUT,
  );
}

const tried = (...histories: DeployFact[][]): Tried[] => histories.flatMap((facts) => triedIn(facts) ?? []);
function record(check: Check, ...histories: DeployFact[][]): CheckRecord {
  const { checks } = recordOf(tried(...histories), [{ name: check.name, soft: check.soft ?? null }]);
  return checks[0] ?? expect.fail();
}

describe("the record of a soft check", () => {
  it("counts how often it ran, and what it said", () => {
    const of = record(
      trial,
      facts("pass", [well, result("trial", "pass")], WENT_OUT),
      facts("pass", [well, result("trial", "inconclusive")], WENT_OUT),
      facts("pass", [well, alarm], WENT_OUT),
    );
    expect(of).to.deep.include({
      ran: 3,
      said: { pass: 1, fail: 1, inconclusive: 1 },
      wouldHaveStopped: 1,
      stopped: 0,
    });
  });

  it("does not count a bake that ended before it could be asked", () => {
    const early = result("trial", "inconclusive", { reason: { kind: "tooEarly" } });
    expect(record(trial, facts("fail", [result("hard", "fail"), early], WENT_BACK)).ran).to.equal(0);
  });

  const followed: [string, DeployFact[][], Partial<CheckRecord>][] = [
    [
      "disagrees when the deploy went out and stayed",
      [facts("pass", [well, alarm], WENT_OUT)],
      { disagreed: 1, doubted: 1 },
    ],
    ["agrees when a hard check failed too", [facts("fail", [result("hard", "fail"), alarm], WENT_BACK)], { agreed: 1 }],
    [
      "agrees when a person rolled it back on its way out",
      [facts("pass", [well, alarm], BACK({ kind: "person", by: you }), WENT_BACK)],
      { agreed: 1 },
    ],
    [
      "agrees when a rollback took the release back later",
      [facts("pass", [well, alarm], WENT_OUT), rollback()],
      { agreed: 1 },
    ],
    [
      "disagrees when a rollback took another release back",
      [facts("pass", [well, alarm], WENT_OUT), rollback(aRelease("c"))],
      { disagreed: 1 },
    ],
    [
      "disagrees when the rollback was before it",
      [rollback(), facts("pass", [well, alarm], WENT_OUT)],
      { disagreed: 1 },
    ],
    [
      "leaves open what went back for another reason",
      [facts("pass", [well, alarm], BACK({ kind: "host", host: "web-03" }), WENT_BACK)],
      { agreed: 0, disagreed: 0, wouldHaveStopped: 1 },
    ],
    ["leaves open what still runs", [facts("pass", [well, alarm])], { agreed: 0, disagreed: 0, wouldHaveStopped: 1 }],
  ];
  for (const [title, histories, expected] of followed) {
    it(title, () => {
      expect(record(trial, ...histories)).to.deep.include({
        agreed: 0,
        disagreed: 0,
        wouldHaveStopped: 1,
        ...expected,
      });
    });
  }

  it("counts what somebody marked as false, also when it went back", () => {
    const of = record(trial, facts("fail", [result("hard", "fail"), alarm], WENT_BACK, FALSE));
    expect(of).to.deep.include({ falseAlarms: 1, agreed: 1, disagreed: 0, doubted: 1 });
  });

  it("doubts one alarm once, however many reasons there are", () => {
    expect(record(trial, facts("pass", [well, alarm], WENT_OUT, FALSE)).doubted).to.equal(1);
  });

  it("is overridden by nobody: it holds nothing up", () => {
    const asked = facts("inconclusive", [result("hard", "inconclusive"), result("trial", "inconclusive")]);
    expect(record(trial, then(asked, { kind: "promoteOrdered", by: you }, WENT_OUT)).overridden).to.equal(0);
    expect(record(hard, then(asked, { kind: "promoteOrdered", by: you }, WENT_OUT)).overridden).to.equal(1);
  });

  const look = {
    kind: "measured",
    ...aLook([aReading(0, hard), aReading(BAD, trial)], { last: false, at: NOON }),
  } as const;
  it("counts what had failed for certain when a person promoted before the verdict", () => {
    const hasty = then(factsUntil("baking", order), look, { kind: "promoteOrdered", by: you }, WENT_OUT);
    expect(record(trial, hasty)).to.deep.include({ ran: 1, wouldHaveStopped: 1, disagreed: 1 });
    expect(record(hard, hasty)).to.deep.include({ ran: 0, overridden: 1 });
  });

  it("counts what had failed for certain when a person went back before the verdict", () => {
    const back = then(factsUntil("baking", order), look, BACK({ kind: "person", by: you }), WENT_BACK);
    expect(record(trial, back)).to.deep.include({ wouldHaveStopped: 1, agreed: 1 });
  });

  it("keeps what it was when it is hard by now", () => {
    const { checks } = recordOf(tried(facts("pass", [well, alarm], WENT_OUT)), [{ name: "trial", soft: null }]);
    expect(checks[0]).to.deep.include({ soft: null, stopped: 0, wouldHaveStopped: 1 });
  });
});

describe("the record of a hard check", () => {
  it("counts the deploys that it stopped, also by not being able to tell", () => {
    const strict = aLimit({ name: "hard", inconclusive: "fail" });
    const stopping = anOrder({ checks: [strict] });
    const untold = then(
      factsUntil("baking", stopping),
      { kind: "judged", judgement: judgement("fail", [result("hard", "inconclusive")]) },
      WENT_BACK,
    );
    const of = record(hard, facts("fail", [result("hard", "fail"), result("trial", "pass")], WENT_BACK), untold);
    expect(of).to.deep.include({ ran: 2, stopped: 2, wouldHaveStopped: 0, agreed: 0, disagreed: 0, doubted: 0 });
  });

  it("counts each bake as a run, and the deploy once", () => {
    const twice = facts(
      "inconclusive",
      [result("hard", "inconclusive"), result("trial", "pass")],
      { kind: "retryOrdered", by: you },
      { kind: "judged", judgement: judgement("fail", [result("hard", "fail"), alarm]) },
      WENT_BACK,
    );
    expect(record(hard, twice)).to.deep.include({ ran: 2, said: { pass: 0, fail: 1, inconclusive: 1 }, stopped: 1 });
  });
});

describe("the record of a check of monitors that alerted after the bake", () => {
  const quiet = aMonitorsCheck();
  const watched = anOrder({ checks: [quiet, trial] });
  const passed = judgement("pass", [result(quiet.name, "pass"), alarm]);
  const started = then(factsUntil("baking", watched), { kind: "judged", judgement: passed });
  const untold = result("other", "inconclusive");
  const late = { kind: "alertedLate" as const, results: [result(quiet.name, "fail"), untold] };
  const said = { pass: 0, fail: 1, inconclusive: 0 };

  it("says that it ran once, failed, and stopped the deploy, which went back", () => {
    const back = then(started, late, WENT_BACK);
    expect(record(quiet, back)).to.deep.include({ ran: 1, said, stopped: 1, wouldHaveStopped: 0 });
    expect(triedIn(back)?.ending).to.equal("back");
    expect(record(trial, back), "a soft check was right").to.deep.include({ wouldHaveStopped: 1, agreed: 1 });
    expect(triedIn(back)?.trials.map(({ check }) => check)).not.to.include("other");
  });

  it("says that it would have stopped a deploy that was out already, and whether that was taken back", () => {
    const out = then(started, WENT_OUT, late);
    const would = { ran: 1, said, stopped: 0, wouldHaveStopped: 1 };
    expect(record(quiet, out)).to.deep.include({ ...would, agreed: 0, disagreed: 1 });
    expect(record(quiet, out, rollback())).to.deep.include({ ...would, agreed: 1, disagreed: 0 });
  });

  it("leaves out an alert after the watch had ended", () => {
    const over = then(started, { kind: "watchEnded", results: [] }, late);
    expect(record(quiet, over)).to.deep.include({ ran: 1, said: { ...said, pass: 1, fail: 0 }, stopped: 0 });
  });
});

describe("checks of the past", () => {
  it("are named when they are not configured any more", () => {
    const { gone } = recordOf(tried(facts("pass", [well, alarm], WENT_OUT)), [{ name: "hard", soft: null }]);
    expect(gone).to.deep.equal(["trial"]);
  });
});

describe("the proposal", () => {
  const of = (parts: Partial<CheckRecord> = {}): CheckRecord => ({
    check: "trial",
    soft,
    ran: 10,
    said: { pass: 10, fail: 0, inconclusive: 0 },
    stopped: 0,
    wouldHaveStopped: 0,
    agreed: 0,
    disagreed: 0,
    falseAlarms: 0,
    doubted: 0,
    overridden: 0,
    ...parts,
  });
  const unsure = (inconclusive: number, ran: number) =>
    of({ ran, said: { pass: ran - inconclusive, fail: 0, inconclusive } });
  const over = { until: "2026-10-01", owner: "U0SRE" };
  const LOOK = (...why: NonNullable<Extract<Proposal, { kind: "look" }>>["why"]): Proposal => ({ kind: "look", why });
  const table: [string, CheckRecord, Proposal][] = [
    ["is to make it hard after ten runs without a doubt", of(), { kind: "hard" }],
    ["is nothing after nine", of({ ran: 9 }), null],
    ["is nothing while one alarm of three is doubted", of({ wouldHaveStopped: 3, agreed: 2, doubted: 1 }), null],
    ["is to look when one of two is", of({ wouldHaveStopped: 2, agreed: 1, doubted: 1 }), LOOK("doubted")],
    ["is to make it hard when every alarm was right", of({ wouldHaveStopped: 3, agreed: 3 }), { kind: "hard" }],
    ["is to look when it could not tell in two runs of five", unsure(2, 5), LOOK("untold")],
    ["is nothing when it could not tell in one of three", unsure(1, 3), null],
    ["is nothing when it could not tell the only time", unsure(1, 1), null],
    ["is to look when its date has passed", of({ ran: 2, soft: over }), LOOK("overdue")],
    ["is to make it hard when its date has passed and nothing speaks against it", of({ soft: over }), { kind: "hard" }],
    [
      "names all doubts",
      { ...unsure(6, 10), soft: over, wouldHaveStopped: 1, doubted: 1 },
      LOOK("doubted", "untold", "overdue"),
    ],
    ["is nothing for a hard check that is well", of({ soft: null, stopped: 3 }), null],
    [
      "is to look at a hard check with false alarms",
      of({ soft: null, stopped: 2, falseAlarms: 1, doubted: 1 }),
      LOOK("doubted"),
    ],
  ];
  for (const [title, one, expected] of table) it(title, () => expect(proposalFor(one, NOON)).to.deep.equal(expected));
});
