// How many hosts may fail before a person is asked: of the whole fleet, and of each batch by itself. Pure.

import type { Deploy } from "./fold.ts";
import { isLost } from "./hosts.ts";
import type { Host } from "./order.ts";

/** How many more of a batch may fail; below 0 when it is too many already. */
export function mayStillFail({ order, hosts }: Pick<Deploy, "order" | "hosts">, batch: readonly Host[]): number {
  const lostOf = (names: Iterable<string>) =>
    [...names].filter((name) => isLost(hosts.get(name) ?? { is: "unseen", attempts: 0 })).length;
  const ofFleet = order.maxFailedHosts - lostOf(hosts.keys());
  const i = order.batches.findIndex((one) => one === batch || one.some(({ name }) => name === batch[0]?.name));
  const limit = order.maxFailedInBatch?.[i];
  if (limit === undefined) return ofFleet;
  return Math.min(ofFleet, limit - lostOf(batch.map(({ name }) => name)));
}

export function tooManyFailed(deploy: Pick<Deploy, "order" | "hosts">, batch: readonly Host[]): boolean {
  return mayStillFail(deploy, batch) < 0;
}
