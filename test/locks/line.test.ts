// The line of those who wait: first come, first served, one place each, and a turn that is kept for a while.

import { expect } from "chai";
import { decideLock, decideStart } from "../../src/locks/decide.ts";
import { foldTarget, freeTarget, type TargetState } from "../../src/locks/fold.ts";
import { decideLeave, decideWait, placeOf, turnAt } from "../../src/locks/line.ts";
import { HOUR, MINUTE, NOON, onCall, teammate, you } from "../support/build.ts";
import {
  ended,
  factsOf,
  given,
  left,
  locked,
  offered,
  refusalOf,
  started,
  TO_DEPLOY,
  TO_LOCK,
  unlocked,
  waiting,
} from "../support/targets.ts";

const NOW = NOON + MINUTE;
const LAPSED = NOON + 5 * MINUTE;
const names = (state: TargetState) => state.line.map(({ by }) => by.name);
const lock = (by = you) => ({ by, reason: "", forMs: HOUR, longestMs: 8 * HOUR });
const start = (by = you, wayBack = false) => ({ by, deploy: "n3w", wayBack, freeze: null });
/** Nobody holds it; you are the first in line, then on-call. */
const twoWait = given(locked(), waiting(you), waiting(onCall), unlocked());

describe("the line for a target", () => {
  it("is joined at the end, in the order in which people come", () => {
    let state = given(locked());
    for (const by of [onCall, you]) state = foldTarget(factsOf(decideWait(state, { by, wants: TO_LOCK }, NOW)), state);
    expect(names(state)).to.deep.equal(["on-call", "you"]);
    expect([placeOf(state, onCall), placeOf(state, you), placeOf(state, teammate)]).to.deep.equal([1, 2, null]);
  });

  it("has one place for each person: who joins again keeps the place and wants something else", () => {
    const state = given(locked(), waiting(you), waiting(onCall), waiting(you, TO_DEPLOY, NOON + HOUR));
    expect(names(state)).to.deep.equal(["you", "on-call"]);
    const [first] = state.line;
    expect(first).to.deep.equal({ by: you, wants: TO_DEPLOY, since: NOON, version: 2 });
  });

  it("cannot be joined by the one who has locked it, for a reason that is too long, or left without being in it", () => {
    const state = given(locked());
    const reason = "x".repeat(301);
    expect(refusalOf(decideWait(state, { by: teammate, wants: TO_LOCK }, NOW))?.kind).to.equal("yoursAlready");
    expect(refusalOf(decideWait(state, { by: you, wants: { ...TO_LOCK, reason } }, NOW))?.kind).to.equal(
      "reasonTooLong",
    );
    expect(refusalOf(decideLeave(state, { by: you, why: "left" }, NOW))).to.deep.equal({ kind: "notInLine" });
  });

  it("can be joined while a deploy runs, by its own owner as well", () => {
    const state = given(started());
    for (const by of [you, teammate]) expect(decideWait(state, { by, wants: TO_DEPLOY }, NOW).ok).to.equal(true);
  });

  it("can be left; the others keep their order", () => {
    const state = given(locked(), waiting(you), waiting(teammate), waiting(onCall));
    const after = foldTarget(factsOf(decideLeave(state, { by: teammate, why: "left" }, NOW)), state);
    expect(names(after)).to.deep.equal(["you", "on-call"]);
  });

  it("stays as it is when the lock is taken anew, extended or expires, and when somebody deploys under it", () => {
    const state = given(locked(), waiting(you), waiting(onCall), locked({ reason: "more" }), started(), ended());
    expect(names(state)).to.deep.equal(["you", "on-call"]);
  });
});

