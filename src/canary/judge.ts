// The judge: what the looks of a bake say about each check and about the canary. Pure. What was bad at any moment stays bad, however green
// it is at the end; what cannot be told never passes.

import { lastLookAgainAt } from "./again.ts";
import type { Check } from "./checks.ts";
import { judgeComparison } from "./compare.ts";
import { judgeErrors } from "./counts.ts";
import { judgeLimits } from "./limit.ts";
import { judgeMonitors } from "./monitors.ts";
import type { Look, Watched } from "./readings.ts";
import type { CheckResult, Judgement, Verdict } from "./verdict.ts";

/** What the judge needs of an order and a bake. */
type Judged = { checks: Check[]; canary: { name: string }[]; bake?: { pollMs: number } };
type Baked = { notedAt: number; noted: Record<string, Watched[] | null>; looks: readonly Look[] };

/**
 * The judgement so far. At the end of the bake a check that cannot tell fails the canary where its policy says so. `certain` says whether more looks could change it: a fail is certain at once; pass and inconclusive need a last
 * look, and one that the metrics service did not answer is taken again while that may help.
 */
export function judge(
  { checks, canary, bake }: Judged,
  { notedAt, noted, looks }: Baked,
): { certain: boolean; judgement: Judgement } {
  const hosts = canary.map(({ name }) => name);
  const results = checks.map((check) => withPicture(judgeOne(check, { hosts, notedAt, noted, looks }), looks));
  const answered = results.every(({ reason }) => reason.kind !== "trouble");
  const over = looks.some(({ last }) => last) && (answered || lastLookAgainAt(looks, pollOf(bake)) === null);
  const verdict = overall(
    results.map((result, i) => (over && failsUntold(result, checks[i]) ? "fail" : result.verdict)),
  );
  return { certain: verdict === "fail" || over, judgement: { verdict, results } };
}

/** Whoever names no poll is not bound in time, only in the number of attempts. */
function pollOf(bake: Judged["bake"]): number {
  return bake?.pollMs ?? Number.POSITIVE_INFINITY;
}

function judgeOne(check: Check, { hosts, notedAt, noted, looks }: Baked & { hosts: string[] }): CheckResult {
  switch (check.kind) {
    case "limit":
      return judgeLimits(check, looks, hosts);
    case "compare":
      return judgeComparison(check, looks);
    case "counts":
      return judgeErrors(check, looks);
    case "monitors":
      return judgeMonitors(check, looks, { noted: noted[check.name] ?? [], notedAt });
  }
}

/** The newest that was drawn of this check, which was for this result. */
function withPicture(result: CheckResult, looks: readonly Look[]): CheckResult {
  if (result.verdict === "pass") return result;
  const reading = looks.at(-1)?.readings.find(({ check }) => check === result.check);
  return reading && "drawn" in reading && reading.drawn ? { ...result, drawn: reading.drawn } : result;
}

/** Whether a check that cannot tell is one that fails the canary then. */
export function failsUntold({ verdict }: CheckResult, check: Check | undefined): boolean {
  return verdict === "inconclusive" && check?.inconclusive === "fail";
}

/** One fail fails all; without a check nothing can pass. */
export function overall(verdicts: Verdict[]): Verdict {
  if (verdicts.includes("fail")) return "fail";
  return verdicts.length === 0 || verdicts.includes("inconclusive") ? "inconclusive" : "pass";
}
