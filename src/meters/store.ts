// Times what the store is asked, and counts its troubles and the leases that are held and lost. Knows no stream.

import type { Clock } from "../ports/clock.ts";
import type { Journal } from "../ports/journal.ts";
import type { Lease, Leases } from "../ports/leases.ts";
import type { Meters } from "../ports/meters.ts";

type Request = "append" | "read" | "streams" | "lease";

async function timed<T>(request: Request, meters: Meters, work: () => Promise<T>): Promise<T> {
  const elapsed = meters.start();
  try {
    return await work();
  } catch (error) {
    meters.count("lockstep_store_errors_total", { request });
    throw error;
  } finally {
    meters.took("lockstep_store_seconds", { request }, elapsed());
  }
}

export function measuredJournal(journal: Journal, meters: Meters): Journal {
  for (const request of ["append", "read", "streams", "lease"])
    meters.expect("lockstep_store_errors_total", { request });
  return {
    read: (stream, after) => timed("read", meters, () => journal.read(stream, after)),
    async append(writes) {
      const appended = await timed("append", meters, () => journal.append(writes));
      if (!appended.ok) meters.count("lockstep_store_conflicts_total", {});
      return appended;
    },
    streams: (prefix) => timed("streams", meters, () => journal.streams(prefix)),
    watch: (listener) => journal.watch(listener),
    gaps: () => journal.gaps(),
    close: () => journal.close(),
  };
}

export interface MeasuredLeases extends Leases {
  /** How many this process holds. */
  held(): number;
}

interface Held {
  token: number;
  until: number;
  forMs: number;
}

export function measuredLeases(leases: Leases, { meters, clock }: { meters: Meters; clock: Clock }): MeasuredLeases {
  const mine = new Map<string, Held>();
  const lost = () => meters.count("lockstep_leases_lost_total", {});

  function heard(key: string, lease: Lease, forMs: number): void {
    const before = mine.get(key);
    if (before && !(lease.held && lease.token === before.token)) {
      mine.delete(key);
      lost();
    } else if (lease.held) mine.set(key, { token: lease.token, until: lease.until, forMs });
  }

  return {
    async acquire(name, owner, forMs) {
      const key = keyOf(name, owner);
      const renews = mine.has(key);
      const lease = await timed("lease", meters, () => leases.acquire(name, owner, forMs));
      const givenBackMeanwhile = renews && !mine.has(key);
      if (!givenBackMeanwhile) heard(key, lease, forMs);
      return lease;
    },
    async release(name, owner) {
      const key = keyOf(name, owner);
      const held = mine.get(key);
      mine.delete(key);
      // Who lets go with so little time left has tried to renew it for long, in vain.
      if (held && held.until - clock.now() < held.forMs / 2) lost();
      await timed("lease", meters, () => leases.release(name, owner));
    },
    held: () => mine.size,
  };
}

const keyOf = (name: string, owner: string): string => `${name} ${owner}`;
