// Everything that holds something up: who has locked what, why, until when, what deploys, who waits, what is frozen. For `/locks` and for the bot's
// home page. Pure.

import type { Overview } from "../chat/bot.ts";
import type { Reply } from "../chat/command.ts";
import { count } from "../chat/sentences/amounts.ts";
import { person as mention } from "../chat/sentences/deploy.ts";
import { because, freezeSentence, held, unfreeze } from "../chat/sentences/locks.ts";
import { onTyped } from "../chat/sentences/whichHosts.ts";
import { bold, clock, code, date, join, list, type Text, t } from "../chat/text.ts";
import type { Person, Target } from "../deploy/order.ts";
import { lockAt, type TargetState, type Waiting } from "../locks/fold.ts";
import { turnAt } from "../locks/line.ts";
import { rowButtons } from "./lockButtons.ts";
import type { Part } from "./message.ts";

/** Parts of freezes and rows, which have buttons; Slack takes 50 blocks in a message and 100 on the home page. */
const MOST_IN_A_REPLY = 36;
const MOST_AT_HOME = 80;

interface Row {
  target: Target;
  state: TargetState;
  words: Text;
}

export function locksReply(overview: Overview, person: Person): Reply {
  const rows = rowsOf(overview);
  return {
    text: join(
      [...overview.freezes.map(freezeSentence), ...rows.map(({ words }) => words), ...emptyWords(overview, rows)],
      "\n",
    ),
    parts: [
      ...partsOf(overview, rows, { person, most: MOST_IN_A_REPLY }),
      { part: "note", text: t`As of ${date(overview.now)}.` },
    ],
  };
}

export function homeParts(overview: Overview, person: Person): Part[] {
  const rows = rowsOf(overview);
  const help = t`${code("/lock <service> [reason] [for 30m]")} keeps a service to yourself, ${code("/deploy <service>")} deploys it, ${code("/lockstep help")} tells everything else.`;
  return [
    { part: "heading", text: "What is locked now" },
    ...partsOf(overview, rows, { person, most: MOST_AT_HOME }),
    { part: "line" },
    { part: "note", text: help },
  ];
}

function rowsOf({ targets, now }: Overview): Row[] {
  return targets
    .map(({ target, state }) => ({ target, state, words: rowWords(target, state, now) }))
    .filter(({ words }) => words.length > 0)
    .sort((a, b) => key(a.target).localeCompare(key(b.target)));
}

const key = ({ service, environment }: Target) => `${service} ${environment}`;

/** Nothing when nobody has it and nobody waits. */
function rowWords({ service, environment }: Target, state: TargetState, now: number): Text {
  const lock = lockAt(state, now);
  const { running } = state;
  const name = t`${bold(service)} in ${environment}`;
  const parts = [
    ...(lock ? [t`locked by ${held(lock)}`] : []),
    ...(running ? [t`${mention(running.by)} has been deploying since ${clock(running.since)}`] : []),
    ...turnWords(state, now),
  ];
  if (parts.length === 0) return [];
  return t`${name}: ${join(parts, "; ")}.${lineWords(state.line)}`;
}

function turnWords(state: TargetState, now: number): Text[] {
  const turn = turnAt(state, now);
  if (turn === null) return [];
  const until = state.offer?.to.id === turn.by.id ? t` until ${clock(state.offer.until)}` : t``;
  return [t`free, and it is the turn of ${mention(turn.by)}${until}`];
}

/** `In line: 1. you (to deploy main), 2. …` */
export function lineWords(line: Waiting[]): Text {
  if (line.length === 0) return t``;
  const places = line.map(({ by, wants }, i) => t`${i + 1}. ${mention(by)}${wantsWords(wants)}`);
  return t` In line: ${list(places)}.`;
}

function wantsWords(wants: Waiting["wants"]): string {
  return wants.kind === "deploy" ? ` (to deploy ${wants.ref}${onTyped(wants.hosts)})` : because(wants.reason);
}

function emptyWords({ freezes }: Overview, rows: Row[]): Text[] {
  if (rows.length > 0) return [];
  return [
    freezes.length > 0
      ? t`Nothing is locked, and no deploy is running.`
      : t`Nothing is locked or frozen, and no deploy is running.`,
  ];
}

function partsOf(overview: Overview, rows: Row[], { person, most }: { person: Person; most: number }): Part[] {
  const { now, freezes } = overview;
  const frozen = freezes.slice(0, most);
  const shown = rows.slice(0, Math.floor((most - frozen.length) / 2));
  const left = rows.length - shown.length;
  return [
    ...frozen.map(
      (one): Part => ({ part: "text", text: t`${freezeSentence(one)} ${code(unfreeze(one.environment))} lifts it.` }),
    ),
    ...shown.flatMap(({ target, state, words }): Part[] => [
      { part: "text", text: words },
      { part: "buttons", buttons: rowButtons(target, state, { by: person, now }) },
    ]),
    ...[
      ...emptyWords(overview, rows),
      ...(left > 0 ? [t`And ${count(left, "service")} more: ${code("/canary <service>")} shows each.`] : []),
    ].map((text): Part => ({ part: "text", text })),
  ];
}
