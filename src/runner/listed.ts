// On which hosts a deploy is to be: all that the target has now, those of them that somebody chose, or, on the way back, those that it had last.

import type { OnHosts } from "../config/freeze.ts";
import { chosenOf } from "../config/hosts.ts";
import { listFitHosts, listHosts } from "../config/inventory.ts";
import { type Host, hostsOf, type Target } from "../deploy/order.ts";
import type { HostsTrouble, Refusal } from "../deploy/refusals.ts";
import { DeployLog } from "./deployLog.ts";
import type { Parts } from "./parts.ts";

export type OnWhich = { ok: true; on: OnHosts; instead: HostsTrouble | null } | { ok: false; refusal: Refusal };

/** Nobody calls it off: inventories have time limits of their own. */
const TO_ITS_END = new AbortController().signal;

type Needs = Pick<Parts, "settings" | "inventory">;

/** For a deploy: canary and batches have to fit to the list as it is now. */
export async function hostsForDeploy(
  { settings, inventory }: Needs,
  target: Target,
  typed: readonly string[] | undefined,
): Promise<OnWhich> {
  const listed = await listFitHosts(settings.configuration, target, { inventory, signal: TO_ITS_END });
  return listed.ok ? chosen(listed.hosts, typed) : { ok: false, refusal: { kind: "hosts", trouble: listed.trouble } };
}

/** Nothing gates the way back: while there is no list, it goes to the hosts of the last deploys. */
export async function hostsForWayBack(
  parts: Needs & Pick<Parts, "targets" | "journal" | "log">,
  target: Target,
  typed: readonly string[] | undefined,
): Promise<OnWhich> {
  const { settings, inventory, log } = parts;
  const listed = await listHosts(settings.configuration, target, { inventory, signal: TO_ITS_END });
  if (listed.ok) return chosen(listed.hosts, typed);
  const known = await hostsOfLastDeploys(parts, target);
  if (known.length === 0) return { ok: false, refusal: { kind: "hosts", trouble: listed.trouble } };
  log.warn("no list of hosts: the way back goes to those of the last deploys", { ...target, ...listed.trouble });
  const on = chosen(known, typed);
  return on.ok ? { ...on, instead: listed.trouble } : on;
}

function chosen(all: readonly Host[], typed: readonly string[] | undefined): OnWhich {
  if (typed === undefined) return { ok: true, on: { all }, instead: null };
  const names = all.map(({ name }) => name);
  const found = chosenOf(typed, names);
  if (!found.ok) return { ok: false, refusal: { kind: "unknownHosts", typed: found.unknown, known: names } };
  return { ok: true, on: { all, chosen: found.names }, instead: null };
}

/** Back to the last one that was on all of them: those after it may have been on hosts that are new since. */
async function hostsOfLastDeploys(
  { targets, journal }: Pick<Parts, "targets" | "journal">,
  target: Target,
): Promise<Host[]> {
  const { past } = await targets.read(target);
  const known = new Map<string, Host>();
  for (const { deploy } of past) {
    const order = (await DeployLog.open(journal, deploy))?.deploy.order;
    for (const host of order ? hostsOf(order) : []) {
      if (!known.has(host.name)) known.set(host.name, host);
    }
    if (order && !order.partial) break;
  }
  return [...known.values()];
}
