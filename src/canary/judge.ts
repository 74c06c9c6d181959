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
 * look, and one that the metrics service did not answer is taken again a few times.
 */
export function judge(
  { checks, canary }: Judged,
  { notedAt, noted, looks }: Baked,
): { certain: boolean; judgement: Judgement } {
  const hosts = canary.map(({ name }) => name);
  const results = checks.map((check) => withPicture(judgeOne(check, { hosts, notedAt, noted, looks }), looks));
  const lastLooks = looks.filter((look) => look.last);
  const answered = results.every(({ reason }) => reason.kind !== "trouble") || lastLooks.length >= LAST_LOOK_ATTEMPTS;
  const over = lastLooks.length > 0 && answered;
  const verdict = overall(
    results.map((result, i) => (over && failsUntold(result, checks[i]) ? "fail" : result.verdict)),
  );
  return { certain: verdict === "fail" || over, judgement: { verdict, results } };
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
