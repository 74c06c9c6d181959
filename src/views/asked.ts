// The verdict of `lockstep check`: the same explanation of each check as in a deploy's thread, below what was asked and for when. Pure.

import type { CheckResult, Judgement } from "../canary/verdict.ts";
import { names } from "../chat/sentences/amounts.ts";
import { askedVerdictSentence, askedWindowSentence } from "../chat/sentences/asking.ts";
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
  const on = names(canary.map(({ name }) => name));
  return [
    { part: "text", text: askedVerdictSentence(judgement.verdict, target, on) },
    { part: "note", text: askedWindowSentence(deploy.startedAt, window, bake.settleMs) },
    ...worstFirst(judgement.results).flatMap((result, i): Part[] => [
      { part: "line" },
      ...checkParts(deploy, result, { first: i === 0, at: window.to }),
    ]),
  ];
}

/** The same for programs: one object, times in ISO 8601. */
export function askedVerdictData({ deploy, judgement, window }: AskedVerdict): Record<string, unknown> {
  const { target, canary } = deploy.order;
  return {
    ...target,
    canary: canary.map(({ name }) => name),
    since: iso(deploy.startedAt),
    window: { from: iso(window.from), to: iso(window.to) },
    verdict: judgement.verdict,
    results: judgement.results.map((result) => ({ ...result, sentence: sentenceOf(deploy, result) })),
  };
}

function sentenceOf({ order }: Deploy, result: CheckResult): string {
  const check = order.checks.find(({ name }) => name === result.check);
  return check ? plain(resultSentence(check, result)) : "";
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
