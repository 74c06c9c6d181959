// Holding a lease while the store answers, refuses, fails, or says nothing.

import { expect } from "chai";
import type { Lease, Leases } from "../../src/ports/leases.ts";
import { holdLease } from "../../src/runner/lease.ts";
import { ManualClock } from "../support/clock.ts";

const TERM_MS = 15_000;
const log = { debug() {}, info() {}, warn() {}, error() {} };

describe("a lease that is held", () => {
  let clock: ManualClock;
  let answer: () => Promise<Lease>;
  let given: string[];
  beforeEach(() => {
    clock = new ManualClock();
    given = [];
    answer = async () => ({ held: true, token: 7, until: clock.now() + TERM_MS });
  });

  function hold() {
    const leases: Leases = { acquire: () => answer(), release: async (name) => void given.push(name) };
    return holdLease({ leases, clock, log, names: { fresh: () => "me" } }, "target/web/production");
  }

  it("is renewed for as long as it is wanted, and then given back", async () => {
    const lease = await hold();
    await clock.pass(10 * TERM_MS);
    expect(lease?.lost.aborted).to.equal(false);
    await lease?.release();
    expect(given).to.deep.equal(["target/web/production"]);
  });

  it("is known not to be held any more after a sleep, before anything else has noticed", async () => {
    const lease = await hold();
    clock.sleep(TERM_MS - 4_000);
    expect(lease?.held()).to.equal(true);
    clock.sleep(1_000);
    expect(lease?.held()).to.equal(false);
    expect(lease?.lost.aborted).to.equal(false);
    await lease?.release();
  });

  it("is not held when somebody else has it", async () => {
    answer = async () => ({ held: false, until: TERM_MS });
    expect(await hold()).to.equal(null);
  });

  it("survives one answer that fails", async () => {
    const lease = await hold();
    const well = answer;
    answer = async () => {
      answer = well;
      throw new Error("the store blinked");
    };
    await clock.pass(2 * TERM_MS);
    expect(lease?.lost.aborted).to.equal(false);
    await lease?.release();
  });

  const silences: [string, () => Promise<Lease>][] = [
    ["fails", () => Promise.reject(new Error("gone"))],
    ["says nothing", () => new Promise(() => {})],
  ];
  for (const [silence, never] of silences) {
    it(`is lost before it has run out when the store ${silence}`, async () => {
      const lease = await hold();
      answer = never;
      await clock.pass(TERM_MS - 1);
      expect(lease?.lost.aborted, "nobody else can have it yet").to.equal(true);
      await lease?.release();
    });
  }

  for (const [silence, never] of silences) {
    it(`is lost in time when the store ${silence} and the clock was set back by an hour`, async () => {
      for (const after of [1_000, 5_000]) {
        const well = answer;
        const lease = await hold();
        answer = never;
        await clock.pass(after);
        clock.setBack(3_600_000);
        await clock.pass(TERM_MS - 1 - after);
        expect(lease?.lost.aborted).to.equal(true);
        await lease?.release();
        answer = well;
      }
    });
  }

  it("is kept on a clock that was set back while the store answers", async () => {
    const lease = await hold();
    await clock.pass(1_000);
    clock.setBack(3_600_000);
    await clock.pass(10 * TERM_MS);
    expect(lease?.lost.aborted).to.equal(false);
    await lease?.release();
  });

  it("is lost at once when somebody else has it, or had it in between", async () => {
    for (const other of [
      { held: false, until: 99_000 },
      { held: true, token: 8, until: 99_000 },
    ] satisfies Lease[]) {
      const lease = await hold();
      const well = answer;
      answer = async () => other;
      await clock.pass(5_000);
      expect(lease?.lost.aborted).to.equal(true);
      await lease?.release();
      answer = well;
    }
  });
});
