// Finds an order's hosts by name. Pure.

import type { Host, Order } from "../../deploy/order.ts";

export function hostsNamed({ canary, batches }: Order, names: readonly string[]): Host[] {
  const wanted = new Set(names);
  return [...canary, ...batches.flat()].filter(({ name }) => wanted.has(name));
}
