// The judge: what the looks of a bake say about each check and about the canary. Pure. What was bad at any moment stays bad, however green
// it is at the end; what cannot be told never passes.

import type { Check } from "./checks.ts";
import { judgeComparison } from "./compare.ts";
import { judgeErrors } from "./counts.ts";
import { judgeLimits } from "./limit.ts";
import { judgeMonitors } from "./monitors.ts";
import type { Look, Watched } from "./readings.ts";
import type { CheckResult, Judgement, Verdict } from "./verdict.ts";

/** What the judge needs of an order and a bake. */
type Judged = { checks: Check[]; canary: { name: string }[] };
type Baked = { notedAt: number; noted: Record<string, Watched[] | null>; looks: readonly Look[] };

/** Last looks that are taken, at the most, while the metrics service gives no answer. */
export const LAST_LOOK_ATTEMPTS = 5;

/**
 * The judgement so far. At the end of the bake a check that cannot tell fails the canary where its policy says so. `certain` says whether more looks could change it: a fail is certain at once; pass and inconclusive need a last
 * look, and one that the metrics service did not answer is taken again a few times. Soft checks have a result and no say: where all are soft, the end of the bake passes it.
 */
export function judge(
  { checks, canary }: Judged,
  { notedAt, noted, looks }: Baked,
): { certain: boolean; judgement: Judgement } {
  const baked = { hosts: canary.map(({ name }) => name), notedAt, noted, looks };
  const judged = checks.map((check) => ({ check, result: judgeOne(check, baked) }));
  const hard = judged.filter(({ check }) => !check.soft);
  const lastLooks = looks.filter((look) => look.last);
  const answered =
    hard.every(({ result }) => result.reason.kind !== "trouble") || lastLooks.length >= LAST_LOOK_ATTEMPTS;
  const over = lastLooks.length > 0 && answered;
  const verdicts = hard.map(({ check, result }) => (over && failsUntold(result, check) ? "fail" : result.verdict));
  const verdict = over && checks.length > 0 && hard.length === 0 ? "pass" : overall(verdicts);
  const results = judged.map(({ check, result }) => (check.soft ? softly(check, result, { ...baked, over }) : result));
  return { certain: verdict === "fail" || over, judgement: { verdict, results } };
}

type On = Baked & { hosts: string[] };

/** With the time at which it would have stopped the deploy, were it hard. */
function softly(check: Check, result: CheckResult, { over, ...baked }: On & { over: boolean }): CheckResult {
  const { looks } = baked;
  if (over && wouldFailUntold(result, check)) return stoppedAt(result, looks.at(-1));
  if (result.verdict !== "fail") return result;
  const decisive = looks.find((_, i) => judgeOne(check, { ...baked, looks: looks.slice(0, i + 1) }).verdict === "fail");
  return stoppedAt(result, decisive);
}

function stoppedAt(result: CheckResult, look: Look | undefined): CheckResult {
  return look ? { ...result, wouldHaveStoppedAt: look.at } : result;
}

function judgeOne(check: Check, { hosts, notedAt, noted, looks }: On): CheckResult {
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

/** Whether a check that cannot tell is one that fails the canary then. */
export function failsUntold(result: CheckResult, check: Check | undefined): boolean {
  return !check?.soft && wouldFailUntold(result, check);
}

function wouldFailUntold({ verdict }: CheckResult, check: Check | undefined): boolean {
  return verdict === "inconclusive" && check?.inconclusive === "fail";
}

/** One fail fails all; without a check nothing can pass. */
export function overall(verdicts: Verdict[]): Verdict {
  if (verdicts.includes("fail")) return "fail";
  return verdicts.length === 0 || verdicts.includes("inconclusive") ? "inconclusive" : "pass";
}
