// Leases that this process holds, and those that it has lost, held as the runner holds them.

import { expect } from "chai";
import { measuredLeases } from "../../src/meters/store.ts";
import type { Lease, Leases } from "../../src/ports/leases.ts";
import { holdLease } from "../../src/runner/lease.ts";
import { ManualClock } from "../support/clock.ts";
import { silentLog } from "../support/parts.ts";
import { type Counting, countingMeters } from "./counting.ts";

const TERM_MS = 15_000;
/** It is asked for again by then, and long before it would be lost. */
const RENEWED_BY_MS = 5_000;

describe("leases, measured", () => {
  let clock: ManualClock;
  let meters: Counting;
  let answer: () => Promise<Lease>;
  const lost = () => meters.of("lockstep_leases_lost_total");
  beforeEach(() => {
    clock = new ManualClock();
    meters = countingMeters();
    answer = async () => ({ held: true, token: 7, until: clock.now() + TERM_MS });
  });

  async function hold(store: Leases = { acquire: () => answer(), release: async () => {} }) {
    const leases = measuredLeases(store, { meters, clock });
    const lease = await holdLease(
      { leases, clock, log: silentLog, names: { fresh: () => "me" } },
      "target/web/production",
    );
    return { leases, lease };
  }

  it("are held until they are given back, and then not lost", async () => {
    const { leases, lease } = await hold();
    await clock.pass(10 * TERM_MS);
    expect(leases.held()).to.equal(1);
    await lease?.release();
    expect([leases.held(), lost()]).to.deep.equal([0, 0]);
  });

  it("are not held any more when they are given back while they are being renewed", async () => {
    let answerNow = () => {};
    const store: Leases = { acquire: () => answer(), release: async () => answerNow() };
    const { leases, lease } = await hold(store);
    answer = () =>
      new Promise((resolve) => {
        answerNow = () => resolve({ held: true, token: 7, until: clock.now() + TERM_MS });
      });
    await clock.pass(RENEWED_BY_MS);
    await lease?.release();
    expect([leases.held(), lost()]).to.deep.equal([0, 0]);
  });

  it("are not held, and not lost, when somebody else has them", async () => {
    answer = async () => ({ held: false, until: TERM_MS });
    const { leases } = await hold();
    expect([leases.held(), lost()]).to.deep.equal([0, 0]);
  });

  it("are lost once when somebody else has them all of a sudden", async () => {
    const { leases, lease } = await hold();
    answer = async () => ({ held: false, until: clock.now() + TERM_MS });
    await clock.pass(TERM_MS);
    await lease?.release();
    expect([leases.held(), lost()]).to.deep.equal([0, 1]);
  });

  for (const [how, silence] of [
    ["says nothing any more", () => new Promise<Lease>(() => {})],
    ["fails", () => Promise.reject(new Error("away"))],
  ] as const) {
    it(`are lost when the store ${how}`, async () => {
      const { lease } = await hold();
      answer = silence;
      await clock.pass(TERM_MS);
      expect(lease?.lost.aborted).to.equal(true);
      await lease?.release();
      expect(lost()).to.equal(1);
    });
  }
});
