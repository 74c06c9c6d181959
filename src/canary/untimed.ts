// The judgement of a bake whose clock was set back: nobody knows which time its looks have seen. Pure; what has failed has failed, nothing passes.

import type { Check } from "./checks.ts";
import { failsUntold, overall } from "./judge.ts";
import type { CheckResult, Judgement } from "./verdict.ts";

/** `judgement` is the one so far, `byMs` how far the clock went back. */
export function untimed(checks: readonly Check[], { results }: Judgement, byMs: number): Judgement {
  const told = results.map((result) => (result.verdict === "fail" ? result : untold(result, byMs)));
  const checkOf = ({ check }: CheckResult) => checks.find(({ name }) => name === check);
  const hard = told.filter((result) => !checkOf(result)?.soft);
  // Where all are soft, a person is asked all the same: the bake was not as long as it should have been.
  const verdicts = hard.map((result) => (failsUntold(result, checkOf(result)) ? "fail" : result.verdict));
  return { verdict: overall(verdicts), results: told };
}

function untold(result: CheckResult, byMs: number): CheckResult {
  return { ...result, verdict: "inconclusive", reason: { kind: "clockSetBack", byMs } };
}
