// Time that passes ten times as fast: a lease of 15 seconds is over after one and a half. The store's own clock stays as it is. Knows no deploy.

import { systemClock } from "../../src/adapters/system/clock.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Leases } from "../../src/ports/leases.ts";

const FASTER = 10;
const BEGUN = Date.now();

const fast = (real: number) => BEGUN + (real - BEGUN) * FASTER;
const real = (fast: number) => BEGUN + (fast - BEGUN) / FASTER;

export const hurriedClock: Clock = {
  now: () => Math.round(fast(systemClock.now())),
  until: (at, signal) => systemClock.until(real(at), signal),
};

/** The leases of a bot whose clock is the hurried one. */
export function hurriedLeases(leases: Leases): Leases {
  return {
    async acquire(name, owner, forMs) {
      const lease = await leases.acquire(name, owner, Math.round(forMs / FASTER));
      return { ...lease, until: Math.floor(fast(lease.until)) };
    },
    release: (name, owner) => leases.release(name, owner),
  };
}
