// The rules of the lock: given a target as it stands, may this person do this now? Pure; the answer is facts to append or a refusal.

import type { Person } from "../deploy/order.ts";
import type { Refusal } from "../deploy/refusals.ts";
import { type Decided, MOST_OF_REASON, oneLine, refuse } from "./decided.ts";
import type { TargetFact } from "./facts.ts";
import { type HeldLock, lockAt, type TargetState } from "./fold.ts";
import type { Freeze } from "./freezes.ts";
import { passedOver, reservedFor } from "./line.ts";

export interface LockRequest {
  by: Person;
  reason: string;
  forMs: number;
  longestMs: number;
}

/** The owner may say it again: reason and expiry are then replaced. */
export function decideLock(state: TargetState, request: LockRequest, now: number): Decided {
  const { by, forMs } = request;
  const reason = oneLine(request.reason);
  const lock = lockAt(state, now);
  if (lock && lock.by.id !== by.id) return refuse(lockedBy(state, lock));
  if (state.running && state.running.by.id !== by.id) return refuse({ kind: "heldByDeploy", ...state.running });
  // A deploy does not take its starter past those who wait for its end.
  const passing = state.running && lock === null && state.line[0] && state.line[0].by.id !== by.id;
  if (state.running && passing) return refuse({ kind: "heldByDeploy", ...state.running });
  const reserved = reservedFor(state, by, now);
  if (reserved) return refuse(reserved);
  const wrong = wrongTerms({ ...request, reason });
  if (wrong) return refuse(wrong);
  const over = [...expiry(state, now), ...passedOver(state, by, now)];
  return { ok: true, facts: [...over, { kind: "locked", at: now, by, reason, until: now + forMs }] };
}

/**
 * The owner needs no reason; for anybody else it is a kind of take-over and needs one. `seen` is the version at which the lock that was shown had last
 * changed: one that has changed since is not released. Null when nothing was shown, which is enough for the owner alone.
 */
export function decideUnlock(
  state: TargetState,
  { by, seen, reason: said }: { by: Person; seen: number | null; reason: string },
  now: number,
): Decided {
  const reason = oneLine(said);
  const lock = lockAt(state, now);
  if (seen !== null && lock?.seen !== seen) return refuse(changed(lock, by));
  if (lock === null) return refuse(state.running ? { kind: "heldByDeploy", ...state.running } : { kind: "notLocked" });
  if (reason.length > MOST_OF_REASON) return refuse({ kind: "reasonTooLong", most: MOST_OF_REASON });
  if (lock.by.id === by.id)
    return { ok: true, facts: [{ kind: "unlocked", at: now, by, lock: lock.version, owner: null, reason }] };
  if (state.running) return refuse({ kind: "heldByDeploy", ...state.running });
  if (seen === null) return refuse({ kind: "notYourLock", lock });
  if (reason.trim() === "") return refuse({ kind: "reasonNeeded" });
  return { ok: true, facts: [{ kind: "unlocked", at: now, by, lock: lock.version, owner: lock.by, reason }] };
}

/** Takes the lock that was seen from its owner. The lock of a running deploy stays where it is: only the deploy can be aborted. */
export function decideTakeOver(state: TargetState, request: LockRequest & { seen: number }, now: number): Decided {
  const { by, forMs } = request;
  const reason = oneLine(request.reason);
  const others = othersLock(state, request, now);
  if (!others.ok) return others;
  if (reason === "") return refuse({ kind: "reasonNeeded" });
  const wrong = wrongTerms({ ...request, reason });
  if (wrong) return refuse(wrong);
  const { by: owner, reason: theirs, since, until, version } = others.lock;
  const from = { by: owner, reason: theirs, since, until, version };
  return { ok: true, facts: [{ kind: "takenOver", at: now, by, reason, until: now + forMs, from }] };
}

/** The lock that was seen, when it is somebody else's and could be taken from them now. Asked before anybody is asked for a reason. */
export function othersLock(
  state: TargetState,
  { by, seen }: { by: Person; seen: number },
  now: number,
): { ok: true; lock: HeldLock } | { ok: false; refusal: Refusal } {
  const lock = lockAt(state, now);
  if (lock?.seen !== seen) return refuse(changed(lock, by));
  if (lock.by.id === by.id) return refuse({ kind: "yoursAlready", lock });
  if (state.running) return refuse({ kind: "heldByDeploy", ...state.running });
  return { ok: true, lock };
}

/** The owner keeps it for `forMs` longer. */
export function decideExtend(
  state: TargetState,
  { by, seen, forMs, longestMs }: { by: Person; seen: number; forMs: number; longestMs: number },
  now: number,
): Decided {
  const lock = lockAt(state, now);
  if (lock === null || lock.seen !== seen || lock.by.id !== by.id) return refuse(changed(lock, by));
  const until = lock.until + forMs;
  if (until - now > longestMs) return refuse({ kind: "lockTooLong", longestMs });
  return { ok: true, facts: [{ kind: "extended", at: now, by, lock: lock.version, until }] };
}

/**
 * A deploy starts when nothing else runs there, nothing is frozen, nobody else holds the lock and it is nobody else's turn. The way back asks for
 * nothing but that nothing else runs.
 */
export function decideStart(
  state: TargetState,
  { by, deploy, wayBack, freeze }: { by: Person; deploy: string; wayBack: boolean; freeze: Freeze | null },
  now: number,
): Decided {
  if (state.running) return refuse({ kind: "deployRunning", ...state.running });
  const lock = lockAt(state, now);
  const others = lock && lock.by.id !== by.id ? lockedBy(state, lock) : reservedFor(state, by, now);
  const held = freeze ? { kind: "frozen" as const, freeze } : others;
  if (!wayBack && held) return refuse(held);
  const over = [...expiry(state, now), ...(wayBack ? [] : passedOver(state, by, now))];
  return { ok: true, facts: [...over, { kind: "deployStarted", at: now, by, deploy, wayBack }] };
}

/** A lock whose time is over is written down as such before somebody else has it: its owner is told. */
export function expiry({ lock }: TargetState, now: number): (TargetFact & { kind: "expired" })[] {
  if (lock === null || now < lock.until) return [];
  return [{ kind: "expired", at: now, lock: lock.version, owner: lock.by, reason: lock.reason }];
}

function lockedBy({ line }: TargetState, lock: HeldLock): Refusal {
  return { kind: "lockedBy", lock, waiting: line.length };
}

function wrongTerms({ reason, forMs, longestMs }: LockRequest): Refusal | null {
  if (reason.length > MOST_OF_REASON) return { kind: "reasonTooLong", most: MOST_OF_REASON };
  return forMs > longestMs ? { kind: "lockTooLong", longestMs } : null;
}

/** What holds now is not what was seen. */
function changed(lock: HeldLock | null, by: Person): Refusal {
  return lock?.by.id === by.id ? { kind: "yoursChanged", lock } : { kind: "lockChanged", lock };
}
