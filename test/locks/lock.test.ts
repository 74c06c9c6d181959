// Who holds a target and who may do what: given what has happened, when somebody asks, then these facts or this refusal.

import { expect } from "chai";
import { type Decided, decideLock, decideStart, decideUnlock } from "../../src/locks/decide.ts";
import { type TargetFact, targetFact } from "../../src/locks/facts.ts";
import { foldTarget, freeTarget, lockAt } from "../../src/locks/fold.ts";
import { HOUR, MINUTE, NOON, onCall, teammate, you } from "../support/build.ts";

const MIGRATION = { kind: "locked", at: NOON, by: teammate, reason: "db migration", until: NOON + HOUR } as const;
const STARTED = { kind: "deployStarted", at: NOON, by: teammate, deploy: "k3v9x2" } as const;
const ENDED = {
  kind: "deployEnded",
  at: NOON,
  deploy: "k3v9x2",
  outcome: "untouched",
  release: null,
  replaced: null,
} as const;
const HELD = { by: teammate, reason: "db migration", since: NOON, until: NOON + HOUR, version: 1 };

const given = (...facts: TargetFact[]) => foldTarget(facts);
const refusal = (decided: Decided) => (decided.ok ? null : decided.refusal);
const facts = (decided: Decided) => (decided.ok ? decided.facts : decided.refusal.kind);
const lock = (by = you, forMs = 30 * MINUTE) => ({ by, reason: "load test", forMs, longestMs: 8 * HOUR });
const start = (by = you, wayBack = false) => ({ by, deploy: "n3w", wayBack });

describe("a free target", () => {
  it("can be locked, from now until the time is over", () => {
    expect(facts(decideLock(freeTarget, lock(), NOON))).to.deep.equal([
      { kind: "locked", at: NOON, by: you, reason: "load test", until: NOON + 30 * MINUTE },
    ]);
  });

  it("cannot be locked for longer than is allowed", () => {
    expect(refusal(decideLock(freeTarget, lock(you, 9 * HOUR), NOON))).to.deep.equal({
      kind: "lockTooLong",
      longestMs: 8 * HOUR,
    });
    expect(decideLock(freeTarget, lock(you, 8 * HOUR), NOON).ok).to.equal(true);
  });

  it("cannot be unlocked", () => {
    expect(refusal(decideUnlock(freeTarget, you, NOON))).to.deep.equal({ kind: "notLocked" });
  });

  it("can be deployed to", () => {
    expect(facts(decideStart(freeTarget, start(), NOON))).to.deep.equal([
      { kind: "deployStarted", at: NOON, by: you, deploy: "n3w" },
    ]);
  });
});

describe("a target that somebody else has locked", () => {
  const state = given(MIGRATION);

  it("refuses a lock and a deploy, with who, why, since when and until when", () => {
    expect(refusal(decideLock(state, lock(), NOON + 1))).to.deep.equal({ kind: "lockedBy", lock: HELD });
    expect(refusal(decideStart(state, start(), NOON + 1))).to.deep.equal({ kind: "lockedBy", lock: HELD });
  });

  it("names the holder also to one who asks for too long a lock", () => {
    expect(refusal(decideLock(state, lock(you, 99 * HOUR), NOON + 1))).to.deep.equal({ kind: "lockedBy", lock: HELD });
  });

  it("cannot be unlocked by another one", () => {
    expect(refusal(decideUnlock(state, you, NOON + 1))).to.deep.equal({ kind: "notYourLock", lock: HELD });
  });

  it("lets the way back pass", () => {
    expect(decideStart(state, start(onCall, true), NOON + 1).ok).to.equal(true);
  });

  it("is free at the moment when the time is over, and not a moment before", () => {
    expect(lockAt(state, NOON + HOUR - 1)).to.deep.equal(HELD);
    expect(lockAt(state, NOON + HOUR)).to.equal(null);
    expect(decideStart(state, start(), NOON + HOUR).ok).to.equal(true);
    expect(decideLock(state, lock(), NOON + HOUR).ok).to.equal(true);
    expect(refusal(decideUnlock(state, teammate, NOON + HOUR))).to.deep.equal({ kind: "notLocked" });
  });
});

describe("a target that you have locked", () => {
  const state = given({ ...MIGRATION, by: you });

  it("can be deployed to by you", () => {
    expect(decideStart(state, start(), NOON + 1).ok).to.equal(true);
  });

  it("can be locked by you again, with a new reason and time, also a shorter one", () => {
    expect(facts(decideLock(state, lock(you, MINUTE), NOON + 1))).to.deep.equal([
      { kind: "locked", at: NOON + 1, by: you, reason: "load test", until: NOON + 1 + MINUTE },
    ]);
  });

  it("is told by id, not by name", () => {
    expect(decideUnlock(state, { ...you, name: "another name" }, NOON + 1).ok).to.equal(true);
    expect(decideUnlock(state, { id: "U0OTHER", name: you.name }, NOON + 1).ok).to.equal(false);
  });

  it("is free again after you unlock it", () => {
    const unlocked = decideUnlock(state, you, NOON + 1);
    expect(facts(unlocked)).to.deep.equal([{ kind: "unlocked", at: NOON + 1, by: you, lock: 1 }]);
    expect(lockAt(foldTarget(unlocked.ok ? unlocked.facts : [], state), NOON + 2)).to.equal(null);
  });
});

describe("an unlock that comes when the lock has changed hands", () => {
  it("does not take the new lock away", () => {
    const state = given({ ...MIGRATION, by: you }, MIGRATION, { kind: "unlocked", at: NOON + 1, by: you, lock: 1 });
    expect(lockAt(state, NOON + 2)).to.deep.equal({ ...HELD, version: 2 });
  });
});

describe("a target that is being deployed to", () => {
  const running = { deploy: "k3v9x2", by: teammate, since: NOON };
  const state = given(STARTED);

  it("refuses another deploy, also the way back and also to its owner: there is one already", () => {
    for (const request of [start(), start(teammate), start(you, true)])
      expect(refusal(decideStart(state, request, NOON + 1))).to.deep.equal({ kind: "deployRunning", ...running });
  });

  it("says that the deploy holds it when somebody unlocks it", () => {
    expect(refusal(decideUnlock(state, you, NOON + 1))).to.deep.equal({ kind: "heldByDeploy", ...running });
  });

  it("is held however long that takes: a deploy does not run out like a lock", () => {
    expect(decideStart(state, start(), NOON + 1_000 * HOUR).ok).to.equal(false);
  });

  it("is free when that deploy has ended, and only that one", () => {
    expect(given(STARTED, ENDED).running).to.equal(null);
    expect(given(STARTED, { ...ENDED, deploy: "0ther" }).running).to.deep.equal(running);
  });

  it("keeps a lock that was taken before and still holds", () => {
    expect(lockAt(given(MIGRATION, STARTED, ENDED), NOON + 1)).to.deep.equal(HELD);
  });
});

describe("the facts of a target", () => {
  const all: TargetFact[] = [MIGRATION, STARTED, ENDED, { kind: "unlocked", at: NOON, by: teammate, lock: 1 }];

  it("fold to the same at once and from where a reader stopped", () => {
    for (let i = 0; i <= all.length; i++)
      expect(foldTarget(all.slice(i), foldTarget(all.slice(0, i)))).to.deep.equal(foldTarget(all));
    expect(foldTarget(all).version).to.equal(4);
  });

  it("are the same after they were written down and read again", () => {
    expect(all.map((fact) => targetFact.parse(JSON.parse(JSON.stringify(fact))))).to.deep.equal(all);
  });
});
