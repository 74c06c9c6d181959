// What a rule answers: facts to append, or a refusal.

import type { Refusal } from "../deploy/refusals.ts";
import type { TargetFact } from "./facts.ts";

export type Decided<F = TargetFact> = { ok: true; facts: F[] } | { ok: false; refusal: Refusal };

/** Longer ones would crowd out who holds the lock, and until when. */
export const MOST_OF_REASON = 300;

export function refuse(refusal: Refusal): { ok: false; refusal: Refusal } {
  return { ok: false, refusal };
}
