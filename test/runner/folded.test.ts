// Streams with their state: two readers of one journal that race each other, answers that are lost, and how much is asked of the store.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { openEmbeddedStore } from "../../src/adapters/embedded/store.ts";
import { decideLock, decideUnlock } from "../../src/locks/decide.ts";
import { targetFact } from "../../src/locks/facts.ts";
import { foldTarget, freeTarget, lockAt, type TargetState } from "../../src/locks/fold.ts";
import { decideWait } from "../../src/locks/line.ts";
import { type Journal, StoreUnreachable } from "../../src/ports/journal.ts";
import { Folded } from "../../src/runner/folded.ts";
import { HOUR, onCall, teammate, you } from "../support/build.ts";
import { ManualClock } from "../support/clock.ts";
import { memoryJournal } from "../support/memory.ts";
import { locked, TO_LOCK } from "../support/targets.ts";

const STREAM = "target/web/production";
const PEOPLE = [you, teammate, onCall];
const lockFor = (by: typeof you) => (state: TargetState, now: number) =>
  decideLock(state, { by, reason: "", forMs: HOUR, longestMs: HOUR }, now);
const unlockFor = (by: typeof you) => (state: TargetState, now: number) =>
  decideUnlock(state, { by, reason: "", seen: null }, now);

describe("a stream that is read on from where the last reading stopped", () => {
  let directory: string;
  let journal: Journal;
  let calls: string[];

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "lockstep-store-"));
  });
  beforeEach(async () => {
    journal = (await openEmbeddedStore(await mkdtemp(join(directory, "store-")))).journal;
    calls = [];
  });
  afterEach(() => journal.close());
  after(() => rm(directory, { recursive: true }));

  function folded(through: Partial<Journal> = {}) {
    const counting: Journal = {
      ...journal,
      read: (stream, after) => {
        calls.push(`read after ${after}`);
        return (through.read ?? journal.read)(stream, after);
      },
      append: (writes) => {
        calls.push(`append at ${writes[0]?.expected}`);
        return (through.append ?? journal.append)(writes);
      },
    };
    const kind = { schema: targetFact, empty: freeTarget, fold: foldTarget };
    return new Folded({ journal: counting, clock: new ManualClock() }, kind);
  }

  it("is read again from the beginning when the store may have lost its end: what others wrote there instead counts", async () => {
    const store = memoryJournal();
    const kind = { schema: targetFact, empty: freeTarget, fold: foldTarget };
    const one = new Folded({ journal: store, clock: new ManualClock() }, kind);
    await one.change(STREAM, lockFor(you));
    store.lose(STREAM, 1);
    await new Folded({ journal: store, clock: new ManualClock() }, kind).change(STREAM, lockFor(teammate));
    const unlocked = await one.change(STREAM, unlockFor(you));
    expect(!unlocked.ok && unlocked.refusal.kind).to.equal("notYourLock");
    expect(lockAt(await one.read(STREAM), 1)?.by).to.deep.equal(teammate);
  });

  it("is read again also when somebody else who reads has noticed the gap first", async () => {
    const store = memoryJournal();
    const kind = { schema: targetFact, empty: freeTarget, fold: foldTarget };
    const one = new Folded({ journal: store, clock: new ManualClock() }, kind);
    await one.change(STREAM, lockFor(you));
    let first = true;
    const unlocked = await one.change(STREAM, async (state, now) => {
      const decided = unlockFor(you)(state, now);
      if (first) {
        first = false;
        store.lose(STREAM, 1);
        await new Folded({ journal: store, clock: new ManualClock() }, kind).change(STREAM, lockFor(teammate));
        await one.read("target/api/production");
      }
      return decided;
    });
    expect(!unlocked.ok && unlocked.refusal.kind).to.equal("notYourLock");
    expect(lockAt(await one.read(STREAM), 1)?.by).to.deep.equal(teammate);
  });

  it("costs one append for each change once it is known", async () => {
    const one = folded();
    await one.change(STREAM, lockFor(you));
    expect(calls).to.deep.equal(["read after 0", "append at 0"]);
    calls.length = 0;
    await one.change(STREAM, unlockFor(you));
    await one.change(STREAM, lockFor(teammate));
    expect(calls).to.deep.equal(["append at 1", "append at 2"]);
  });

  it("is read on, not from the start, when somebody else has written", async () => {
    const [one, other] = [folded(), folded()];
    await one.change(STREAM, lockFor(you));
    await other.change(STREAM, unlockFor(you));
    calls.length = 0;
    const changed = await one.change(STREAM, lockFor(teammate));
    expect(changed.ok && changed.state.lock?.version).to.equal(3);
    expect(calls).to.deep.equal(["read after 1", "append at 2"]);
    calls.length = 0;
    await other.change(STREAM, unlockFor(teammate));
    expect(calls).to.deep.equal(["read after 2", "append at 3"]);
  });

  it("never says no on what is old: the lock that it knew of is given up since", async () => {
    const [one, other] = [folded(), folded()];
    await one.change(STREAM, lockFor(you));
    await other.change(STREAM, unlockFor(you));
    expect((await one.change(STREAM, lockFor(teammate))).ok).to.equal(true);
  });

  it("never says yes on what is old: the lock that it did not know of is taken since", async () => {
    const [one, other] = [folded(), folded()];
    await one.read(STREAM);
    await other.change(STREAM, lockFor(you));
    const changed = await one.change(STREAM, lockFor(teammate));
    expect(!changed.ok && changed.refusal.kind).to.equal("lockedBy");
  });

  it("gives one lock to exactly one of many who want it at once, and each loser sees the winner", async () => {
    const readers = [folded(), folded(), folded()];
    const wanted = Array.from({ length: 60 }, (_, i) => ({ id: `U0P${i}`, name: `p${i}` }));
    const answers = await Promise.all(
      wanted.map((by, i) => (readers[i % readers.length] ?? expect.fail()).change(STREAM, lockFor(by))),
    );
    const winners = answers.flatMap((answer) => (answer.ok ? [answer.state.lock?.by.id] : []));
    expect(winners).to.have.length(1);
    const seen = answers.flatMap((answer) =>
      !answer.ok && answer.refusal.kind === "lockedBy" ? [answer.refusal.lock.by.id] : [],
    );
    expect(seen).to.deep.equal(Array(59).fill(winners[0]));
  });

  it("loses nobody who joins a line at the same time, and both readers see the same line", async () => {
    const [one, other] = [folded(), folded()];
    await one.change(STREAM, () => ({ ok: true, facts: [locked({ at: 0 })] }));
    const people = Array.from({ length: 40 }, (_, i) => ({ id: `U0P${i}`, name: `p${i}` }));
    await Promise.all(
      people.map((by, i) =>
        (i % 2 === 0 ? one : other).change(STREAM, (state, now) => decideWait(state, { by, wants: TO_LOCK }, now)),
      ),
    );
    const [a, b] = [await one.read(STREAM), await other.read(STREAM)];
    expect(a).to.deep.equal(b);
    expect(new Set(a.line.map(({ by }) => by.id))).to.deep.equal(new Set(people.map(({ id }) => id)));
    expect(a.version).to.equal(41);
  });

  it("notices at the next change that a write of unknown end was written", async () => {
    let isLost = true;
    const one = folded({
      append: async (writes) => {
        const appended = await journal.append(writes);
        if (isLost) throw new StoreUnreachable("the answer was lost", { done: "unknown", cause: null });
        return appended;
      },
    });
    const error = await one.change(STREAM, lockFor(you)).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(StoreUnreachable);
    isLost = false;
    const refused = await one.change(STREAM, lockFor(teammate));
    expect(!refused.ok && refused.refusal.kind === "lockedBy" && refused.refusal.lock.by.id).to.equal(you.id);
    expect((await one.change(STREAM, unlockFor(you))).ok).to.equal(true);
  });

  it("goes on after one that failed: those behind it in turn do not fail with it", async () => {
    const one = folded();
    const failing = one.change(STREAM, () => Promise.reject(new Error("a rule broke")));
    const next = one.change(STREAM, lockFor(you));
    expect(await failing.catch((error: Error) => error.message)).to.equal("a rule broke");
    expect((await next).ok).to.equal(true);
  });

  it("writes nothing at all when what belongs to it has moved, and decides again", async () => {
    const one = folded();
    let looks = 0;
    const changed = await one.change(STREAM, async (state, now) => {
      const expected = (await journal.read("freezes")).length;
      looks++;
      if (looks === 1) await journal.append([{ stream: "freezes", expected, facts: [{ kind: "frozen", at: 1 }] }]);
      return { ...lockFor(you)(state, now), also: [{ stream: "freezes", expected, facts: [] }] };
    });
    expect([changed.ok, looks, (await journal.read(STREAM)).length]).to.deep.equal([true, 2, 1]);
  });

  it("holds for many streams and a race on each: one holder, and the same for everybody", async () => {
    const readers = [folded(), folded()];
    const streams = Array.from({ length: 5 }, (_, i) => `target/web/e${i}`);
    await Promise.all(
      streams.flatMap((stream) => PEOPLE.flatMap((by) => readers.map((reader) => reader.change(stream, lockFor(by))))),
    );
    for (const stream of streams) {
      const [a, b] = await Promise.all(readers.map((reader) => reader.read(stream)));
      expect(a).to.deep.equal(b);
      expect(lockAt(a ?? freeTarget, 1)).not.to.equal(null);
    }
  });
});
