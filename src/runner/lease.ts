// Holds a lease and renews it. When it cannot be renewed in time, `lost` aborts before anybody else may take it over. Knows no deploy.

import type { Lease } from "../ports/leases.ts";
import type { Parts } from "./parts.ts";

const LEASE_MS = 15_000;
const RENEW_EVERY_MS = 4_000;
/** Work stops this long before the lease runs out, so that what is under way has ended when somebody else begins. */
const MARGIN_MS = 3_000;

export interface HeldLease {
  /** Fencing token: goes with every command that changes a host. */
  token: number;
  lost: AbortSignal;
  /** By the clock, which a process that slept can ask before its timers have told `lost`. */
  held(): boolean;
  /** Somebody with a newer token has been seen: stop at once. */
  surrender(): void;
  release(): Promise<void>;
}

type Needs = Pick<Parts, "leases" | "clock" | "names" | "log">;

/** Null when somebody else has it. */
export async function holdLease({ leases, clock, names, log }: Needs, name: string): Promise<HeldLease | null> {
  const owner = names.fresh();
  const first = await leases.acquire(name, owner, LEASE_MS);
  if (!first.held) return null;
  const { token } = first;
  const lost = new AbortController();
  const released = new AbortController();
  const over = AbortSignal.any([released.signal, lost.signal]);

  /** The renewed lease; null when the store has not answered by `deadline`. */
  async function renewed(deadline: number): Promise<Lease | null> {
    const answered = new AbortController();
    const late = clock.until(deadline, AbortSignal.any([over, answered.signal])).then(() => null);
    const asked = leases.acquire(name, owner, LEASE_MS).catch(() => null);
    const lease = await Promise.race([asked, late]);
    answered.abort();
    return lease;
  }

  let renewedAt = clock.now();
  let { until } = first;
  const lastMoment = () => Math.min(until, renewedAt + LEASE_MS) - MARGIN_MS;

  async function keep(): Promise<void> {
    while (!over.aborted) {
      const deadline = lastMoment();
      await clock.until(Math.min(clock.now() + RENEW_EVERY_MS, deadline), over);
      if (over.aborted) return;
      // By a clock that was set back nobody knows how long it is held: it is renewed within a moment, or it is lost.
      const isBack = () => clock.now() < renewedAt;
      const next = await renewed(isBack() ? clock.now() + MARGIN_MS : deadline);
      if (next?.held && next.token === token) {
        renewedAt = clock.now();
        until = next.until;
      } else if (!over.aborted && (next !== null || isBack() || clock.now() >= deadline)) {
        log.warn("a lease is lost: this process stops working under it", { lease: name });
        lost.abort();
      }
    }
  }

  const keeping = keep();
  return {
    token,
    lost: lost.signal,
    held: () => !over.aborted && clock.now() < lastMoment(),
    surrender: () => lost.abort(),
    async release() {
      released.abort();
      await keeping;
      await leases.release(name, owner).catch((error: unknown) => {
        log.warn("a lease could not be given back; it runs out by itself", { lease: name, error });
      });
    },
  };
}
