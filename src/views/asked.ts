// The verdict of `lockstep check`: the same explanation of each check as in a deploy's thread, below what was asked and for when. Pure.

import type { CheckResult, Judgement, Verdict } from "../canary/verdict.ts";
import { askedVerdictSentence, askedWindowSentence } from "../chat/sentences/asking.ts";
import { hostList } from "../chat/sentences/hostList.ts";
import { resultSentence } from "../chat/sentences/verdict.ts";
import { plain } from "../chat/text.ts";
import type { Deploy } from "../deploy/fold.ts";
import type { Part } from "./message.ts";
import { checkParts, worstFirst } from "./verdict.ts";

/** `deploy` is one that is on record nowhere: since when, on which hosts, with which checks. Ms since 1970. */
export interface AskedVerdict {
  deploy: Deploy;
  judgement: Judgement;
  window: { from: number; to: number };
}

export function askedVerdict({ deploy, judgement, window }: AskedVerdict): Part[] {
  const { target, canary, bake } = deploy.order;
  const on = hostList(canary.map(({ name }) => name));
  return [
    { part: "text", text: askedVerdictSentence(target, on, decidedBy(deploy, judgement)) },
    { part: "note", text: askedWindowSentence(deploy.startedAt, window, bake.settleMs) },
    ...worstFirst(judgement.results).flatMap((result, i): Part[] => [
      { part: "line" },
      ...checkParts(deploy, result, { first: i === 0, at: window.to }),
    ]),
  ];
}

/** As the judge has it; but where all checks are soft, one that could not tell is not a pass for whoever asks: nothing is known then. */
export function askedOutcome(deploy: Deploy, { verdict, results }: Judgement): Verdict {
  const hard = deploy.order.checks.some(({ soft }) => !soft);
  return verdict === "pass" && !hard && results.some((one) => one.verdict === "inconclusive")
    ? "inconclusive"
    : verdict;
}

function decidedBy(deploy: Deploy, judgement: Judgement) {
  const { checks } = deploy.order;
  const alarms = judgement.results.filter(({ wouldHaveStoppedAt }) => wouldHaveStoppedAt !== undefined);
  return {
    verdict: askedOutcome(deploy, judgement),
    hard: checks.some(({ soft }) => !soft),
    soft: checks.some(({ soft }) => soft),
    stopped: alarms.map(({ check }) => check),
  };
}

function isSoft({ order }: Deploy, { check }: CheckResult): boolean {
  return order.checks.some(({ name, soft }) => name === check && soft);
}

/** The same for programs: one object, times in ISO 8601. */
export function askedVerdictData({ deploy, judgement, window }: AskedVerdict): Record<string, unknown> {
  const { target, canary } = deploy.order;
  return {
    ...target,
    canary: canary.map(({ name }) => name),
    since: iso(deploy.startedAt),
    window: { from: iso(window.from), to: iso(window.to) },
    verdict: askedOutcome(deploy, judgement),
    results: judgement.results.map((result) => ({
      ...result,
      soft: isSoft(deploy, result),
      sentence: sentenceOf(deploy, result),
    })),
  };
}

function sentenceOf({ order }: Deploy, result: CheckResult): string {
  const check = order.checks.find(({ name }) => name === result.check);
  return check ? plain(resultSentence(check, result)) : "";
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
