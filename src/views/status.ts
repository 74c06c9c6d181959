// What `/canary` answers: how the running or the last canary is, what runs now, who holds the target. Pure.

import { judge } from "../canary/judge.ts";
import type { Judgement } from "../canary/verdict.ts";
import { number } from "../chat/sentences/amounts.ts";
import { bothSides, inRequests } from "../chat/sentences/comparison.ts";
import { person, stateSentence, stateWord } from "../chat/sentences/deploy.ts";
import { held as heldBy } from "../chat/sentences/locks.ts";
import { softSentence } from "../chat/sentences/soft.ts";
import { resultSentence } from "../chat/sentences/verdict.ts";
import { onlyOn } from "../chat/sentences/whichHosts.ts";
import { bold, code, join, type Text, t } from "../chat/text.ts";
import { askedOrder } from "../deploy/between.ts";
import type { Deploy } from "../deploy/fold.ts";
import type { Target } from "../deploy/order.ts";
import { shortSha } from "../deploy/releases.ts";
import { lockAt, type TargetState } from "../locks/fold.ts";
import { turnAt } from "../locks/line.ts";
import { lostByCause, situationLines } from "./hosts.ts";
import { lineWords } from "./locks.ts";
import { progress } from "./progress.ts";
import { wordOf } from "./verdict.ts";

export function statusText(
  { service, environment }: Target,
  { state, deploy, now }: { state: TargetState; deploy: Deploy | null; now: number },
): Text {
  const name = t`${bold(`${service} in ${environment}`)}`;
  const lock = lockAt(state, now);
  const runs = state.release
    ? t`It runs ${code(shortSha(state.release.commit.sha))} (${state.release.commit.subject}).`
    : t`The bot has not finished a deploy of it yet.`;
  const turn = turnAt(state, now);
  const free = state.running
    ? t`Held by the running deploy until that ends.`
    : turn
      ? t`Nobody holds the lock; it is the turn of ${person(turn.by)}.`
      : t`Nobody holds the lock.`;
  const held = t`${lock ? t`Locked by ${heldBy(lock)}.` : free}${lineWords(state.line)}`;
  if (deploy === null) return join([name, runs, held], "\n");
  const { release, by } = deploy.order;
  const sha = shortSha(release.commit.sha);
  const only = onlyOn(deploy.order);
  const head = t`${name}: ${deploy.stage === "ended" ? "the last" : "the running"} deploy, ${code(sha)} (${release.commit.subject}) by ${person(by)}${only === null ? "" : `, ${only}`}: ${bold(stateWord(deploy))}`;
  const far = progress(deploy).map(({ label, value }) => t`${label}: ${value}`);
  return join([head, stateSentence(deploy), ...far, ...hostLines(deploy), ...checkLines(deploy), runs, held], "\n");
}

/** Every host, once it matters which is which; and of those that are not where they belong, why. */
function hostLines(deploy: Deploy): Text[] {
  if (deploy.stage === "preparing") return [];
  return [...situationLines(deploy), ...lostByCause(deploy).map((sentence) => t`${sentence}`)];
}

/** Verdict per check; while it bakes, what is known so far. */
function checkLines(deploy: Deploy): Text[] {
  const judgement = judgementSoFar(deploy);
  if (!judgement) return [];
  return judgement.results.flatMap((result) => {
    const check = deploy.order.checks.find(({ name }) => name === result.check);
    if (!check) return [];
    const name = check.soft ? t`${code(check.name)} (soft)` : code(check.name);
    if (deploy.stage === "baking" && result.verdict !== "fail") return [t`${name}: ${soFar(deploy, check.name)}`];
    const softly = check.soft && result.verdict !== "pass" ? t`. ${softSentence(result)}` : t``;
    return [t`${name} ${wordOf(result)}: ${resultSentence(check, result)}${softly}`];
  });
}

function judgementSoFar(deploy: Deploy): Judgement | null {
  if (deploy.stage === "baking") return judge(askedOrder(deploy), deploy.bake).judgement;
  return "judgement" in deploy ? deploy.judgement : null;
}

function soFar(deploy: Deploy & { stage: "baking" }, name: string): string {
  const check = deploy.order.checks.find((one) => one.name === name);
  const reading = deploy.bake.looks.at(-1)?.readings.find((one) => one.check === name);
  if (!reading || !check) return "not measured yet";
  if (reading.trouble) return `no answer from Datadog so far (${reading.trouble.detail})`;
  switch (reading.kind) {
    case "monitors":
      return reading.watched.length === 0 ? "no monitor matches so far" : "quiet so far";
    case "compare": {
      const { canary, baseline } = reading;
      const both = check.kind === "compare" && { value: canary.median, baseline: baseline.median };
      return both ? `${bothSides(check, both)} so far; compared at the end of the bake` : "";
    }
    case "counts":
      return `${inRequests(reading.canary)} on the canary, ${inRequests(reading.baseline)} on the rest of the fleet so far`;
    case "limit": {
      const values = reading.values.map(
        ({ scope, value }) => `${value === null ? "nothing" : number(value)}${scope ? ` on ${scope}` : ""}`,
      );
      return values.length === 0 ? "no data so far" : `${values.join(", ")} so far`;
    }
  }
}
