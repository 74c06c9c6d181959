// Finds an order's hosts by name. Pure.

import { type Host, hostsOf, type Order } from "../../deploy/order.ts";

export function hostsNamed(order: Order, names: readonly string[]): Host[] {
  const wanted = new Set(names);
  return hostsOf(order).filter(({ name }) => wanted.has(name));
}
