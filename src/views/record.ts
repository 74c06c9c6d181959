// The record of a target's checks as it is shown: a line or two per check, as it reads on a phone. Pure.

import { type CheckRecord, proposalFor, type TargetRecord } from "../canary/record.ts";
import type { Reply } from "../chat/command.ts";
import {
  goneSentence,
  proposalSentence,
  recordSentence,
  rulesSentence,
  spanSentence,
  standing,
} from "../chat/sentences/record.ts";
import { bold, code, join, type Text, t } from "../chat/text.ts";
import type { Target } from "../deploy/order.ts";
import type { Part } from "./message.ts";

export function recordReply({ service, environment }: Target, record: TargetRecord): Reply {
  const heading = t`${bold(`Checks of ${service} in ${environment}`)}\n${spanSentence(record)}`;
  const entries = record.checks.map((check) => checkText(check, record.now));
  // They explain the proposals: only soft checks are told to be made hard, and what nobody proposes needs no rule.
  const proposes = record.checks.some((check) => check.soft !== null || proposalFor(check, record.now) !== null);
  const rules = proposes ? [rulesSentence()] : [];
  const gone = record.gone.length > 0 ? [goneSentence(record.gone)] : [];
  const parts: Part[] = [
    ...[heading, ...entries].map((text): Part => ({ part: "text", text })),
    ...[...gone, ...rules].map((text): Part => ({ part: "note", text })),
  ];
  return { text: join([heading, ...entries, ...gone, ...rules], "\n"), parts };
}

function checkText(record: CheckRecord, now: number): Text {
  const proposal = proposalSentence(proposalFor(record, now), record);
  const head = t`${code(record.check)}, ${standing(record, now)}`;
  return join([head, recordSentence(record), ...(proposal ? [proposal] : [])], "\n");
}
