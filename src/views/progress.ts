// How far a deploy is, by phase and hosts. Pure.

import { count, names } from "../chat/sentences/amounts.ts";
import { type Text, t } from "../chat/text.ts";
import type { Deploy } from "../deploy/fold.ts";
import type { HostState } from "../deploy/hosts.ts";
import type { Host } from "../deploy/order.ts";

/** One entry for the canary and one for the rest; hosts that need attention are named. */
export function progress(deploy: Deploy): { label: string; value: Text }[] {
  const { canary, batches, kind } = deploy.order;
  const groups = [
    { label: "Canary", hosts: canary },
    { label: canary.length > 0 ? "Rest of the fleet" : "Fleet", hosts: batches.flat() },
  ];
  const verb = kind === "rollback" ? "back" : "on the new release";
  return groups
    .filter(({ hosts }) => hosts.length > 0)
    .map(({ label, hosts }) => ({ label, value: line(deploy, hosts, verb) }));
}

function line({ hosts: states }: Deploy, hosts: Host[], verb: string): Text {
  const where = (...kinds: HostState["is"][]) =>
    hosts.map(({ name }) => name).filter((name) => kinds.includes(states.get(name)?.is ?? "unseen"));
  const done = where("new");
  const back = where("back");
  const ill = where("ill", "stuck", "unreachable");
  const now = where("switching");
  const parts = [`${bar(done.length, hosts.length)} ${done.length} of ${count(hosts.length, "host")} ${verb}`];
  if (back.length > 0) parts.push(`${back.length} put back`);
  if (now.length > 0) parts.push(`now: ${names(now, 3)}`);
  if (ill.length > 0) parts.push(`failed: ${names(ill, 3)}`);
  return t`${parts.join(", ")}`;
}

const CELLS = 10;

/** Words stand beside it: it is for the eye only. */
function bar(done: number, all: number): string {
  const full = Math.round((done / all) * CELLS);
  return "▰".repeat(full) + "▱".repeat(CELLS - full);
}
