// What is due by itself: the warning before a lock runs out, its end, the turn of the next in line, and passing it on.

import { expect } from "chai";
import { foldTarget, freeTarget, type TargetState } from "../../src/locks/fold.ts";
import { upkeep } from "../../src/locks/upkeep.ts";
import { HOUR, MINUTE, NOON, onCall, SECOND, teammate, you } from "../support/build.ts";
import {
  aFreeze,
  expired,
  extended,
  given,
  left,
  locked,
  offered,
  started,
  unlocked,
  waiting,
  warned,
} from "../support/targets.ts";

const times = { warnMs: 10 * MINUTE, acceptMs: 5 * MINUTE };
const due = (state: TargetState, now: number, freeze = null as ReturnType<typeof aFreeze> | null) =>
  upkeep(state, { times, freeze, toldAt: NOON, since: 0 }, now);
const until = (at: number) => ({ do: "wait", until: at });
const NEVER = until(Number.POSITIVE_INFINITY);
const END = NOON + HOUR;

describe("the warning before a lock runs out", () => {
  const state = given(locked());

  it("is due so long before the end, and not a moment before", () => {
    expect(due(state, NOON)).to.deep.equal(until(END - 10 * MINUTE));
    expect(due(state, END - 10 * MINUTE - 1)).to.deep.equal(until(END - 10 * MINUTE));
    expect(due(state, END - 10 * MINUTE)).to.deep.equal({
      do: "append",
      facts: [warned({ at: END - 10 * MINUTE })],
    });
  });

  it("is given once: then the end is waited for", () => {
    expect(due(given(locked(), warned()), END - MINUTE)).to.deep.equal(until(END));
  });

  it("is given in the middle of a lock that is shorter than that", () => {
    const short = given(locked({ until: NOON + 4 * MINUTE }));
    expect(due(short, NOON)).to.deep.equal(until(NOON + 2 * MINUTE));
    expect(due(short, NOON + 2 * MINUTE).do).to.equal("append");
    const tiny = given(locked({ until: NOON + 100 }));
    expect(due(tiny, NOON)).to.deep.equal(until(NOON + 50));
  });

  it("is given again before the new end after the lock was extended, and after it was locked anew", () => {
    const more = given(locked(), warned(), extended({ at: END - MINUTE }));
    expect(due(more, END - MINUTE)).to.deep.equal(until(END + HOUR - 10 * MINUTE));
    const anew = given(locked(), warned(), locked({ at: END - MINUTE }));
    expect(due(anew, END - MINUTE)).to.deep.equal(until(END - MINUTE + HOUR - 10 * MINUTE));
  });

  it("goes to the new owner of a lock that was taken over", () => {
    const { by, reason, since, until, version } = given(locked()).lock ?? expect.fail();
    const from = { by, reason, since, until, version };
    const taken = { kind: "takenOver", at: NOON, by: you, reason: "hotfix", until: END, from } as const;
    const now = END - MINUTE;
    expect(due(given(locked(), warned(), taken), now)).to.deep.equal({
      do: "append",
      facts: [warned({ at: now, seen: 3, owner: you })],
    });
  });

  it("comes late when nobody was there in time, and not after the end", () => {
    expect(due(state, END - 1)).to.deep.equal({ do: "append", facts: [warned({ at: END - 1 })] });
    expect(due(state, END)).to.deep.equal({ do: "append", facts: [expired({ at: END })] });
  });
});

describe("the end of a lock", () => {
  it("is written down once, also while a deploy runs under it", () => {
    const state = given(locked(), warned());
    expect(due(state, END + SECOND)).to.deep.equal({ do: "append", facts: [expired({ at: END + SECOND })] });
    expect(due(foldTarget([expired()], state), END + SECOND)).to.deep.equal(NEVER);
    expect(due(foldTarget([started()], state), END).do).to.equal("append");
  });

  it("of an older lock does not end the one that was taken since", () => {
    expect(given(locked(), locked(), expired({ lock: 1 })).lock?.version).to.equal(2);
  });

  it("is not due any more when the clock goes back behind it", () => {
    expect(due(given(locked(), warned()), END - MINUTE)).to.deep.equal(until(END));
  });
});

