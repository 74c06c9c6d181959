// Who holds a target and who may do what: given what has happened, when somebody asks, then these facts or this refusal.

import { expect } from "chai";
import { decideLock, decideStart, decideUnlock } from "../../src/locks/decide.ts";
import { foldTarget, freeTarget, lockAt } from "../../src/locks/fold.ts";
import { HOUR, MINUTE, NOON, onCall, teammate, you } from "../support/build.ts";
import {
  aFreeze,
  ended,
  expired,
  factsOf,
  given,
  locked,
  refusalOf,
  started,
  unlocked,
  waiting,
} from "../support/targets.ts";

const HELD = {
  by: teammate,
  reason: "db migration",
  since: NOON,
  until: NOON + HOUR,
  version: 1,
  seen: 1,
  warned: false,
};
const lock = (by = you, forMs = 30 * MINUTE, reason = "load test") => ({ by, reason, forMs, longestMs: 8 * HOUR });
const unlock = (by = you, seen: number | null = null, reason = "") => ({ by, seen, reason });
const start = (by = you, wayBack = false) => ({ by, deploy: "n3w", wayBack, freeze: null });

describe("a free target", () => {
  it("can be locked, from now until the time is over", () => {
    expect(factsOf(decideLock(freeTarget, lock(), NOON))).to.deep.equal([
      { kind: "locked", at: NOON, by: you, reason: "load test", until: NOON + 30 * MINUTE },
    ]);
  });

  it("cannot be locked for longer than is allowed", () => {
    expect(refusalOf(decideLock(freeTarget, lock(you, 8 * HOUR + 1), NOON))).to.deep.equal({
      kind: "lockTooLong",
      longestMs: 8 * HOUR,
    });
    expect(decideLock(freeTarget, lock(you, 8 * HOUR), NOON).ok).to.equal(true);
  });

  it("cannot be locked with a reason that crowds out everything else", () => {
    expect(refusalOf(decideLock(freeTarget, lock(you, HOUR, "x".repeat(301)), NOON))).to.deep.equal({
      kind: "reasonTooLong",
      most: 300,
    });
    expect(decideLock(freeTarget, lock(you, HOUR, "x".repeat(300)), NOON).ok).to.equal(true);
  });

  it("cannot be unlocked", () => {
    expect(refusalOf(decideUnlock(freeTarget, unlock(), NOON))).to.deep.equal({ kind: "notLocked" });
  });

  it("can be deployed to", () => {
    expect(factsOf(decideStart(freeTarget, start(), NOON))).to.deep.equal([
      { kind: "deployStarted", at: NOON, by: you, deploy: "n3w", wayBack: false },
    ]);
  });

  it("cannot be deployed to while deploys are frozen, and can be locked, which harms nobody", () => {
    const freeze = aFreeze();
    expect(refusalOf(decideStart(freeTarget, { ...start(), freeze }, NOON))).to.deep.equal({ kind: "frozen", freeze });
    expect(decideLock(freeTarget, lock(), NOON).ok).to.equal(true);
  });
});

describe("a target that somebody else has locked", () => {
  const state = given(locked());

  it("refuses a lock and a deploy, with who, why, since when, until when and how many wait", () => {
    const refusal = { kind: "lockedBy", lock: HELD, waiting: 0 };
    expect(refusalOf(decideLock(state, lock(), NOON + 1))).to.deep.equal(refusal);
    expect(refusalOf(decideStart(state, start(), NOON + 1))).to.deep.equal(refusal);
    const two = given(locked(), waiting(onCall), waiting(you));
    expect(refusalOf(decideLock(two, lock(), NOON + 1))).to.deep.equal({ ...refusal, waiting: 2 });
  });

  it("names the holder also to one who asks for too long a lock", () => {
    expect(refusalOf(decideLock(state, lock(you, 99 * HOUR), NOON + 1))?.kind).to.equal("lockedBy");
  });

  it("cannot be unlocked by another one who was not shown it", () => {
    expect(refusalOf(decideUnlock(state, unlock(), NOON + 1))).to.deep.equal({ kind: "notYourLock", lock: HELD });
    expect(refusalOf(decideUnlock(state, unlock(you, null, "a reason"), NOON + 1))?.kind).to.equal("notYourLock");
  });

  it("lets the way back pass, also while deploys are frozen, and keeps its owner", () => {
    const back = decideStart(state, { ...start(onCall, true), freeze: aFreeze() }, NOON + 1);
    const after = foldTarget(factsOf(back), state);
    expect(after.running).to.deep.equal({ deploy: "n3w", by: onCall, since: NOON + 1 });
    expect(lockAt(after, NOON + 2)).to.deep.equal(HELD);
  });

  it("is free at the moment when the time is over, and not a moment before", () => {
    expect(lockAt(state, NOON + HOUR - 1)).to.deep.equal(HELD);
    expect(lockAt(state, NOON + HOUR)).to.equal(null);
    expect(refusalOf(decideUnlock(state, unlock(teammate), NOON + HOUR))).to.deep.equal({ kind: "notLocked" });
  });

  it("is written down as run out before another one has it, also by the way back", () => {
    const now = NOON + HOUR;
    const kinds = (facts: { kind: string }[]) => facts.map(({ kind }) => kind);
    expect(factsOf(decideLock(state, lock(), now))[0]).to.deep.equal(expired({ at: now }));
    expect(kinds(factsOf(decideLock(state, lock(), now)))).to.deep.equal(["expired", "locked"]);
    expect(kinds(factsOf(decideStart(state, start(), now)))).to.deep.equal(["expired", "deployStarted"]);
    expect(kinds(factsOf(decideStart(state, start(onCall, true), now)))).to.deep.equal(["expired", "deployStarted"]);
  });
});

