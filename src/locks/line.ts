// The line of those who wait for a target: first come, first served. Pure.

import type { Person } from "../deploy/order.ts";
import type { Refusal } from "../deploy/refusals.ts";
import { type Decided, MOST_OF_REASON, oneLine, refuse } from "./decided.ts";
import type { LeftWhy, TargetFact, Wants } from "./facts.ts";
import { lockAt, type TargetState, type Waiting } from "./fold.ts";

/** Counted from 1; null for somebody who does not wait. */
export function placeOf({ line }: Pick<TargetState, "line">, { id }: Person): number | null {
  const index = line.findIndex(({ by }) => by.id === id);
  return index < 0 ? null : index + 1;
}

/**
 * Whose turn it is at `now`: the first in line of a target that nobody holds, also before they have been told. Who has let the time of an offer
 * pass is passed over. Null when anybody may take it, or when somebody holds it.
 */
export function turnAt(state: TargetState, now: number): Waiting | null {
  if (state.running || lockAt(state, now)) return null;
  const [first = null, second = null] = state.line;
  return missed(state, now) ? second : first;
}

/** The first in line, when they have let the time of their offer pass. */
function missed({ line, offer }: TargetState, now: number): Waiting | null {
  const [first] = line;
  return first && offer?.to.id === first.by.id && now >= offer.until ? first : null;
}

/** A turn whose time is over is written down as such before somebody else has it: who let it pass is told, and waits no longer. */
export function passedOver(state: TargetState, by: Person | null, now: number): (TargetFact & { kind: "leftLine" })[] {
  const first = missed(state, now);
  if (first === null || first.by.id === by?.id) return [];
  return [{ kind: "leftLine", at: now, by: first.by, why: "tooLate" }];
}

/** Why somebody else has to wait although nobody holds the target; null when they may take it. */
export function reservedFor(state: TargetState, by: Person, now: number): Refusal | null {
  const turn = turnAt(state, now);
  if (turn === null || turn.by.id === by.id) return null;
  const until = state.offer?.to.id === turn.by.id ? state.offer.until : null;
  return { kind: "reserved", turn: turn.by, until };
}

/** Whoever waits already keeps the place and wants something else from now on; not at their turn, which would begin anew each time. */
export function decideWait(state: TargetState, { by, wants }: { by: Person; wants: Wants }, now: number): Decided {
  const lock = lockAt(state, now);
  if (lock?.by.id === by.id) return refuse({ kind: "yoursAlready", lock });
  const { offer } = state;
  if (offer?.to.id === by.id && now < offer.until) return refuse({ kind: "yourTurn", until: offer.until });
  if (wants.kind === "lock" && wants.reason.length > MOST_OF_REASON)
    return refuse({ kind: "reasonTooLong", most: MOST_OF_REASON });
  const wanted = wants.kind === "lock" ? { ...wants, reason: oneLine(wants.reason) } : wants;
  return { ok: true, facts: [{ kind: "waiting", at: now, by, wants: wanted }] };
}

export function decideLeave(state: TargetState, { by, why }: { by: Person; why: LeftWhy }, now: number): Decided {
  if (placeOf(state, by) === null) return refuse({ kind: "notInLine" });
  return { ok: true, facts: [{ kind: "leftLine", at: now, by, why }] };
}
