// The hosts of every target, as many as there are now: for whoever looks at the configuration as a whole.

import type { Target } from "../deploy/order.ts";
import type { HostsTrouble } from "../deploy/refusals.ts";
import type { Inventory } from "../ports/inventory.ts";
import { listHosts, misfitOf, sourceOf } from "./inventory.ts";
import type { Configuration } from "./schema.ts";

/** `unread`: they come from a command, and none was to be run. */
export interface TargetHosts {
  target: Target;
  hosts: { count: number } | { trouble: HostsTrouble } | "unread";
}

/** One after the other. `commands`: whether inventory commands are run too. */
export async function allHosts(
  configuration: Configuration,
  reading: { inventory: Inventory; signal: AbortSignal; commands: boolean },
): Promise<TargetHosts[]> {
  const all: TargetHosts[] = [];
  for (const [service, { environments }] of Object.entries(configuration.services)) {
    for (const [environment, place] of Object.entries(environments)) {
      const target = { service, environment };
      const source = sourceOf(place);
      const unread = source !== null && "command" in source && !reading.commands;
      all.push({ target, hosts: unread ? "unread" : await hostsOf(configuration, target, reading) });
    }
  }
  return all;
}

async function hostsOf(
  configuration: Configuration,
  target: Target,
  reading: { inventory: Inventory; signal: AbortSignal },
): Promise<TargetHosts["hosts"]> {
  const listed = await listHosts(configuration, target, reading);
  const trouble = listed.ok ? misfitOf(configuration, target, listed.hosts) : listed.trouble;
  return trouble ? { trouble } : { count: listed.ok ? listed.hosts.length : 0 };
}
