// Leases in Redis, on Redis' own clock, so that bots whose clocks differ agree on who holds what. Knows nothing of what they are for.

import type { Leases } from "../../ports/leases.ts";
import type { Connection } from "./connection.ts";
import { leaseKey } from "./scripts.ts";

export function redisLeases(connection: Connection): Leases {
  return {
    async acquire(name, owner, forMs) {
      // Counted from before the question: the answer may have been long under way.
      const asked = Date.now();
      const answer = await connection.ask((client) => client.acquire([leaseKey(name)], [owner, String(forMs)]));
      const [held, token, ms] = answer as [number, string, number];
      const until = asked + Number(ms);
      return held === 1 ? { held: true, token: Number(token), until } : { held: false, until };
    },
    async release(name, owner) {
      await connection.ask((client) => client.release([leaseKey(name)], [owner]));
    },
  };
}
