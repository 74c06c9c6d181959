// What /lock and /unlock cost the store: deciding on the target as it stands, and appending one fact at the version that was decided on.

import { systemClock } from "../../src/adapters/system/clock.ts";
import { decideLock, decideUnlock } from "../../src/locks/decide.ts";
import type { Journal } from "../../src/ports/journal.ts";
import { Targets } from "../../src/runner/targets.ts";
import type { Variant } from "./rounds.ts";

const HOUR_MS = 3_600_000;
const by = { id: "U024BE7LH", name: "on-call" };
const request = { by, reason: "db migration", forMs: HOUR_MS, longestMs: 24 * HOUR_MS };
const release = { by, seen: null, reason: "" };

export function targetVariant(name: string, journal: Journal, close: () => Promise<void>): Variant {
  const targets = new Targets({ journal, clock: systemClock });
  return {
    name,
    async pair(lock) {
      const target = { service: lock, environment: "production" };
      const locked = await targets.change(target, (state, now) => decideLock(state, request, now));
      const unlocked = await targets.change(target, (state, now) => decideUnlock(state, release, now));
      if (!locked.ok || !unlocked.ok) throw new Error("a lock that nobody else wants was not taken");
    },
    close,
  };
}
