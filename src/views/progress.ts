// How far a deploy is, by phase and hosts. Pure.

import { count } from "../chat/sentences/amounts.ts";
import { hostList } from "../chat/sentences/hostList.ts";
import { type Text, t } from "../chat/text.ts";
import type { Deploy } from "../deploy/fold.ts";
import type { HostState } from "../deploy/hosts.ts";
import type { Host } from "../deploy/order.ts";
import { hostsThat, type Situation } from "./hosts.ts";

/** One entry for the canary and one for the rest; hosts that need attention are named. */
export function progress(deploy: Deploy): { label: string; value: Text }[] {
  const { canary, batches, kind, partial } = deploy.order;
  const [all, rest] = partial ? ["Chosen hosts", "Other chosen hosts"] : ["Fleet", "Rest of the fleet"];
  const groups = [
    { label: "Canary", hosts: canary },
    { label: canary.length > 0 ? rest : all, hosts: batches.flat() },
  ];
  const verb = kind === "rollback" ? "back" : "on the new release";
  return groups
    .filter(({ hosts }) => hosts.length > 0)
    .map(({ label, hosts }) => ({ label, value: line(deploy, hosts, verb) }));
}

function line(deploy: Deploy, hosts: Host[], verb: string): Text {
  const own = {
    stage: deploy.stage,
    hosts: new Map(hosts.map(({ name }) => [name, deploy.hosts.get(name) as HostState])),
  };
  const where = (...situations: Situation[]) => hostsThat(own, ...situations);
  const done = where("new and well");
  const back = where("back on old");
  const ill = where("new and ill", "old, the switch failed", "going back failed", "not reached, not touched");
  const now = where("switching");
  const ready = where("prepared");
  const preparing = where("preparing");
  const unknown = where("unknown");
  const parts = [`${bar(done.length, hosts.length)} ${done.length} of ${count(hosts.length, "host")} ${verb}`];
  if (back.length > 0) parts.push(`${back.length} put back`);
  if (now.length > 0) parts.push(`now: ${hostList(now, 3)}`);
  if (ready.length > 0) parts.push(`${ready.length} ready to switch`);
  if (preparing.length > 0) parts.push(`${preparing.length} being prepared`);
  if (ill.length > 0) parts.push(`failed: ${hostList(ill, 3)}`);
  if (unknown.length > 0) parts.push(`unknown: ${hostList(unknown, 3)}`);
  return t`${parts.join(", ")}`;
}

const CELLS = 10;

/** Words stand beside it: it is for the eye only. */
function bar(done: number, all: number): string {
  const full = Math.round((done / all) * CELLS);
  return "▰".repeat(full) + "▱".repeat(CELLS - full);
}
