// Judges whether requests on the canary have more errors, at every look. Pure. It may be asked at each poll: looking more often does not
// raise false alarms, and what was certain once stays certain.

import { type Evidence, NO_EVIDENCE, withIncrement } from "../statistics/evidence.ts";
import type { CountsCheck, Judged, Look } from "./shapes.ts";

const NOTHING: Omit<Look, "at"> = { canary: { errors: 0, total: 0 }, baseline: { errors: 0, total: 0 } };

/** Looks in the order of time, each with all counts since the canary went out. */
export function judgeCounts({ alpha }: CountsCheck, looks: readonly Look[]): Judged {
  let evidence = NO_EVIDENCE;
  let counted = NOTHING;
  let newest = NOTHING;
  let p = 1;
  for (const look of looks) {
    if (wentBack(newest, look)) {
      return { verdict: "inconclusive", reason: { kind: "countsWentBack", at: look.at }, p };
    }
    newest = look;
    const share = shareOf(counted, look);
    // Without traffic on both sides nothing can be compared; it is counted together with what comes next.
    if (share === null) continue;
    evidence = withIncrement(evidence, { ...errorsSince(counted, look), share });
    counted = look;
    p = Math.min(p, pOf(evidence));
    if (p <= alpha) {
      return { verdict: "fail", reason: told("moreErrors", look, evidence), p, ...effectOf(look), decidedAt: look.at };
    }
  }
  const last = looks.at(-1);
  if (last === undefined || last.canary.total === 0) {
    return { verdict: "inconclusive", reason: { kind: "noCanaryData" } };
  }
  if (last.baseline.total === 0) return { verdict: "inconclusive", reason: { kind: "noBaselineData" } };
  return { verdict: "pass", reason: told("notMoreErrors", last, evidence), p, ...effectOf(last) };
}

/** The evidence speaks for any difference; only more errors than expected count against the canary. */
function pOf({ logE, seen, expected }: Evidence): number {
  return seen > expected ? Math.min(1, Math.exp(-logE)) : 1;
}

/** The canary's part of the traffic between two looks; null while one side had none. */
function shareOf(before: Omit<Look, "at">, now: Look): number | null {
  const canary = now.canary.total - before.canary.total;
  const baseline = now.baseline.total - before.baseline.total;
  return canary > 0 && baseline > 0 ? canary / (canary + baseline) : null;
}

function errorsSince(before: Omit<Look, "at">, now: Look): { canaryErrors: number; baselineErrors: number } {
  return {
    canaryErrors: now.canary.errors - before.canary.errors,
    baselineErrors: now.baseline.errors - before.baseline.errors,
  };
}

function wentBack(before: Omit<Look, "at">, now: Look): boolean {
  return (["canary", "baseline"] as const).some(
    (side) => now[side].errors < before[side].errors || now[side].total < before[side].total,
  );
}

function told(kind: "moreErrors" | "notMoreErrors", counts: Look, { expected }: Evidence): Judged["reason"] {
  return { kind, counts, expected };
}

/** Errors per request, canary by baseline; left out while the baseline has none. */
function effectOf({ canary, baseline }: Look): { effect?: number } {
  const effect = canary.errors / canary.total / (baseline.errors / baseline.total);
  return Number.isFinite(effect) ? { effect } : {};
}