describe("a target that you have locked", () => {
  const state = given(locked({ by: you }));

  it("can be deployed to by you, and stays yours afterwards", () => {
    const running = foldTarget(factsOf(decideStart(state, start(), NOON + 1)), state);
    const after = foldTarget([ended({ deploy: "n3w", at: NOON + 2 })], running);
    expect(after.running).to.equal(null);
    expect(lockAt(after, NOON + 3)).to.deep.equal({ ...HELD, by: you });
  });

  it("does not let you begin a second deploy under it: two never share a lock", () => {
    const running = foldTarget(factsOf(decideStart(state, start(), NOON + 1)), state);
    expect(refusalOf(decideStart(running, { ...start(), deploy: "sec0nd" }, NOON + 2))).to.deep.equal({
      kind: "deployRunning",
      deploy: "n3w",
      by: you,
      since: NOON + 1,
    });
  });

  it("can be locked by you again, with a new reason and time, also a shorter one", () => {
    const again = factsOf(decideLock(state, lock(you, MINUTE), NOON + MINUTE));
    expect(again).to.deep.equal([
      { kind: "locked", at: NOON + MINUTE, by: you, reason: "load test", until: NOON + 2 * MINUTE },
    ]);
    const { version, seen, since } = foldTarget(again, state).lock ?? {};
    expect({ version, seen, since }, "yours since the first time").to.deep.equal({ version: 2, seen: 2, since: NOON });
  });

  it("is yours anew, and not since then, when the time was over in between", () => {
    const later = NOON + 2 * HOUR;
    expect(foldTarget(factsOf(decideLock(state, lock(), later)), state).lock?.since).to.equal(later);
  });

  it("is told by id, not by name", () => {
    expect(decideUnlock(state, unlock({ ...you, name: "another name" }), NOON + 1).ok).to.equal(true);
    expect(decideUnlock(state, unlock({ id: "U0OTHER", name: you.name }), NOON + 1).ok).to.equal(false);
  });

  it("is free again after you unlock it, for which you need no reason", () => {
    const given = factsOf(decideUnlock(state, unlock(), NOON + 1));
    expect(given).to.deep.equal([unlocked({ at: NOON + 1, by: you })]);
    expect(lockAt(foldTarget(given, state), NOON + 2)).to.equal(null);
  });

  it("can be unlocked while your deploy runs, which holds the target until it has ended", () => {
    const running = foldTarget([started({ by: you })], state);
    const after = foldTarget(factsOf(decideUnlock(running, unlock(), NOON + 1)), running);
    expect(after.lock).to.equal(null);
    expect(refusalOf(decideLock(after, lock(teammate), NOON + 2))?.kind).to.equal("heldByDeploy");
  });
});

describe("an unlock that comes when the lock has changed hands", () => {
  it("does not take the new lock away", () => {
    const state = given(locked({ by: you }), locked(), unlocked({ at: NOON + 1, by: you, lock: 1 }));
    expect(lockAt(state, NOON + 2)).to.deep.equal({ ...HELD, version: 2, seen: 2 });
  });
});

describe("a target that is being deployed to", () => {
  const running = { deploy: "k3v9x2", by: teammate, since: NOON };
  const state = given(started());

  it("refuses another deploy, also the way back and also to its owner: there is one already", () => {
    for (const request of [start(), start(teammate), start(you, true)])
      expect(refusalOf(decideStart(state, request, NOON + 1))).to.deep.equal({ kind: "deployRunning", ...running });
  });

  it("says that the deploy holds it when somebody locks or unlocks it", () => {
    const refusal = { kind: "heldByDeploy", ...running };
    expect(refusalOf(decideLock(state, lock(), NOON + 1))).to.deep.equal(refusal);
    expect(refusalOf(decideUnlock(state, unlock(), NOON + 1))).to.deep.equal(refusal);
  });

  it("can be locked by the one who deploys, to keep it afterwards", () => {
    const after = foldTarget([...factsOf(decideLock(state, lock(teammate), NOON + 1)), ended()], state);
    expect(lockAt(after, NOON + 2)?.by).to.deep.equal(teammate);
  });

  it("is held however long that takes: a deploy does not run out like a lock", () => {
    expect(decideStart(state, start(), NOON + 1_000 * HOUR).ok).to.equal(false);
  });

  it("is free when that deploy has ended, and only that one", () => {
    expect(given(started(), ended()).running).to.equal(null);
    expect(given(started(), ended({ deploy: "0ther" })).running).to.deep.equal(running);
  });

  it("keeps a lock that was taken before and still holds", () => {
    expect(lockAt(given(locked(), started(), ended()), NOON + 1)).to.deep.equal(HELD);
  });
});
