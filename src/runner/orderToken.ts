// Fencing tokens of single orders to hosts. Knows no host.

import type { Turn } from "./drive.ts";

/** More facts than any deploy has. */
const ORDERS_PER_LEASE = 1_000_000;

/**
 * The lease's token, and below it the number of facts so far: each order to a host gets a larger one than the order before it, so that a
 * host can refuse one that was believed lost. Stays a safe integer until the year 2255.
 */
export function orderToken({ lease, log }: Pick<Turn, "lease" | "log">): number {
  return lease.token * ORDERS_PER_LEASE + Math.min(log.facts.length, ORDERS_PER_LEASE - 1);
}