describe("a target that nobody holds while people wait", () => {
  it("is kept for the first in line, also before they have been told", () => {
    const refusal = { kind: "reserved", turn: you, until: null };
    for (const by of [onCall, teammate]) {
      expect(refusalOf(decideLock(twoWait, lock(by), NOW))).to.deep.equal(refusal);
      expect(refusalOf(decideStart(twoWait, start(by), NOW))).to.deep.equal(refusal);
    }
    expect(turnAt(twoWait, NOW)?.by).to.deep.equal(you);
  });

  it("is kept for them until the time to accept is over, and says until when", () => {
    const state = foldTarget([offered(you)], twoWait);
    expect(refusalOf(decideLock(state, lock(onCall), LAPSED - 1))).to.deep.equal({
      kind: "reserved",
      turn: you,
      until: LAPSED,
    });
  });

  it("is kept for them also when the lock before has only run out and nobody has noticed yet", () => {
    const state = given(locked(), waiting(you));
    expect(refusalOf(decideLock(state, lock(teammate), NOON + HOUR))?.kind).to.equal("reserved");
    expect(decideLock(state, lock(you), NOON + HOUR).ok).to.equal(true);
  });

  it("is theirs when they lock or deploy, by a button or typed, with or without an offer; their place is used up", () => {
    for (const state of [twoWait, foldTarget([offered(you)], twoWait)]) {
      for (const decided of [decideLock(state, lock(you), NOW), decideStart(state, start(you), NOW)]) {
        const after = foldTarget(factsOf(decided), state);
        expect(names(after)).to.deep.equal(["on-call"]);
        expect(after.offer).to.equal(null);
      }
    }
  });

  it("is not asked for anew while it is theirs: the time to accept would begin again each time", () => {
    const state = foldTarget([offered(you)], twoWait);
    const again = { by: you, wants: TO_DEPLOY };
    expect(refusalOf(decideWait(state, again, NOW))).to.deep.equal({ kind: "yourTurn", until: LAPSED });
    expect(decideWait(state, again, LAPSED).ok).to.equal(true);
    expect(decideWait(state, { by: onCall, wants: TO_DEPLOY }, NOW).ok).to.equal(true);
  });

  it("goes to the next one when the first leaves, and an offer to them is void", () => {
    const after = foldTarget([offered(you), left(you)], twoWait);
    expect(after.offer).to.equal(null);
    expect(turnAt(after, NOW)?.by).to.deep.equal(onCall);
  });

  it("keeps the offer when somebody behind the first leaves", () => {
    expect(foldTarget([offered(you), left(onCall)], twoWait).offer?.to).to.deep.equal(you);
  });
});

describe("a turn that was not taken in time", () => {
  const state = foldTarget([offered(you)], twoWait);
  const passed = left(you, { at: LAPSED, why: "tooLate" });

  it("passes on to the next in line, and not to anybody else", () => {
    expect(turnAt(state, LAPSED)?.by).to.deep.equal(onCall);
    expect(decideLock(state, lock(onCall), LAPSED).ok).to.equal(true);
    expect(refusalOf(decideLock(state, lock(teammate), LAPSED))).to.deep.equal({
      kind: "reserved",
      turn: onCall,
      until: null,
    });
  });

  it("is nobody's when nobody else waits: then anybody may take the target, the one who let it pass as well", () => {
    const alone = given(waiting(you), offered(you));
    expect(turnAt(alone, LAPSED)).to.equal(null);
    for (const by of [you, teammate]) expect(decideLock(alone, lock(by), LAPSED).ok).to.equal(true);
  });

  it("is written down before another one has the target: who let it pass is told, and waits no longer", () => {
    const byLock = factsOf(decideLock(state, lock(onCall), LAPSED));
    expect(byLock[0]).to.deep.equal(passed);
    expect(names(foldTarget(byLock, state))).to.deep.equal([]);
    expect(factsOf(decideStart(state, start(onCall), LAPSED))[0]).to.deep.equal(passed);
  });

  it("is not held against the one who takes it after all", () => {
    const alone = given(waiting(you), offered(you));
    expect(factsOf(decideLock(alone, lock(you), LAPSED)).map(({ kind }) => kind)).to.deep.equal(["locked"]);
  });
});

describe("the way back while people wait", () => {
  it("passes the line and an offer, and uses up nobody's place, also not of the one who goes back", () => {
    const offer = foldTarget([offered(you)], twoWait);
    for (const by of [you, onCall, teammate]) {
      const running = foldTarget(factsOf(decideStart(offer, start(by, true), NOW)), offer);
      expect(names(running)).to.deep.equal(["you", "on-call"]);
      expect(turnAt(running, NOW), "nobody's turn as long as it runs").to.equal(null);
      const after = foldTarget([ended({ deploy: "n3w" })], running);
      expect(turnAt(after, NOW)?.by).to.deep.equal(you);
    }
  });

  it("makes the offer void: its time would pass while nobody can take it", () => {
    const offer = foldTarget([offered(you)], twoWait);
    expect(foldTarget(factsOf(decideStart(offer, start(teammate, true), NOW)), offer).offer).to.equal(null);
  });
});

describe("a line that nobody is in", () => {
  it("keeps nothing for anybody", () => {
    expect(turnAt(freeTarget, NOW)).to.equal(null);
    expect(placeOf(freeTarget, you)).to.equal(null);
  });
});
