// When the metrics service falls silent in a bake, and when it answers again: each is said once, after two looks in a row, because one that fails is
// simply made up for by the next. Pure.

import type { Look, Trouble } from "../canary/readings.ts";
import { answersAgainSentence, silentSentence } from "../chat/sentences/noAnswer.ts";
import { verdictBy } from "../deploy/bake.ts";
import { askedOrder } from "../deploy/between.ts";
import type { Deploy } from "../deploy/fold.ts";
import { type Message, note } from "./message.ts";

/** What is said after the newest look; null when nothing has changed. */
export function silenceMessage(deploy: Deploy): Message | null {
  if (deploy.stage !== "baking") return null;
  const { bake } = deploy;
  const order = askedOrder(deploy);
  const hard = order.checks.filter(({ soft }) => !soft).map(({ name }) => name);
  const before = silentAfter(bake.looks.slice(0, -1), hard);
  const now = silentAfter(bake.looks, hard);
  if (before !== null && now === null) return note(answersAgainSentence());
  const first = now?.[0];
  if (before !== null || !first) return null;
  const named = now.length === hard.length ? [] : now.map(({ check }) => check);
  return note(silentSentence(named, { trouble: first.trouble, until: verdictBy(bake, order.bake) }));
}

type Silent = { check: string; trouble: Trouble }[];

/** Which of these checks are without an answer since two looks (a soft one decides nothing, so its silence needs no word); null when there are none, or when every check has been answered since. */
function silentAfter(looks: readonly Look[], checks: string[]): Silent | null {
  let silent: Silent | null = null;
  let before: Silent = [];
  for (const look of looks) {
    const now = withoutAnswer(look).filter(({ check }) => checks.includes(check));
    const still = now.filter(({ check }) => before.some((one) => one.check === check));
    if (now.length === 0) silent = null;
    else if (silent === null && still.length > 0) silent = still;
    before = now;
  }
  return silent;
}

function withoutAnswer({ readings }: Look): Silent {
  return readings.flatMap(({ check, trouble }) => (trouble ? [{ check, trouble }] : []));
}
