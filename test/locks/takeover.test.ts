// Somebody else's lock: taken over or unlocked with a reason, and only the one that was seen. And more time for one's own.

import { expect } from "chai";
import { decideExtend, decideTakeOver, decideUnlock } from "../../src/locks/decide.ts";
import { foldTarget, freeTarget, lockAt } from "../../src/locks/fold.ts";
import { HOUR, MINUTE, NOON, onCall, teammate, you } from "../support/build.ts";
import {
  expired,
  extended,
  factsOf,
  given,
  locked,
  refusalOf,
  started,
  unlocked,
  waiting,
  warned,
} from "../support/targets.ts";

const LONGEST = 8 * HOUR;
const take = (parts: { by?: typeof you; reason?: string; seen?: number; forMs?: number } = {}) => ({
  by: you,
  reason: "hotfix",
  seen: 1,
  forMs: HOUR,
  longestMs: LONGEST,
  ...parts,
});
const NOW = NOON + MINUTE;
const theirs = given(locked());

describe("taking over somebody else's lock", () => {
  const taken = {
    kind: "takenOver",
    at: NOW,
    by: you,
    reason: "hotfix",
    until: NOW + HOUR,
    from: { by: teammate, reason: "db migration", since: NOON, until: NOON + HOUR, version: 1 },
  };

  it("makes it yours, with a time of your own, and says whose it was", () => {
    const facts = factsOf(decideTakeOver(theirs, take(), NOW));
    expect(facts).to.deep.equal([taken]);
    const { by, reason, since, until, version, seen } = foldTarget(facts, theirs).lock ?? {};
    expect({ by, reason, since, until }).to.deep.equal({ by: you, reason: "hotfix", since: NOW, until: NOW + HOUR });
    expect([version, seen], "a new lock, with a higher number").to.deep.equal([2, 2]);
  });

  it("needs a reason: spaces are none", () => {
    for (const reason of ["", "  ", "\n\t"])
      expect(refusalOf(decideTakeOver(theirs, take({ reason }), NOW))).to.deep.equal({ kind: "reasonNeeded" });
    expect(factsOf(decideTakeOver(theirs, take({ reason: " hotfix\n" }), NOW))).to.deep.equal([taken]);
  });

  it("takes no reason that crowds out everything else, and no time that is too long", () => {
    expect(refusalOf(decideTakeOver(theirs, take({ reason: "x".repeat(301) }), NOW))?.kind).to.equal("reasonTooLong");
    expect(refusalOf(decideTakeOver(theirs, take({ forMs: LONGEST + 1 }), NOW))?.kind).to.equal("lockTooLong");
  });

  it("is refused when the lock is another one than was seen", () => {
    const others = given(locked(), unlocked(), locked({ by: onCall }));
    const refusal = { kind: "lockChanged", lock: lockAt(others, NOW) };
    expect(refusalOf(decideTakeOver(others, take(), NOW))).to.deep.equal(refusal);
  });

  it("is refused when it was extended or locked anew since it was seen: the owner still needs it", () => {
    for (const state of [given(locked(), extended()), given(locked(), locked({ reason: "longer" }))])
      expect(refusalOf(decideTakeOver(state, take(), NOW))?.kind).to.equal("lockChanged");
    expect(decideTakeOver(given(locked(), extended()), take({ seen: 2 }), NOW).ok).to.equal(true);
  });

  it("is not held up by a warning to the owner, which changes nothing of the lock", () => {
    expect(decideTakeOver(given(locked(), warned()), take(), NOW).ok).to.equal(true);
  });

  it("is refused when it is gone, has run out, or was never there", () => {
    const gone = { kind: "lockChanged", lock: null };
    expect(refusalOf(decideTakeOver(given(locked(), unlocked()), take(), NOW))).to.deep.equal(gone);
    expect(refusalOf(decideTakeOver(theirs, take(), NOON + HOUR))).to.deep.equal(gone);
    expect(refusalOf(decideTakeOver(freeTarget, take({ seen: 0 }), NOW))).to.deep.equal(gone);
  });

  it("is refused while a deploy runs under it: only the deploy can be aborted", () => {
    expect(refusalOf(decideTakeOver(given(locked(), started()), take(), NOW))).to.deep.equal({
      kind: "heldByDeploy",
      deploy: "k3v9x2",
      by: teammate,
      since: NOON,
    });
  });

  it("is not needed for one's own", () => {
    expect(refusalOf(decideTakeOver(theirs, take({ by: teammate }), NOW))?.kind).to.equal("yoursAlready");
  });

  it("goes past the line, in which the others keep their places, and uses up one's own", () => {
    const state = given(locked(), waiting(onCall), waiting(you));
    const after = foldTarget(factsOf(decideTakeOver(state, take(), NOW)), state);
    expect(after.line.map(({ by }) => by)).to.deep.equal([onCall]);
  });

  it("leaves nothing of it to the one who had it: their unlock comes too late", () => {
    const after = foldTarget(factsOf(decideTakeOver(theirs, take(), NOW)), theirs);
    const shown = { by: teammate, seen: 1, reason: "done" };
    expect(refusalOf(decideUnlock(after, shown, NOW))).to.deep.equal({
      kind: "lockChanged",
      lock: lockAt(after, NOW),
    });
    expect(lockAt(foldTarget([unlocked({ lock: 1 }), expired({ lock: 1 })], after), NOW)?.by).to.deep.equal(you);
  });
});

