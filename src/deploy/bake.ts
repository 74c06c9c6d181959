// When the canary is measured and over which window. Pure: windows come from facts and the order, so that a reading that is asked for
// again, later or by another process, asks the same question.

import { LAST_LOOK_ATTEMPTS, lastLookAgainAt } from "../canary/again.ts";
import type { Look } from "../canary/readings.ts";
import type { FactOf } from "./facts.ts";
import type { Order } from "./order.ts";

/**
 * `notedAt`: since when monitors are watched, before the first canary host was touched. Kept when the bake is done again. `setBackMs`: how far the clock went back
 * meanwhile.
 */
export type Bake = {
  startedAt: number;
  noted: FactOf<"noted">["monitors"];
  notedAt: number;
  looks: readonly Look[];
  setBackMs?: number;
};

type BakeOrder = Order["bake"];

/** End of the time that is judged, in ms since 1970. */
export function bakeEnd({ startedAt }: Pick<Bake, "startedAt">, { forMs }: BakeOrder): number {
  return startedAt + forMs;
}

/** Start of the time that is judged: the canary is up and warm. Never behind the end. */
export function bakeFrom({ startedAt }: Pick<Bake, "startedAt">, { warmUpMs, forMs }: BakeOrder): number {
  return startedAt + Math.min(warmUpMs, forMs);
}

/** Polls shorter than this are for practising; an answer needs its time all the same, and a bot that has just begun has the service's client to load. */
const LEAST_LOOK_MS = 10_000;

/** How long a look may take: what has not come before the next one is due is asked for by that one. */
export function longestLookMs({ pollMs }: Pick<BakeOrder, "pollMs">): number {
  return Math.max(pollMs, LEAST_LOOK_MS);
}

/**
 * When the verdict is there at the latest, also while the metrics service is silent. The last look is due when the bake has settled; it is begun again
 * for four polls after it was first tried; and the look before it, the first and the last attempt each take no longer than they may. Only a process that slept is later.
 */
export function verdictBy(bake: Pick<Bake, "startedAt">, order: BakeOrder): number {
  return bakeEnd(bake, order) + order.settleMs + (LAST_LOOK_ATTEMPTS - 1) * order.pollMs + 3 * longestLookMs(order);
}

/**
 * The look to take next. Looks are due at multiples of the poll since 1970, so that those of different bakes fall on the same instants and can be asked
 * for together, and see everything older than `settleMs`; the last one is due when the whole bake has settled. Looks that were missed are not made up for.
 */
export function nextLook(
  bake: Pick<Bake, "startedAt" | "looks">,
  order: BakeOrder,
  now: number,
): { dueAt: number; from: number; to: number } {
  const { startedAt, looks } = bake;
  const { pollMs, settleMs } = order;
  const from = bakeFrom(bake, order);
  const end = bakeEnd(bake, order);
  const lastDueAt = end + settleMs;
  const previous = looks.at(-1);
  // Clocks of several bots are a little apart: nobody waits for the time that another one had, and what is still to come is not asked for.
  if (previous?.last) {
    const again = previous.at > now ? now : (lastLookAgainAt(looks, pollMs) ?? now);
    return { dueAt: Math.max(again, lastDueAt), from, to: end };
  }
  const firstOpen = previous && previous.at > now ? 0 : Math.floor((previous?.at ?? startedAt) / pollMs) + 1;
  const newestDue = Math.floor(now / pollMs);
  const dueAt = Math.max(firstOpen, newestDue) * pollMs;
  if (dueAt >= lastDueAt || now >= lastDueAt) return { dueAt: lastDueAt, from, to: end };
  return { dueAt, from, to: Math.max(from, dueAt - settleMs) };
}
