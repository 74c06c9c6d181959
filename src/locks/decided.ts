// What a rule answers: facts to append, or a refusal.

import type { Refusal } from "../deploy/refusals.ts";
import type { TargetFact } from "./facts.ts";

export type Decided<F = TargetFact> = { ok: true; facts: F[] } | { ok: false; refusal: Refusal };

/** Longer ones would crowd out who holds the lock, and until when. */
export const MOST_OF_REASON = 300;

/** Lines, control characters and those that turn the direction of writing would change what stands around the reason. */
export function oneLine(reason: string): string {
  return reason
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "")
    .trim();
}

export function refuse(refusal: Refusal): { ok: false; refusal: Refusal } {
  return { ok: false, refusal };
}
