// What is shown in the thread of the watch after the bake. Pure.

import type { CheckResult } from "../canary/verdict.ts";
import { names } from "../chat/sentences/amounts.ts";
import { person } from "../chat/sentences/deploy.ts";
import { afterLate, couldNotWatch, lateHeadline } from "../chat/sentences/late.ts";
import { onCallSentence } from "../chat/sentences/verdict.ts";
import { link, type Text, t } from "../chat/text.ts";
import type { FactOf } from "../deploy/facts.ts";
import type { Deploy } from "../deploy/fold.ts";
import { falseAlarmParts } from "./falseAlarm.ts";
import type { Message, Part } from "./message.ts";
import { checkParts, summaryOf } from "./verdict.ts";

export function alertedLateMessage(deploy: Deploy, { results }: FactOf<"alertedLate">): Message {
  const failed = results.filter(({ verdict }) => verdict === "fail");
  const message = withChecks(deploy, t`${lateHeadline(failed)} ${afterLate(deploy)}`, failed);
  const { onCall } = deploy.order;
  // In large print: surfaces may not tell anybody of a name in small print.
  const calling: Part[] = onCall ? [{ part: "text", text: onCallSentence(onCall) }] : [];
  return { ...message, parts: [...message.parts, ...calling, { part: "note", text: footer(deploy) }], loud: true };
}

/** Null when the watch could tell: silence is what people expect then. */
export function watchEndedMessage(deploy: Deploy, { results }: FactOf<"watchEnded">): Message | null {
  return results.length === 0 ? null : withChecks(deploy, couldNotWatch, results);
}

function withChecks(deploy: Deploy, headline: Text, results: CheckResult[]): Message {
  return {
    summary: t`${headline} ${summaryOf(deploy, results)}`,
    parts: [
      { part: "text", text: headline },
      ...results.flatMap((result, i) => [
        ...checkParts(deploy, result, { first: i === 0 }),
        ...falseAlarmParts(deploy.order, result),
      ]),
    ],
  };
}

function footer({ order, changes }: Deploy): Text {
  const authors = changes && changes.authors.length > 0 ? t` Changes by ${names(changes.authors)}.` : t``;
  const { runbook } = order.links;
  const more = runbook ? t` ${link(runbook, `Runbook of ${order.target.service}`)}.` : t``;
  return t`For ${person(order.by)}.${authors}${more}`;
}
