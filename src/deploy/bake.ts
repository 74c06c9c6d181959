// When the canary is measured and over which window. Pure: windows come from facts and the order, so that a reading that is asked for
// again, later or by another process, asks the same question.

import type { Bake } from "./fold.ts";
import type { Order } from "./order.ts";

type BakeOrder = Order["bake"];

/** End of the time that is judged, in ms since 1970. */
export function bakeEnd({ startedAt }: Pick<Bake, "startedAt">, { forMs }: BakeOrder): number {
  return startedAt + forMs;
}

/** Start of the time that is judged: the canary is up and warm. Never behind the end. */
export function bakeFrom({ startedAt }: Pick<Bake, "startedAt">, { warmUpMs, forMs }: BakeOrder): number {
  return startedAt + Math.min(warmUpMs, forMs);
}

/**
 * The look to take next. Look number k is due k polls after the start and sees everything older than `settleMs`; the last one is
 * due when the whole bake has settled. Looks that were missed are not made up for.
 */
export function nextLook(
  bake: Pick<Bake, "startedAt" | "looks">,
  order: BakeOrder,
  now: number,
): { dueAt: number; from: number; to: number } {
  const { startedAt, looks } = bake;
  const from = bakeFrom(bake, order);
  const end = bakeEnd(bake, order);
  const lastDueAt = end + order.settleMs;
  const previous = looks.at(-1);
  // A clock that was set back must not make anybody wait for the time it had.
  if (previous?.last) return { dueAt: previous.at > now ? now : previous.at + order.pollMs, from, to: end };
  const firstOpen = previous === undefined ? 1 : Math.floor((previous.at - startedAt) / order.pollMs) + 1;
  const newestDue = Math.floor((now - startedAt) / order.pollMs);
  const dueAt = startedAt + Math.max(firstOpen, newestDue) * order.pollMs;
  if (dueAt >= lastDueAt || now >= lastDueAt) return { dueAt: lastDueAt, from, to: end };
  return { dueAt, from, to: Math.max(from, dueAt - order.settleMs) };
}
