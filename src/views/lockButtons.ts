// The buttons that stand beside a lock or a place in line: what this person may do with it. Pure.

import { carried } from "../chat/presses/press.ts";
import type { Person, Target } from "../deploy/order.ts";
import { type HeldLock, lockAt, type TargetState } from "../locks/fold.ts";
import { placeOf, turnAt } from "../locks/line.ts";
import type { Button } from "./message.ts";
import { leaveButton, takeOverButton, turnLockButton, turnPassButton, waitButton } from "./ways.ts";

const EXTEND_MS = 30 * 60_000;

export function extendButton(target: Target, { seen }: Pick<HeldLock, "seen">): Button {
  const value = carried({ ...target, seen, forMs: EXTEND_MS });
  return { action: "lock:extend", value, label: "Extend 30 min", style: "primary" };
}

export function unlockButton(target: Target, { seen }: Pick<HeldLock, "seen">): Button {
  return { action: "lock:unlock", value: carried({ ...target, seen }), label: "Unlock", style: "plain" };
}

/** Beside a row of `/locks`: the owner's own, or the ways of everybody else. */
export function rowButtons(target: Target, state: TargetState, { by, now }: { by: Person; now: number }): Button[] {
  const lock = lockAt(state, now);
  if (lock?.by.id === by.id) return [extendButton(target, lock), unlockButton(target, lock)];
  const turn = turnAt(state, now);
  if (turn?.by.id === by.id) {
    const terms = turn.wants.kind === "lock" ? turn.wants : { reason: "", forMs: null };
    return [turnLockButton(target, terms), turnPassButton(target)];
  }
  const line = placeOf(state, by) === null ? waitButton(target, { kind: "lock", reason: "" }) : leaveButton(target);
  return lock && !state.running ? [line, takeOverButton(target, lock, { kind: "lock", reason: "" })] : [line];
}
