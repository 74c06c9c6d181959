// Bakes a canary that somebody else has put out: takes looks as the bot does, with the same questions and the same judge, and touches nothing.

import { judge } from "../canary/judge.ts";
import type { Look, Watched } from "../canary/readings.ts";
import { untimed } from "../canary/untimed.ts";
import type { Judgement } from "../canary/verdict.ts";
import { FEWEST_BUCKETS } from "../config/checkedTimes.ts";
import { bakeEnd, nextLook } from "../deploy/bake.ts";
import type { DeployFact } from "../deploy/facts.ts";
import { advance, type Deploy } from "../deploy/fold.ts";
import type { Order } from "../deploy/order.ts";
import { clockSetBack } from "../deploy/setBack.ts";
import type { Parts } from "../runner/parts.ts";
import { measure } from "../runner/perform/measure.ts";

/** Ms since 1970. `since` is when the canary went out. */
export interface Asked {
  order: Order;
  since: number;
  /** Whether to wait for the end of the bake; otherwise there is one look at what is there. */
  wait: boolean;
}

export interface Told {
  deploy: Deploy;
  judgement: Judgement;
}

/** How long the bake is from `since` on: as configured while that is waited for, otherwise until now, less what may not be complete yet. */
export function bakeFor({ order, since, wait }: Asked, now: number): Order["bake"] {
  const { bake } = order;
  const isOver = since + bake.forMs + bake.settleMs <= now;
  return wait && !isOver ? bake : { ...bake, forMs: Math.max(0, now - bake.settleMs - since) };
}

/** How long until there is enough to judge; 0 when there is. */
export function tooShortBy({ forMs, warmUpMs, intervalMs }: Order["bake"]): number {
  return Math.max(0, FEWEST_BUCKETS * intervalMs - (forMs - warmUpMs));
}

/** Null when it was stopped before it could be told. `onLook` hears of each look that did not decide. */
export async function bake(
  asked: Asked,
  { parts, onLook }: { parts: Pick<Parts, "metrics" | "clock">; onLook: (taken: Told) => void },
  signal: AbortSignal,
): Promise<Told | null> {
  const { since, wait } = asked;
  const order = { ...asked.order, bake: bakeFor(asked, parts.clock.now()) };
  const looks: Look[] = [];
  let newestAt = parts.clock.now();
  for (;;) {
    const noted = notedBefore(looks, since);
    const { certain, judgement } = judge(order, { notedAt: since, noted, looks });
    const told = { deploy: deployOf(order, { since, noted, looks }), judgement };
    newestAt = Math.max(newestAt, ...looks.map(({ at }) => at));
    const setBack = clockSetBack({ newestAt }, parts.clock.now());
    if (setBack) return { ...told, judgement: untimed(order.checks, judgement, setBack.byMs) };
    if (certain || (!wait && looks.length > 0)) return told;
    const { dueAt, from, to } = nextLook({ startedAt: since, looks }, order.bake, parts.clock.now());
    if (looks.length > 0) onLook(told);
    if (dueAt > parts.clock.now()) await parts.clock.until(dueAt, signal);
    if (signal.aborted) return null;
    // A timer may end a little early, and no longer than about 25 days.
    if (dueAt > parts.clock.now()) continue;
    const log = { deploy: told.deploy, facts: [], observe: async (fact: DeployFact) => void looks.push(fact as Look) };
    await measure(
      { do: "measure", from, to, last: to >= bakeEnd({ startedAt: since }, order.bake) },
      { log, parts },
      signal,
    );
    if (signal.aborted) return null;
  }
}

/** The service tells when a group triggered in whole seconds, rounded down. */
const ROUNDING_MS = 1_000;

/**
 * Nobody noted the monitors before the canary went out. Groups that had last triggered before that when they were first heard of are what would have
 * been noted: those that are still red are left out, all others count once they trigger again.
 */
export function notedBefore(looks: readonly Look[], since: number): Record<string, Watched[]> {
  const noted: Record<string, Watched[]> = {};
  for (const reading of looks.flatMap(({ readings }) => readings)) {
    if (reading.kind !== "monitors" || reading.trouble || noted[reading.check]) continue;
    noted[reading.check] = reading.watched.filter(
      ({ triggeredAt }) => triggeredAt !== null && triggeredAt + ROUNDING_MS <= since,
    );
  }
  return noted;
}

/** A deploy that is on record nowhere, so that the bot's own views can tell of it. */
function deployOf(
  order: Order,
  { since: at, noted, looks }: { since: number; noted: Record<string, Watched[]>; looks: Look[] },
): Deploy {
  const facts: DeployFact[] = [
    { kind: "requested", at, order },
    { kind: "built", at, bytes: 0, sha256: "" },
    { kind: "noted", at, monitors: noted },
    { kind: "bakeStarted", at },
    ...looks.map((look) => ({ kind: "measured" as const, ...look })),
  ];
  return facts.reduce<Deploy | null>(advance, null) as Deploy;
}
