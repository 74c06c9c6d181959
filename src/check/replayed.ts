// What came of a replay, for people and for programs: the table, what each check would have done, and why some things cannot be told. Pure.

import type { Check } from "../canary/checks.ts";
import {
  legend,
  replayHeading,
  rolledUpSentence,
  tallySentence,
  whyUntoldSentence,
} from "../chat/sentences/replaying.ts";
import { resultSentence } from "../chat/sentences/verdict.ts";
import { plain, type Text, t } from "../chat/text.ts";
import type { Target } from "../deploy/order.ts";
import type { Part } from "../views/message.ts";
import type { Said } from "./replaying.ts";
import { tableOf } from "./table.ts";
import { type Replayed, tallyOf } from "./tally.ts";
import { partsInTerminal } from "./terminal.ts";

export interface Told {
  target: Target;
  replayed: Replayed[];
  /** How many deploys were passed over. */
  without: number;
  /** Their names, in the order of the configuration. */
  checks: string[];
}

export function replayText(told: Told, zone: string): string {
  const { target, replayed, without, checks } = told;
  const text = (one: Text): Part => ({ part: "text", text: one });
  const parts: Part[] = [
    text(replayHeading(target, { replayed: replayed.length, without, zone })),
    { part: "line" },
    { part: "output", text: tableOf(replayed, checks, zone) },
    { part: "line" },
    ...checks.map((check) => text(tallySentence(tallyOf(check, replayed)))),
    { part: "line" },
    ...checks.flatMap((check) => whyUntold(check, replayed).map(text)),
    ...rolledUp(replayed).map(text),
    text(t`${legend(new Set(replayed.flatMap(({ said }) => [...said.values()].map(({ says }) => says))))}`),
  ];
  return partsInTerminal(parts, zone);
}

/** Each reason once, with the words of the newest deploy that has it. */
function whyUntold(check: string, replayed: readonly Replayed[]): Text[] {
  const reasons = new Map<string, { times: number; why: Text }>();
  for (const { said } of replayed) {
    const one = said.get(check);
    if (one?.says !== "untold") continue;
    const { reason } = one.result;
    const key = reason.kind === "trouble" ? `${reason.kind} ${reason.trouble}` : reason.kind;
    const known = reasons.get(key);
    if (known) known.times += 1;
    else reasons.set(key, { times: 1, why: resultSentence(one.check, one.result) });
  }
  return [...reasons.values()].map(({ times, why }) => whyUntoldSentence(check, times, why));
}

function rolledUp(replayed: readonly Replayed[]): Text[] {
  const byWidth = new Map<number, Replayed[]>();
  for (const one of replayed) {
    if (one.widthMs !== null) byWidth.set(one.widthMs, [...(byWidth.get(one.widthMs) ?? []), one]);
  }
  return [...byWidth].map(([width, some]) =>
    rolledUpSentence(
      some.map(({ past }) => past.deploy),
      width,
      some[0]?.askedMs ?? 0,
    ),
  );
}

/** Times in ISO 8601, durations in ms. */
export function replayData({ target, replayed, without, checks }: Told): Record<string, unknown> {
  return {
    ...target,
    leftOut: without,
    deploys: replayed.map(({ past, said, widthMs }) => ({
      deploy: past.deploy,
      began: new Date(past.startedAt).toISOString(),
      ended: new Date(past.endedAt).toISOString(),
      inFact: past.ending,
      pointsEachMs: widthMs,
      checks: Object.fromEntries([...said].map(([name, one]) => [name, dataOf(one)])),
    })),
    checks: checks.map((check) => tallyOf(check, replayed)),
  };
}

function dataOf(said: Said): Record<string, unknown> {
  if (!("result" in said)) return { says: said.says };
  const { check, result, ...rest } = said;
  return { ...rest, reason: result.reason, sentence: sentenceOf(check, said) };
}

function sentenceOf(check: Check, { result }: Extract<Said, { result: unknown }>): string {
  return plain(resultSentence(check, result));
}
