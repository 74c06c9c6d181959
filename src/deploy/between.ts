// Bakes between batches: what is asked after a batch, of whom, and for how long. Pure. It is the same bake as the canary's, with other hosts on the new release.

import type { Order } from "./order.ts";

/** `bakes`: how many batches have been followed by a bake so far, the one that goes on included. */
type Stands = { order: Order; bakes: number };

/** The order as its newest bake asks it: after a batch, all hosts that have the release by then stand where the canary did. */
export function askedOrder({ order, bakes }: Stands): Order {
  const between = order.between?.[bakes - 1];
  if (between === undefined) return order;
  const canary = [...order.canary, ...order.batches.slice(0, bakes).flat()];
  // With no checks it is a pause; the times of a look that never comes do not matter.
  return { ...order, canary, checks: between.checks, bake: { ...order.bake, forMs: between.pauseMs } };
}

/** Whether a batch (counted from 0) that has just been switched is followed by a bake that has not begun yet. */
export function bakesAfter({ order, bakes }: Stands, batch: number): boolean {
  return order.between?.[batch] !== undefined && batch < order.batches.length - 1 && bakes <= batch;
}

/** Whether anything is ever asked, so that it is worth knowing what was red before. */
export function asksAnything({ canary, between = [] }: Order): boolean {
  return canary.length > 0 || between.some(({ checks }) => checks.length > 0);
}
