// What one deploy, from its facts, tells of each of its checks: what it said, what it stopped or would have stopped, and what became of it. Pure.

import { askedOrder } from "../deploy/between.ts";
import { type Ending, endingOf } from "../deploy/ending.ts";
import type { DeployFact, FactOf } from "../deploy/facts.ts";
import { advance, type Deploy } from "../deploy/fold.ts";
import { failsUntold, judge } from "./judge.ts";
import { isAlarm } from "./soft.ts";
import type { CheckResult, Verdict } from "./verdict.ts";

/** One check in one deploy. */
export interface Trial {
  check: string;
  /** One per bake at whose end it could be asked; a bake that was ended before tells of what was certain by then. */
  verdicts: Verdict[];
  /** Whether it stopped the deploy, or would have: it was soft, or a monitor alerted only when there was nothing to stop any more. */
  alarm: "stopped" | "wouldHaveStopped" | null;
  /** A person promoted although it could not tell, or before it had told. */
  overridden: boolean;
  falseAlarm: boolean;
}

export interface Tried {
  kind: "deploy" | "rollback";
  /** The name of the release that it put out. */
  release: string;
  ending: Ending;
  /** The name of the release that it took back, when it is a rollback that has ended. */
  takesBack: string | null;
  trials: Trial[];
}

/** Of all facts of one deploy. Null when there are none. */
export function triedIn(facts: readonly DeployFact[]): Tried | null {
  const trials = new Map<string, Trial>();
  let deploy: Deploy | null = null;
  for (const fact of facts) {
    if (deploy) take(trials, deploy, fact);
    deploy = advance(deploy, fact);
  }
  if (deploy === null) return null;
  const { order, previous } = deploy;
  const ended = deploy.stage === "ended" && deploy.outcome !== "untouched";
  // Put again where it runs already, on some hosts, it takes nothing back.
  const taken = previous === null || previous.name === order.release.name ? null : previous.name;
  return {
    kind: order.kind,
    release: order.release.name,
    ending: endingOf(deploy),
    takesBack: order.kind === "rollback" && ended ? taken : null,
    trials: [...trials.values()],
  };
}

function take(trials: Map<string, Trial>, deploy: Deploy, fact: DeployFact): void {
  switch (fact.kind) {
    case "judged":
      for (const result of fact.judgement.results) takeResult(trials, deploy, result);
      break;
    case "promoteOrdered":
      if (fact.by !== null) takePromotion(trials, deploy);
      break;
    case "backOrdered":
      takeCertain(trials, deploy);
      break;
    case "alertedLate":
      takeLate(trials, deploy, fact);
      break;
    case "falseAlarm":
      trialOf(trials, fact.check).falseAlarm = true;
  }
}

function takeResult(trials: Map<string, Trial>, { order }: Deploy, result: CheckResult): void {
  const { reason, verdict } = result;
  // Another check had failed before this one could be asked.
  if (reason.kind === "tooEarly" || reason.kind === "notMeasured") return;
  const check = order.checks.find(({ name }) => name === result.check);
  const trial = trialOf(trials, result.check);
  trial.verdicts.push(verdict);
  if (isAlarm(result) || failsUntold(result, check)) trial.alarm = check?.soft ? "wouldHaveStopped" : "stopped";
}

/** The bake had passed and counts as one run all the same: what it came to is a fail now. Others than those that failed have said nothing new. */
function takeLate(trials: Map<string, Trial>, { watch, stage }: Deploy, { results }: FactOf<"alertedLate">): void {
  if (watch === null) return;
  for (const { check, verdict } of results) {
    if (verdict !== "fail") continue;
    const trial = trialOf(trials, check);
    trial.verdicts = [...trial.verdicts.slice(0, -1), verdict];
    trial.alarm = stage === "ended" || stage === "broken" ? "wouldHaveStopped" : "stopped";
  }
}

/** A person ended the bake: what had failed for certain by then has failed. */
function takeCertain(trials: Map<string, Trial>, deploy: Deploy): void {
  if (deploy.stage !== "baking") return;
  const { results } = judge(askedOrder(deploy), deploy.bake).judgement;
  for (const result of results) if (result.verdict === "fail") takeResult(trials, deploy, result);
}

/** A soft check holds nothing up, so nobody overrides it. */
function takePromotion(trials: Map<string, Trial>, deploy: Deploy): void {
  const hard = deploy.order.checks.filter(({ soft }) => !soft).map(({ name }) => name);
  if (deploy.stage === "baking") {
    takeCertain(trials, deploy);
    for (const check of hard) trialOf(trials, check).overridden = true;
  }
  if (deploy.stage !== "asking" || deploy.about !== "verdict") return;
  for (const { check, verdict } of deploy.judgement.results) {
    if (verdict === "inconclusive" && hard.includes(check)) trialOf(trials, check).overridden = true;
  }
}

function trialOf(trials: Map<string, Trial>, check: string): Trial {
  const known = trials.get(check);
  if (known) return known;
  const trial: Trial = { check, verdicts: [], alarm: null, overridden: false, falseAlarm: false };
  trials.set(check, trial);
  return trial;
}
