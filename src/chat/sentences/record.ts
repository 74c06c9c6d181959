// The record of a check in words: how it ran, what it stopped or would have, whether that was right, and what that proposes. Knows no message.

import {
  type CheckRecord,
  type Doubt,
  MOST_DAYS,
  MOST_DEPLOYS,
  type Proposal,
  RUNS_TO_BE_HARD,
  RUNS_TO_BE_LOOKED_AT,
  type TargetRecord,
} from "../../canary/record.ts";
import { isOverdue } from "../../canary/soft.ts";
import { bold, code, join, type Text, t, utc } from "../text.ts";
import { count, names } from "./amounts.ts";
import { person } from "./deploy.ts";

/** What it is made of, so that nobody takes three deploys for proof. */
export function spanSentence({ deploys, since }: Pick<TargetRecord, "deploys" | "since">): Text {
  if (since === null)
    return t`There was no deploy in the last ${MOST_DAYS} days, so nothing is known of its checks yet.`;
  const reach = `the last ${MOST_DAYS} days, at most ${MOST_DEPLOYS} deploys and rollbacks`;
  return t`From ${count(deploys, "deploy")} since ${day(since)} (${reach}).`;
}

/** `soft until 2027-03-01, @owner decides` */
export function standing({ soft }: Pick<CheckRecord, "soft">, now: number): Text {
  if (soft === null) return t`hard`;
  const owner = person({ id: soft.owner, name: soft.owner });
  return isOverdue(soft, now)
    ? t`soft, its date ${bold("has passed")} (${soft.until}): ${owner} decides`
    : t`soft until ${soft.until}, then ${owner} decides`;
}

/** One or two sentences with all numbers that are not nothing. */
export function recordSentence(record: CheckRecord): Text {
  const { ran, said, soft } = record;
  if (ran === 0) return join([t`Has not run yet.`, ...others(record)], " ");
  const parts = [
    said.pass > 0 ? [`${said.pass} passed`] : [],
    said.fail > 0 ? [`${said.fail} failed`] : [],
    said.inconclusive > 0 ? [`${said.inconclusive} could not tell`] : [],
  ].flat();
  const ranSentence = t`Ran ${ran === 1 ? "once" : `${ran} times`}: ${parts.join(", ").replace(ran === 1 ? /^1 / : "", "")}.`;
  const nothing = soft !== null && record.wouldHaveStopped + record.stopped === 0 ? [t`Would have stopped none.`] : [];
  return join([ranSentence, ...others(record), ...nothing], " ");
}

function others(record: CheckRecord): Text[] {
  const { stopped, wouldHaveStopped, overridden, falseAlarms } = record;
  return [
    ...(stopped > 0 ? [t`Stopped ${count(stopped, "deploy")}.`] : []),
    ...(wouldHaveStopped > 0
      ? [t`Would have stopped ${count(wouldHaveStopped, "deploy")}: ${agreement(record)}.`]
      : []),
    ...(overridden > 0 ? [t`Overridden in ${count(overridden, "deploy")}: promoted although it had not passed.`] : []),
    ...(falseAlarms > 0 ? [t`Marked as a false alarm in ${count(falseAlarms, "deploy")}.`] : []),
  ];
}

/** Whether people or hard checks came to the same end. */
function agreement({ wouldHaveStopped, agreed, disagreed }: CheckRecord): string {
  const open = wouldHaveStopped - agreed - disagreed;
  return [
    ...(agreed > 0 ? [`${agreed} went back in the end`] : []),
    ...(disagreed > 0 ? [`${disagreed} went out and stayed`] : []),
    ...(open > 0 ? [`of ${open} it is not known`] : []),
  ].join(", ");
}

const DOUBTS: Record<Doubt, (record: CheckRecord) => string> = {
  doubted: ({ doubted, stopped, wouldHaveStopped }) =>
    stopped + wouldHaveStopped === 1
      ? "its only alarm is doubted"
      : `${doubted} of its ${stopped + wouldHaveStopped} alarms ${doubted === 1 ? "is" : "are"} doubted`,
  untold: ({ ran, said }) => `it could not tell in ${said.inconclusive} of ${count(ran, "run")}`,
  overdue: () => "its time as a soft check is over",
};

export function proposalSentence(proposal: Proposal, record: CheckRecord): Text | null {
  if (proposal === null) return null;
  if (proposal.kind === "look")
    return t`${bold("Look at it:")} ${names(proposal.why.map((why) => DOUBTS[why](record)))}.`;
  const alarms =
    record.wouldHaveStopped + record.stopped === 0 ? "it has raised no alarm" : "none of its alarms is doubted";
  return t`${bold("Make it hard:")} it ran ${record.ran} times, and ${alarms}.`;
}

/** Why it proposes what it proposes. */
export function rulesSentence(): Text {
  return t`“Make it hard”: soft, ran at least ${RUNS_TO_BE_HARD} times, and none of its alarms is doubted. “Look at it”: more than a third of its alarms are doubted, or of at least ${RUNS_TO_BE_LOOKED_AT} runs it could not tell in more than a third, or its date has passed. An alarm is doubted when somebody marked it as false, or when it stopped nothing and its deploy went out and stayed.`;
}

/** Checks of the past that nobody asks any more. */
export function goneSentence(gone: string[]): Text {
  return t`Not configured any more: ${names(gone)}.`;
}

/** `/canary stats` without a service. */
export const WHOSE_RECORD = "It needs to know whose record to show.";

function day(at: number): string {
  return utc(at, "date").slice(0, 10);
}

/** To its owner, once. */
export function endedSentence({ service, check, until }: { service: string; check: string; until: string }): Text {
  return t`The time of ${code(check)} of ${bold(service)} as a soft check ended with ${until} (UTC), and you are its owner: please decide. Until then it goes on to report, and stops nothing.`;
}

/** What to do with a check whose date has passed, and where. */
export function decideSentence({ service, check }: { service: string; check: string }): Text {
  const path = `services.${service}.checks.${check}`;
  return t`Decide: take ${code("soft")} out of ${code(path)} and it is hard; give it a later ${code("until")}; or take the whole check out. ${code("npx lockstep check-config")} says whether it fits, and the bot reads it when it is started again.`;
}
