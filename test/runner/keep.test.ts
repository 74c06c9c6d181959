// What the bot does by itself on a target, with a clock that is moved by hand: locks run out, turns pass on, and people are told, once, whatever fails.

import { expect } from "chai";
import type { TargetFact } from "../../src/locks/facts.ts";
import { decideFreeze } from "../../src/locks/freezes.ts";
import { keep } from "../../src/runner/keep.ts";
import { keptTarget } from "../../src/runner/keptTarget.ts";
import type { Parts } from "../../src/runner/parts.ts";
import { targetStream } from "../../src/runner/stored.ts";
import { MINUTE, onCall, SECOND, teammate, you } from "../support/build.ts";
import type { ManualClock } from "../support/clock.ts";
import type { MemoryThread } from "../support/memory.ts";
import { memoryParts } from "../support/memory-parts.ts";
import { extended, left, locked, TO_LOCK, unlocked, WEB, waiting } from "../support/targets.ts";

const HOUR = 60 * MINUTE;
const LOCKED = locked({ at: 0 });

describe("a target that is kept", () => {
  let clock: ManualClock;
  let thread: MemoryThread;
  let parts: Parts;
  let stopping: AbortController;
  let keeping: Promise<boolean>;

  beforeEach(() => {
    ({ parts, clock, thread } = memoryParts());
    stopping = new AbortController();
  });
  afterEach(async () => {
    stopping.abort();
    await keeping;
  });

  /** Lets everything happen that happens at once. */
  const settled = () => clock.pass(0);
  /** Changes of messages come one after the other, a second apart. */
  const calm = () => clock.pass(10 * SECOND);
  async function happens(...facts: TargetFact[]): Promise<void> {
    await parts.targets.change(WEB, () => ({ ok: true, facts }));
    await settled();
  }
  async function start(): Promise<void> {
    keeping = keep(keptTarget(WEB, parts), parts, { stopping: stopping.signal, notices: new Map() });
    keeping.catch(() => {});
    await settled();
  }
  const told = () => thread.posted.map(({ to, words }) => `${to}: ${words.slice(0, 45)}`);
  const kinds = async () => (await parts.journal.read(targetStream(WEB))).map(({ fact }) => fact.kind);

  it("rests when nothing stands and nothing is due, and leaves the lease to others", async () => {
    await happens(LOCKED, unlocked({ at: 0 }));
    await start();
    expect(await keeping).to.equal(true);
    expect(await keep(keptTarget(WEB, parts), parts, { stopping: stopping.signal, notices: new Map() })).to.equal(true);
  });

  it("is kept by one process at a time", async () => {
    await happens(LOCKED);
    await start();
    expect(await keep(keptTarget(WEB, parts), parts, { stopping: stopping.signal, notices: new Map() })).to.equal(
      false,
    );
  });

  it("warns the owner in time, ends the lock in time, and tells it", async () => {
    await happens(LOCKED);
    await start();
    await clock.pass(50 * MINUTE - 1);
    expect(told()).to.deep.equal([]);
    await clock.pass(1);
    expect(told()).to.deep.equal(["U0MATE: Your lock on web in production (db migration)"]);
    expect(thread.posted[0]?.buttons).to.deep.equal(["Extend 30 min", "Unlock"]);
    await clock.pass(10 * MINUTE - 1);
    expect(await kinds()).to.deep.equal(["locked", "warned"]);
    await clock.pass(1);
    expect(await kinds()).to.deep.equal(["locked", "warned", "expired"]);
    await calm();
    expect(await keeping).to.equal(true);
    expect(thread.posted.map(({ words, buttons }) => [words, buttons])).to.deep.equal([
      ["Your lock on web in production is over.", []],
      [
        "Your lock on web in production (db migration) has run out: it is not yours any more. /lock web production asks for it again.",
        [],
      ],
    ]);
  });

  it("closes the warning when the lock is extended, and warns again before the new end", async () => {
    await happens(LOCKED);
    await start();
    await clock.pass(55 * MINUTE);
    await happens(extended({ at: clock.now(), until: 2 * HOUR }));
    await calm();
    expect(thread.posted.map(({ words, buttons }) => [words, buttons])).to.deep.equal([
      ["web in production is yours until 1970-01-01 02:00 UTC now.", []],
    ]);
    await clock.pass(55 * MINUTE);
    expect(thread.posted.map(({ buttons }) => buttons.length)).to.deep.equal([0, 2]);
  });

  it("tells each in line their place, changes it in place, and closes it without buttons", async () => {
    await happens(LOCKED, waiting(you, TO_LOCK, 0), waiting(onCall, TO_LOCK, 0));
    await start();
    expect(told()).to.deep.equal([
      "U0YOU: You are next of 2 in line for web in producti",
      "U0CALL: You are number 2 of 2 in line for web in prod",
    ]);
    await happens(left(you));
    await calm();
    expect(thread.posted.map(({ to, words, buttons }) => [to, words.slice(0, 30), buttons])).to.deep.equal([
      ["U0YOU", "You are no longer in line for ", []],
      ["U0CALL", "You are next in line for web i", ["Leave the line"]],
    ]);
  });

  it("gives the next their turn as soon as it is free, passes it on in time, and gives up nobody's place", async () => {
    await happens(LOCKED, waiting(you, TO_LOCK, 0), waiting(onCall, TO_LOCK, 0));
    await start();
    await happens(unlocked({ at: clock.now() }));
    const turns = () => thread.posted.filter(({ buttons }) => buttons.includes("Let it pass")).map(({ to }) => to);
    expect(turns()).to.deep.equal(["U0YOU"]);
    await clock.pass(5 * MINUTE - 1);
    expect(turns()).to.deep.equal(["U0YOU"]);
    await clock.pass(1);
    expect(turns()).to.deep.equal(["U0CALL"]);
    expect(told()).to.include("U0YOU: You did not take your turn on web in producti");
    await happens(locked({ at: clock.now(), by: onCall }));
    await calm();
    expect(turns()).to.deep.equal([]);
    expect(thread.posted.map(({ words }) => words)).to.include("You took your turn on web in production.");
  });

  it("gives a turn also when the repository does not know the ref any more, and says so", async () => {
    await happens(waiting(teammate, { kind: "deploy", ref: "mian", commit: null }, 0));
    await start();
    const [, offered] = await parts.journal.read(targetStream(WEB));
    expect(offered?.fact).to.deep.include({ kind: "offered", commit: null });
    expect(offered?.fact.trouble).to.deep.include({ problem: "unknownRef" });
    expect(thread.posted.map(({ words }) => words).join()).to.include(
      "cannot be told: There is no branch, tag or commit mian",
    );
  });

  it("passes over whoever may not do any more what they wait for, and tells them", async () => {
    await happens(LOCKED, waiting(you, { kind: "deploy", ref: "main", commit: null }, 0), unlocked({ at: 0 }));
    await start();
    expect((await kinds()).slice(-1)).to.deep.equal(["leftLine"]);
    expect(told()).to.deep.equal(["U0YOU: It was your turn on web in production, but yo"]);
  });

  it("gives no turn while deploys are frozen, and gives it when the freeze is over", async () => {
    const freeze = { by: onCall, environment: null, reason: "incident", until: HOUR };
    await parts.freezes.change((state, now) => decideFreeze(state, freeze, now));
    await happens(waiting(you, TO_LOCK, 0));
    await start();
    await clock.pass(HOUR - 1);
    expect(await kinds()).to.deep.equal(["waiting"]);
    await clock.pass(1);
    expect(await kinds()).to.deep.equal(["waiting", "offered"]);
  });

  describe("when Slack fails", () => {
    const RAN_OUT = "U0MATE: Your lock on web in production (db migration)";

    it("does not hold up what is due, and people are told once it is back", async () => {
      await happens(LOCKED);
      await start();
      thread.failing = "unreachable";
      await clock.pass(HOUR);
      expect(await kinds()).to.deep.equal(["locked", "warned", "expired"]);
      await clock.pass(10 * MINUTE);
      expect(thread.tries, "with growing pauses").to.be.within(5, 60);
      expect(thread.posted).to.deep.equal([]);
      thread.failing = null;
      await clock.pass(MINUTE);
      expect(told()).to.deep.equal([RAN_OUT]);
      expect(await keeping).to.equal(true);
    });

    it("changes what stands once it is back: no button of the past stays", async () => {
      await happens(LOCKED);
      await start();
      await clock.pass(50 * MINUTE);
      thread.failing = "rateLimited";
      await happens(unlocked({ at: clock.now() }));
      expect(thread.posted[0]?.buttons).to.have.length(2);
      thread.failing = null;
      await clock.pass(MINUTE);
      expect(thread.posted.map(({ words, buttons }) => [words, buttons])).to.deep.equal([
        ["Your lock on web in production is over.", []],
      ]);
    });

    it("does not tell it twice when the answer was lost", async () => {
      await happens(LOCKED);
      await start();
      await clock.pass(50 * MINUTE - 1);
      thread.failing = "lost";
      await clock.pass(10 * SECOND);
      thread.failing = null;
      await clock.pass(MINUTE);
      expect(thread.posted).to.have.length(1);
      expect(thread.posted[0]?.buttons).to.deep.equal(["Extend 30 min", "Unlock"]);
    });

    it("takes back what nobody wants any more, also when nobody knows whether it was said", async () => {
      await happens(LOCKED);
      await start();
      thread.failing = "lost";
      await clock.pass(50 * MINUTE);
      await happens(unlocked({ at: clock.now() }));
      thread.failing = null;
      await clock.pass(MINUTE);
      expect(thread.posted.map(({ words, buttons }) => [words, buttons])).to.deep.equal([
        ["Your lock on web in production is over.", []],
      ]);
    });

    it("passes nobody over who was not told of their turn: their time begins when they were", async () => {
      await happens(waiting(you, TO_LOCK, 0), waiting(onCall, TO_LOCK, 0));
      thread.failing = "unreachable";
      await start();
      await clock.pass(20 * MINUTE);
      thread.failing = null;
      await clock.pass(2 * MINUTE);
      const turns = () =>
        thread.posted.filter(({ words }) => words.startsWith("It is your turn: nobody")).map(({ to }) => to);
      expect(turns()).to.deep.equal([you.id]);
      expect((await parts.targets.read(WEB)).line.map(({ by }) => by.id)).to.deep.equal([you.id, onCall.id]);
      await clock.pass(5 * MINUTE);
      expect(turns()).to.deep.equal([onCall.id]);
    });

    it("leaves it at that when somebody can never be told, and tells the others", async () => {
      await happens(LOCKED, waiting(you, TO_LOCK, 0));
      thread.failing = "refused";
      await start();
      const { tries } = thread;
      thread.failing = null;
      await happens(waiting(onCall, TO_LOCK, 0));
      await clock.pass(10 * MINUTE);
      expect(tries).to.equal(1);
      expect(thread.posted.map(({ to }) => to)).to.deep.equal(["U0CALL"]);
    });
  });

  describe("when the process dies", () => {
    it("between a post and its record, the post is found and not repeated", async () => {
      await happens(LOCKED);
      await start();
      thread.failing = "dies";
      await clock.pass(50 * MINUTE);
      expect(await keeping.catch((error: Error) => error.message)).to.equal("the process died");
      thread.failing = null;
      await start();
      await clock.pass(5 * MINUTE);
      expect(thread.posted).to.have.length(1);
      await happens(unlocked({ at: clock.now() }));
      expect(thread.posted.map(({ words }) => words)).to.deep.equal(["Your lock on web in production is over."]);
    });

    it("at any time else, what was told is not told again, and what was due is done late", async () => {
      await happens(LOCKED, waiting(you, TO_LOCK, 0));
      await start();
      await clock.pass(50 * MINUTE);
      stopping.abort();
      expect(await keeping).to.equal(false);
      expect(told()).to.have.length(2);
      await clock.pass(HOUR);
      stopping = new AbortController();
      await start();
      await calm();
      expect(await kinds()).to.deep.equal(["locked", "waiting", "warned", "expired", "offered"]);
      expect(thread.posted.map(({ to, buttons }) => [to, buttons])).to.deep.equal([
        ["U0YOU", []],
        ["U0MATE", []],
        ["U0MATE", []],
        ["U0YOU", ["Lock web", "Let it pass"]],
      ]);
    });
  });
});
