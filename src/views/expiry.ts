// What the owner of a soft check is asked when its date has passed: the numbers of its record, and what can be done. Pure.

import type { CheckFact } from "../canary/expiry.ts";
import { type CheckRecord, proposalFor } from "../canary/record.ts";
import { decideSentence, endedSentence, proposalSentence, recordSentence } from "../chat/sentences/record.ts";
import { bold, join, type Text, t } from "../chat/text.ts";
import { type Message, say } from "./message.ts";

export interface RecordThere {
  environment: string;
  record: CheckRecord;
}

/** That its time is over has been said. */
const BEFORE_ITS_END = Number.NEGATIVE_INFINITY;

export function softEndedMessage(ended: CheckFact, records: readonly RecordThere[]): Message {
  const numbers = records.map(({ environment, record }): Text => {
    const proposal = proposalSentence(proposalFor(record, BEFORE_ITS_END), record);
    return join([t`${bold(environment)}: ${recordSentence(record)}`, ...(proposal ? [proposal] : [])], " ");
  });
  return say(join([endedSentence(ended), ...numbers, decideSentence(ended)], "\n"));
}
