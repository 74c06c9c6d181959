// The facts of a target as they lie in the journal: also those that an older version wrote.

import { expect } from "chai";
import { type TargetFact, targetFact } from "../../src/locks/facts.ts";
import { foldTarget, lockAt } from "../../src/locks/fold.ts";
import { HOUR, NEW, NOON, OLD, onCall, teammate, you } from "../support/build.ts";
import {
  ended,
  expired,
  extended,
  left,
  locked,
  offered,
  started,
  TO_DEPLOY,
  unlocked,
  waiting,
  warned,
} from "../support/targets.ts";

const all: TargetFact[] = [
  locked(),
  waiting(onCall, TO_DEPLOY),
  waiting(you),
  extended(),
  warned({ seen: 4 }),
  {
    kind: "takenOver",
    at: NOON,
    by: you,
    reason: "hotfix",
    until: NOON + HOUR,
    from: { by: teammate, reason: "db migration", since: NOON, until: NOON + 2 * HOUR, version: 1 },
  },
  expired({ lock: 6 }),
  offered(onCall, { commit: NEW.commit }),
  { kind: "prolonged", at: NOON, to: onCall, until: NOON + HOUR },
  { kind: "withdrawn", at: NOON, to: onCall },
  offered(onCall, { commit: NEW.commit }),
  left(onCall, { why: "tooLate" }),
  started(),
  ended({ outcome: "deployed", release: NEW, replaced: OLD }),
  unlocked({ owner: you, reason: "forgotten" }),
];

describe("the facts of a target", () => {
  it("fold to the same at once and from where a reader stopped", () => {
    for (let i = 0; i <= all.length; i++)
      expect(foldTarget(all.slice(i), foldTarget(all.slice(0, i)))).to.deep.equal(foldTarget(all));
    expect(foldTarget(all).version).to.equal(all.length);
  });

  it("are the same after they were written down and read again", () => {
    expect(all.map((fact) => targetFact.parse(JSON.parse(JSON.stringify(fact))))).to.deep.equal(all);
    const kinds = targetFact.options.map((one) => one.shape.kind.value);
    expect(new Set(all.map(({ kind }) => kind)), "every kind is among them").to.deep.equal(new Set(kinds));
  });
});

describe("facts that an older version wrote", () => {
  const old = [
    { kind: "locked", at: NOON, by: teammate, reason: "", until: NOON + HOUR },
    { kind: "deployStarted", at: NOON, by: you, deploy: "k3v9x2" },
    { kind: "unlocked", at: NOON, by: teammate, lock: 1 },
    { kind: "deployEnded", at: NOON, deploy: "k3v9x2", outcome: "deployed", release: NEW, replaced: null },
  ];

  it("are still understood: nobody else unlocked, no deploy was a way back", () => {
    expect(old.map((fact) => targetFact.parse(fact))).to.deep.equal([
      locked({ reason: "" }),
      started({ by: you }),
      unlocked(),
      ended({ outcome: "deployed", release: NEW }),
    ]);
  });

  it("mean what they meant", () => {
    const state = foldTarget(old.map((fact) => targetFact.parse(fact)));
    expect(lockAt(state, NOON + 1)).to.equal(null);
    expect([state.running, state.line, state.offer, state.version]).to.deep.equal([null, [], null, 4]);
    expect(state.release).to.deep.equal(NEW);
  });
});
