// What is due on a target by itself, without anybody asking: warn before a lock runs out, let it run out, give the next in line their turn, pass it on.
// Pure: facts to append, a turn to offer, or when to look again.

import { APART_MS } from "../deploy/setBack.ts";
import { expiry } from "./decide.ts";
import type { TargetFact } from "./facts.ts";
import { type HeldLock, lockAt, type TargetState, type Waiting } from "./fold.ts";
import type { Freeze } from "./freezes.ts";
import { passedOver } from "./line.ts";

export interface Times {
  /** How long before its end the owner of a lock is warned. */
  warnMs: number;
  /** How long the next in line has to accept. */
  acceptMs: number;
}

export type Duty =
  | { do: "append"; facts: TargetFact[] }
  /** What they want has to be looked at first. */
  | { do: "offer"; to: Waiting }
  /** Milliseconds since 1970; infinite when only news can change something. */
  | { do: "wait"; until: number };

/** What the keeper knows beside the state. */
export interface Keeping {
  times: Times;
  freeze: Freeze | null;
  /** When the one whose turn it is was told of this offer (ms since 1970); null when they have not been. */
  toldAt: number | null;
  /** Since when somebody keeps the target: before that no button could be pressed. */
  since: number;
}

/** While deploys are frozen nobody has a turn, and one that was offered is taken back: its time would be over before it could be used. */
export function upkeep(state: TargetState, { times, freeze, toldAt, since }: Keeping, now: number): Duty {
  const over = expiry(state, now);
  if (over.length > 0) return { do: "append", facts: over };
  const lock = lockAt(state, now);
  if (lock) return warning(lock, times, now);
  const [first] = state.line;
  if (state.running || first === undefined) return { do: "wait", until: Number.POSITIVE_INFINITY };
  if (state.offer?.to.id === first.by.id) {
    if (now >= state.offer.until) {
      const nobodyKept = state.offer.until < since ? since : 0;
      const until = Math.max(trusted(toldAt ?? now, now), trusted(nobodyKept, now)) + times.acceptMs;
      if (until > now) return { do: "append", facts: [{ kind: "prolonged", at: now, to: first.by, until }] };
      return { do: "append", facts: passedOver(state, null, now) };
    }
    if (freeze) return { do: "append", facts: [{ kind: "withdrawn", at: now, to: first.by }] };
    // A turn lasts for as long as it does; a lock ends at the time that people were told.
    if (state.offer.until - now > times.acceptMs + APART_MS)
      return { do: "append", facts: [{ kind: "prolonged", at: now, to: first.by, until: now + times.acceptMs }] };
    return { do: "wait", until: state.offer.until };
  }
  return freeze ? { do: "wait", until: freeze.until ?? Number.POSITIVE_INFINITY } : { do: "offer", to: first };
}

/** By a clock that was set back since, nobody knows when it was. */
function trusted(at: number, now: number): number {
  return at > now + APART_MS ? 0 : at;
}

function warning(lock: HeldLock, { warnMs }: Times, now: number): Duty {
  if (lock.warned) return { do: "wait", until: lock.until };
  // A lock that is shorter than that is warned of in the middle.
  const at = Math.max(lock.until - warnMs, lock.until - (lock.until - lock.since) / 2);
  if (now < at) return { do: "wait", until: at };
  return { do: "append", facts: [{ kind: "warned", at: now, seen: lock.seen, owner: lock.by, until: lock.until }] };
}
