// How a deploy ended, as the record of checks and the replay read it: one rule for every reason to go back.

import { expect } from "chai";
import type { CheckResult } from "../../src/canary/verdict.ts";
import { pastOf } from "../../src/check/history.ts";
import { endingOf } from "../../src/deploy/ending.ts";
import type { BackReason, DeployFact } from "../../src/deploy/facts.ts";
import { decideFalseAlarm } from "../../src/deploy/falseAlarm.ts";
import { aMonitorsCheck, anOrder, factsUntil, folded, judgement, NOON, then, you } from "../support/build.ts";

const check = aMonitorsCheck();
const passed = then(factsUntil("baking", anOrder({ checks: [check] })), {
  kind: "judged",
  judgement: judgement("pass"),
});
const alerted: CheckResult = {
  check: check.name,
  verdict: "fail",
  reason: { kind: "alerted", monitors: [] },
  value: null,
  scope: "",
  points: 0,
  window: null,
  redBefore: [],
};
const LATE = { kind: "alertedLate" as const, results: [alerted] };
const BACK = { kind: "ended", outcome: "rolledBack" } as const;

/** Both readings of the same facts. */
const read = (facts: DeployFact[]) => [endingOf(folded(facts)), pastOf(facts, null).past?.ending ?? "not over"];

describe("the ending of a deploy", () => {
  const table: [BackReason, "back" | "unknown"][] = [
    [{ kind: "person", by: you }, "back"],
    [{ kind: "aborted", by: you }, "back"],
    [{ kind: "lateAlert" }, "back"],
    [{ kind: "verdict" }, "back"],
    [{ kind: "host", host: "web-03" }, "unknown"],
    [{ kind: "hostsUnreachable", hosts: ["web-03"] }, "unknown"],
    [{ kind: "build", detail: "no space" }, "unknown"],
    [{ kind: "noAnswer" }, "unknown"],
  ];
  for (const [why, ending] of table) {
    it(`that went back for ${why.kind} is ${ending}, also in the replay`, () => {
      const replayed = ending === "back" ? "stopped" : "otherwise";
      expect(read(then(passed, { kind: "backOrdered", why }, BACK))).to.deep.equal([ending, replayed]);
    });
  }

  it("is back when a late alert took it back", () => {
    expect(read(then(passed, LATE, BACK))).to.deep.equal(["back", "stopped"]);
  });

  it("is out when it is out on all hosts, or on all but a few", () => {
    for (const outcome of ["deployed", "incomplete"] as const)
      expect(read(then(passed, { kind: "ended", outcome }))).to.deep.equal(["out", "stayed"]);
  });

  it("is unknown while it runs", () => {
    expect(read(passed)).to.deep.equal(["unknown", "not over"]);
  });
});

describe("a false alarm", () => {
  const by = { by: you, now: NOON };

  it("can be said of a check that alerted after the bake, and not before it has", () => {
    const ended = then(passed, { kind: "ended", outcome: "deployed" });
    expect(decideFalseAlarm(ended, check.name, by)).to.deep.include({ ok: false });
    const late = then(ended, LATE);
    expect(decideFalseAlarm(late, check.name, by)).to.deep.include({ ok: true });
  });
});
