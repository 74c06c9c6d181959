// Leases in the embedded store. Only one living process has the store open, so a lease that another process held is a dead one's: it is taken
// over at once, with a higher token.

import type { RootDatabase } from "lmdb";
import type { Lease, Leases } from "../../ports/leases.ts";
import { committed, quietly } from "./committed.ts";

interface Held {
  /** Which opening of the store it was taken in. */
  process: string;
  owner: string;
  token: number;
  until: number;
}

export function embeddedLeases(root: RootDatabase, process: string): Leases {
  const leases = root.openDB<Held, string>({ name: "leases", encoding: "json" });

  function take(name: string, owner: string, forMs: number): Lease {
    const now = Date.now();
    const held = leases.get(name);
    const alive = held !== undefined && held.process === process && held.owner !== "" && held.until > now;
    if (alive && held.owner !== owner) return { held: false, until: held.until };
    // Hosts never forget the highest token: it has to grow also when this store was lost, or an older copy was put back.
    const token = alive ? held.token : Math.max((held?.token ?? 0) + 1, Math.floor(now / 1000));
    const until = now + forMs;
    quietly(leases.put(name, { process, owner, token, until }));
    return { held: true, token, until };
  }

  return {
    async acquire(name, owner, forMs) {
      const lease = await committed(root.transaction(() => take(name, owner, forMs)));
      await root.flushed;
      return lease;
    },

    async release(name, owner) {
      const giveBack = () => {
        const held = leases.get(name);
        // The entry stays: the next owner's token has to be higher.
        if (held?.owner === owner) quietly(leases.put(name, { ...held, owner: "" }));
      };
      await committed(root.transaction(giveBack));
    },
  };
}
