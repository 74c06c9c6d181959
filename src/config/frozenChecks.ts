// Freezes checks: their queries filled in, for these hosts and for those that they are compared with. Pure.

import type { Check, LimitCheck, Sides } from "../canary/checks.ts";
import type { CheckConfiguration } from "./checkSchema.ts";
import { groupsOf, growsWithHosts, withoutInterpolation } from "./queries.ts";
import type { ServiceConfiguration } from "./schema.ts";

/** Names of hosts: those that have the new release, and all others. */
export interface HostSides {
  canary: readonly string[];
  rest: readonly string[];
}

export interface Words {
  /** Fills `$service`, `$environment` and `$version`. */
  fill: (text: string) => string;
  /** Where the bot shows the runbooks. */
  runbooks: string;
}

export function frozenChecks(
  service: ServiceConfiguration,
  hosts: HostSides,
  { fill: words, runbooks }: Words,
): Check[] {
  const canary = hostFilter(hosts.canary);
  const fill = (text: string) => words(text.replace(/\$canary\b/g, () => canary));
  const onHosts = (query: string, names: readonly string[]) =>
    fill(query.replace(/\$hosts\b/g, () => hostFilter(names)));
  const sides = (query: string): Sides => ({
    canary: onHosts(query, hosts.canary),
    baseline: onHosts(query, hosts.rest),
  });
  return checksOf(service, { fill, sides, others: (query) => restOf(query, hosts, fill), runbooks });
}

function hostFilter(names: readonly string[]): string {
  return `host IN (${names.join(",")})`;
}

interface Filling {
  fill: (text: string) => string;
  /** Fills `$hosts` too: with the canary hosts, and with the rest of the fleet. */
  sides: (query: string) => Sides;
  /** The query of a limit for the rest of the fleet. */
  others: (query: string) => LimitCheck["rest"];
  runbooks: string;
}

function checksOf({ checks }: ServiceConfiguration, filling: Filling): Check[] {
  return Object.entries(checks).map(([name, check]) => {
    const { means, runbook, inconclusive, soft } = check;
    const common = { name, means, runbook: `${filling.runbooks}/${runbook}`, inconclusive };
    return { ...common, ...(soft ? { soft } : {}), ...askedBy(check, filling) };
  });
}

type Asking = Check extends infer C
  ? C extends Check
    ? Omit<C, "name" | "means" | "runbook" | "inconclusive" | "soft">
    : never
  : never;

function askedBy(check: CheckConfiguration, { fill, sides, others }: Filling): Asking {
  if ("monitors" in check) {
    const { monitors } = check;
    return { kind: "monitors", select: "tags" in monitors ? { tags: monitors.tags.map(fill) } : monitors };
  }
  if ("compare" in check) {
    const { query, unit = "", ...rule } = check.compare;
    return { kind: "compare", query: sides(withoutInterpolation(query)), ...rule, unit };
  }
  if ("counts" in check) {
    const { errors, total, alpha } = check.counts;
    return { kind: "counts", errors: sides(errors), total: sides(total), alpha };
  }
  const { query, of = "sum", atMost = null, atLeast = null, for: forMs = null, alive, unit = "" } = check.limit;
  return {
    kind: "limit",
    query: fill(withoutInterpolation(query)),
    aggregate: of,
    atMost,
    atLeast,
    forMs,
    alive: alive === undefined ? null : fill(withoutInterpolation(alive)),
    rest: others(withoutInterpolation(query)),
    unit,
  };
}

/** With a line for each host a picture needs no more of them: their median changes little. */
const MOST_DRAWN_HOSTS = 30;

/** Null when there is no other host. */
function restOf(query: string, hosts: HostSides, fill: Filling["fill"]): LimitCheck["rest"] {
  if (hosts.rest.length === 0 || hosts.canary.length === 0) return null;
  const every = groupsOf(query).includes("host") ? Math.ceil(hosts.rest.length / MOST_DRAWN_HOSTS) : 1;
  const some = hosts.rest.filter((_, i) => i % every === 0);
  return {
    query: fill(query.replace(/\$canary\b/g, hostFilter(some))),
    share: growsWithHosts(query) ? hosts.canary.length / hosts.rest.length : 1,
  };
}