describe("unlocking somebody else's lock", () => {
  const unlock = (seen: number | null, reason: string, by = you) => ({ by, seen, reason });

  it("needs to have seen it and a reason, and says whose it was", () => {
    expect(factsOf(decideUnlock(theirs, unlock(1, "forgotten"), NOW))).to.deep.equal([
      unlocked({ at: NOW, by: you, owner: teammate, reason: "forgotten" }),
    ]);
    expect(refusalOf(decideUnlock(theirs, unlock(1, "  "), NOW))).to.deep.equal({ kind: "reasonNeeded" });
    expect(refusalOf(decideUnlock(theirs, unlock(null, "forgotten"), NOW))?.kind).to.equal("notYourLock");
    expect(refusalOf(decideUnlock(theirs, unlock(1, "x".repeat(301)), NOW))?.kind).to.equal("reasonTooLong");
  });

  it("is refused when it has changed since it was seen, also to its owner", () => {
    const state = given(locked(), extended());
    expect(refusalOf(decideUnlock(state, unlock(1, "forgotten"), NOW))?.kind).to.equal("lockChanged");
    expect(refusalOf(decideUnlock(state, unlock(1, "", teammate), NOW))?.kind).to.equal("yoursChanged");
    expect(decideUnlock(state, unlock(2, "", teammate), NOW).ok).to.equal(true);
  });

  it("is refused when what was seen is gone, rather than unlocking what may come after it", () => {
    const gone = given(locked(), unlocked());
    expect(refusalOf(decideUnlock(gone, unlock(1, "forgotten"), NOW))).to.deep.equal({
      kind: "lockChanged",
      lock: null,
    });
  });

  it("is refused while a deploy runs under it", () => {
    const state = given(locked(), started());
    expect(refusalOf(decideUnlock(state, unlock(1, "forgotten"), NOW))?.kind).to.equal("heldByDeploy");
  });
});

describe("more time for a lock", () => {
  const more = (by = teammate, seen = 1, forMs = 30 * MINUTE) => ({ by, seen, forMs, longestMs: LONGEST });

  it("is added to what is left, and the lock stays the same one", () => {
    const facts = factsOf(decideExtend(theirs, more(), NOW));
    expect(facts).to.deep.equal([extended({ at: NOW, until: NOON + HOUR + 30 * MINUTE })]);
    const { version, seen, since } = foldTarget(facts, theirs).lock ?? {};
    expect({ version, seen, since }).to.deep.equal({ version: 1, seen: 2, since: NOON });
  });

  it("never makes more than the longest from now on", () => {
    expect(refusalOf(decideExtend(theirs, more(teammate, 1, 7 * HOUR + 1), NOON))).to.deep.equal({
      kind: "lockTooLong",
      longestMs: LONGEST,
    });
    expect(decideExtend(theirs, more(teammate, 1, 7 * HOUR), NOON).ok).to.equal(true);
  });

  it("may be given again and again: each time counts from now", () => {
    let state = theirs;
    for (let i = 0; i < 40; i++) {
      const now = (state.lock?.until ?? 0) - MINUTE;
      state = foldTarget(factsOf(decideExtend(state, more(teammate, state.lock?.seen), now)), state);
    }
    expect(state.lock?.until).to.equal(NOON + 21 * HOUR);
  });

  it("is not given twice when the button is pressed twice, nor to another person, nor for a lock that is over", () => {
    const once = foldTarget(factsOf(decideExtend(theirs, more(), NOW)), theirs);
    expect(refusalOf(decideExtend(once, more(), NOW))).to.deep.equal({ kind: "yoursChanged", lock: lockAt(once, NOW) });
    expect(refusalOf(decideExtend(theirs, more(you), NOW))?.kind).to.equal("lockChanged");
    expect(refusalOf(decideExtend(theirs, more(), NOON + HOUR))).to.deep.equal({ kind: "lockChanged", lock: null });
  });
});
