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
 * look, and one that the metrics service did not answer is taken again while that may help. Soft checks have a result and no say: where all are soft, the end of the bake passes it.
 */
export function judge(
  { checks, canary, bake }: Judged,
  { notedAt, noted, looks }: Baked,
): { certain: boolean; judgement: Judgement } {
  const baked = { hosts: canary.map(({ name }) => name), notedAt, noted, looks };
  const judged = checks.map((check) => ({ check, result: withPicture(judgeOne(check, baked), looks) }));
  const hard = judged.filter(({ check }) => !check.soft);
  // Where none is hard, there is nothing to hold up: the soft ones get their answer if it comes in time.
  const waitedFor = hard.length > 0 ? hard : judged;
  const answered = waitedFor.every(({ result }) => result.reason.kind !== "trouble");
  const about = waitedFor.map(({ check }) => check.name);
  const over = looks.some(({ last }) => last) && (answered || lastLookAgainAt(looks, pollOf(bake), about) === null);
  const verdicts = hard.map(({ check, result }) => (over && failsUntold(result, check) ? "fail" : result.verdict));
  const verdict = over && checks.length > 0 && hard.length === 0 ? "pass" : overall(verdicts);
  const results = judged.map(({ check, result }) => (check.soft ? softly(check, result, { ...baked, over }) : result));
  return { certain: verdict === "fail" || over, judgement: { verdict, results } };
}

/** Whoever names no poll is not bound in time, only in the number of attempts. */
function pollOf(bake: Judged["bake"]): number {
  return bake?.pollMs ?? Number.POSITIVE_INFINITY;
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

/** The newest that was drawn of this check, which was for this result. */
function withPicture(result: CheckResult, looks: readonly Look[]): CheckResult {
  if (result.verdict === "pass") return result;
  const reading = looks.at(-1)?.readings.find(({ check }) => check === result.check);
  return reading && "drawn" in reading && reading.drawn ? { ...result, drawn: reading.drawn } : result;
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
