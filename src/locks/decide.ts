// The rules of the lock: given a target as it stands, may this person do this now? Pure; the answer is facts to append or a refusal.

import type { Person } from "../deploy/order.ts";
import type { Refusal } from "../deploy/refusals.ts";
import type { TargetFact } from "./facts.ts";
import { lockAt, type TargetState } from "./fold.ts";

export type Decided = { ok: true; facts: TargetFact[] } | { ok: false; refusal: Refusal };

export interface LockRequest {
  by: Person;
  reason: string;
  forMs: number;
  longestMs: number;
}

/** Longer ones would crowd out who holds the lock, and until when. */
const MOST_OF_REASON = 300;

/** The owner may say it again: reason and expiry are then replaced. */
export function decideLock(state: TargetState, request: LockRequest, now: number): Decided {
  const lock = lockAt(state, now);
  if (lock && lock.by.id !== request.by.id) return refuse({ kind: "lockedBy", lock });
  if (request.reason.length > MOST_OF_REASON) return refuse({ kind: "reasonTooLong", most: MOST_OF_REASON });
  if (request.forMs > request.longestMs) return refuse({ kind: "lockTooLong", longestMs: request.longestMs });
  const { by, reason, forMs } = request;
  return { ok: true, facts: [{ kind: "locked", at: now, by, reason, until: now + forMs }] };
}

export function decideUnlock(state: TargetState, by: Person, now: number): Decided {
  const lock = lockAt(state, now);
  if (lock === null) return refuse(state.running ? { kind: "heldByDeploy", ...state.running } : { kind: "notLocked" });
  if (lock.by.id !== by.id) return refuse({ kind: "notYourLock", lock });
  return { ok: true, facts: [{ kind: "unlocked", at: now, by, lock: lock.version }] };
}

/** A deploy starts when nothing else runs there and nobody else holds the lock. The way back does not ask for the lock. */
export function decideStart(
  state: TargetState,
  { by, deploy, wayBack }: { by: Person; deploy: string; wayBack: boolean },
  now: number,
): Decided {
  if (state.running) return refuse({ kind: "deployRunning", ...state.running });
  const lock = lockAt(state, now);
  if (!wayBack && lock && lock.by.id !== by.id) return refuse({ kind: "lockedBy", lock });
  return { ok: true, facts: [{ kind: "deployStarted", at: now, by, deploy }] };
}

function refuse(refusal: Refusal): Decided {
  return { ok: false, refusal };
}
