// Holds a lease and renews it. When it cannot be renewed in time, `lost` aborts before anybody else may take it over. Knows no deploy.

import type { Parts } from "./parts.ts";

const LEASE_MS = 15_000;
const RENEW_EVERY_MS = 5_000;
/** Renewing stops this long before the end, so that what is under way ends while the lease still is ours. */
const MARGIN_MS = 2_000;

export interface HeldLease {
  /** Fencing token: goes with every command that changes a host. */
  token: number;
  lost: AbortSignal;
  /** Somebody with a newer token has been seen: stop at once. */
  surrender(): void;
  release(): Promise<void>;
}

/** Null when somebody else has it. */
export async function holdLease({ leases, clock, names, log }: Parts, name: string): Promise<HeldLease | null> {
  const owner = names.fresh();
  const first = await leases.acquire(name, owner, LEASE_MS);
  if (!first.held) return null;
  const { token } = first;
  const lost = new AbortController();
  const released = new AbortController();
  const quiet = AbortSignal.any([released.signal, lost.signal]);

  async function renew(heldUntil: number): Promise<void> {
    let until = heldUntil;
    while (!quiet.aborted) {
      await clock.until(clock.now() + RENEW_EVERY_MS, quiet);
      if (quiet.aborted) return;
      const next = await leases.acquire(name, owner, LEASE_MS).catch(() => null);
      if (next?.held && next.token === token) until = next.until;
      else if (next !== null || clock.now() > until - MARGIN_MS) {
        log.warn("a lease is lost: this process stops working under it", { lease: name });
        lost.abort();
      }
    }
  }

  const renewing = renew(first.until);
  return {
    token,
    lost: lost.signal,
    surrender: () => lost.abort(),
    async release() {
      released.abort();
      await renewing;
      await leases.release(name, owner).catch((error: unknown) => {
        log.warn("a lease could not be given back; it runs out by itself", { lease: name, error });
      });
    },
  };
}
