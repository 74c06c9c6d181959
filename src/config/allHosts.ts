// The hosts of every target, as many as there are now: for whoever looks at the configuration as a whole.

import type { Target } from "../deploy/order.ts";
import type { HostsTrouble } from "../deploy/refusals.ts";
import type { Inventory } from "../ports/inventory.ts";
import { listFitHosts, sourceOf } from "./inventory.ts";
import type { Configuration } from "./schema.ts";

/** `unread`: they come from a command, and none was to be run. */
export interface TargetHosts {
  target: Target;
  hosts: { count: number } | { trouble: HostsTrouble } | "unread";
}

/** One after the other. `commands`: whether inventory commands are run too. */
export async function allHosts(
  configuration: Configuration,
  { commands, ...reading }: { inventory: Inventory; signal: AbortSignal; commands: boolean },
): Promise<TargetHosts[]> {
  const all: TargetHosts[] = [];
  for (const [service, { environments }] of Object.entries(configuration.services)) {
    for (const [environment, place] of Object.entries(environments)) {
      const target = { service, environment };
      const source = sourceOf(place);
      const unread = source !== null && "command" in source && !commands;
      const listed = unread ? null : await listFitHosts(configuration, target, reading);
      all.push({ target, hosts: listed === null ? "unread" : listed.ok ? { count: listed.hosts.length } : listed });
    }
  }
  return all;
}
