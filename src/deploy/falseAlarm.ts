// Whether a check of a deploy can be marked as a false alarm: it stopped the deploy, or would have, or alerted after the bake, and nobody has said so yet. Pure.

import { isAlarm } from "../canary/soft.ts";
import type { CheckResult } from "../canary/verdict.ts";
import type { DeployFact } from "./facts.ts";
import type { Person } from "./order.ts";
import type { Refusal } from "./refusals.ts";
import type { Ordered } from "./rules.ts";

/** On all facts of the deploy so far, however long ago it ended. */
export function decideFalseAlarm(
  facts: readonly DeployFact[],
  check: string,
  { by, now: at }: { by: Person; now: number },
): Ordered {
  const no = (refusal: Refusal): Ordered => ({ ok: false, refusal });
  const marked = facts.find((fact) => fact.kind === "falseAlarm" && fact.check === check);
  if (marked?.kind === "falseAlarm") return no({ kind: "markedAlready", check, by: marked.by, at: marked.at });
  const results = facts.flatMap(resultsOf);
  if (!results.some((result) => result.check === check && isAlarm(result))) return no({ kind: "noAlarm", check });
  return { ok: true, fact: { kind: "falseAlarm", at, check, by } };
}

/** Of the verdicts, and of an alert after the bake. */
function resultsOf(fact: DeployFact): CheckResult[] {
  if (fact.kind === "judged") return fact.judgement.results;
  return fact.kind === "alertedLate" ? fact.results : [];
}