describe("the turn of the next in line", () => {
  const free = given(locked(), waiting(you), waiting(onCall), unlocked());
  const [first] = free.line;

  it("is due as soon as nobody holds the target", () => {
    expect(due(given(locked(), waiting(you)), NOON)).to.deep.equal(until(END - 10 * MINUTE));
    expect(due(free, NOON)).to.deep.equal({ do: "offer", to: first });
    expect(due(given(waiting(you), started({ by: teammate })), NOON)).to.deep.equal(NEVER);
  });

  it("is given once, and kept until its time is over", () => {
    const state = foldTarget([offered(you)], free);
    expect(due(state, NOON)).to.deep.equal(until(NOON + 5 * MINUTE));
  });

  it("passes on when its time is over: to the next, and then to nobody", () => {
    const late = NOON + 5 * MINUTE;
    const state = foldTarget([offered(you)], free);
    const passed = left(you, { at: late, why: "tooLate" });
    expect(due(state, late)).to.deep.equal({ do: "append", facts: [passed] });
    const next = foldTarget([passed], state);
    expect(due(next, late)).to.deep.equal({ do: "offer", to: state.line[1] });
    const last = foldTarget([offered(onCall, { at: late, until: late + 1 }), left(onCall)], next);
    expect(due(last, late + 1)).to.deep.equal(NEVER);
  });

  it("is held back while deploys are frozen: the time to accept would be over before it could be used", () => {
    expect(due(free, NOON, aFreeze())).to.deep.equal(NEVER);
    expect(due(free, NOON, aFreeze({ until: END }))).to.deep.equal(until(END));
    expect(due(free, END)).to.deep.equal({ do: "offer", to: first });
  });

  it("begins when they were told, and not before: nobody loses a turn that they never heard of", () => {
    const state = foldTarget([offered(you)], free);
    const late = NOON + 5 * MINUTE;
    const facts = (keeping: { toldAt: number | null; since: number }) => {
      const duty = upkeep(state, { times, freeze: null, ...keeping }, late);
      return duty.do === "append" ? duty.facts : [];
    };
    const prolonged = (end: number) => [{ kind: "prolonged", at: late, to: you, until: end }];
    expect(facts({ toldAt: null, since: 0 })).to.deep.equal(prolonged(late + 5 * MINUTE));
    expect(facts({ toldAt: late - MINUTE, since: 0 })).to.deep.equal(prolonged(late + 4 * MINUTE));
    expect(facts({ toldAt: NOON, since: late + 1 })).to.deep.equal(prolonged(late + 1 + 5 * MINUTE));
    expect(foldTarget(facts({ toldAt: null, since: 0 }), state).offer?.until).to.equal(late + 5 * MINUTE);
  });

  it("lasts no longer on a clock that was set back, whenever they were told and since when it is kept", () => {
    const state = foldTarget([offered(you)], free);
    const now = NOON - HOUR;
    const shorter = { kind: "prolonged", at: now, to: you, until: now + 5 * MINUTE } as const;
    expect(due(state, now)).to.deep.equal({ do: "append", facts: [shorter] });
    const next = foldTarget([shorter], state);
    const over = upkeep(next, { times, freeze: null, toldAt: NOON, since: NOON }, now + 5 * MINUTE);
    expect(over).to.deep.equal({ do: "append", facts: [left(you, { at: now + 5 * MINUTE, why: "tooLate" })] });
    expect(due(foldTarget([offered(you)], free), NOON - 20 * SECOND)).to.deep.equal(until(NOON + 5 * MINUTE));
  });

  it("is taken back when deploys are frozen meanwhile, and given again when they are not", () => {
    const state = foldTarget([offered(you)], free);
    const withdrawn = { kind: "withdrawn", at: NOON, to: you } as const;
    expect(due(state, NOON, aFreeze())).to.deep.equal({ do: "append", facts: [withdrawn] });
    const frozen = foldTarget([withdrawn], state);
    expect(due(frozen, NOON + HOUR, aFreeze())).to.deep.equal(NEVER);
    expect(due(frozen, NOON + HOUR)).to.deep.equal({ do: "offer", to: first });
  });

  it("comes again after a way back that went past it", () => {
    const state = foldTarget([offered(you), started({ by: onCall, wayBack: true })], free);
    expect(due(state, NOON)).to.deep.equal(NEVER);
    expect(due({ ...state, running: null }, NOON)).to.deep.equal({ do: "offer", to: first });
  });
});

describe("a target where nothing is to be done", () => {
  it("is left alone until there is news", () => {
    expect(due(freeTarget, NOON)).to.deep.equal(NEVER);
    expect(due(given(started()), NOON + 1_000 * HOUR)).to.deep.equal(NEVER);
  });
});
