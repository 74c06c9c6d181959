// Freezes what a deploy depends on into its order: hosts, checks, limits, times, links. Pure. After this the configuration may change; a running
// deploy does not.

import type { Check, LimitCheck, Sides } from "../canary/checks.ts";
import type { Order, Person, Release, Target } from "../deploy/order.ts";
import { shortSha } from "../deploy/releases.ts";
import { batchesOf, canaryOf, hostsOf } from "./hosts.ts";
import { groupsOf, growsWithHosts, withoutInterpolation } from "./queries.ts";
import type { CheckConfiguration, Configuration, PlaceConfiguration, ServiceConfiguration } from "./schema.ts";

export interface Wanted {
  deploy: string;
  kind: Order["kind"];
  target: Target;
  by: Person;
  ref: string;
  release: Release;
}

/** The target must be one of the configuration's own. */
export function freeze(configuration: Configuration, wanted: Wanted): Order {
  const service = configuration.services[wanted.target.service];
  const place = service?.environments[wanted.target.environment];
  if (!service || !place) throw new Error(`no such target: ${wanted.target.service} in ${wanted.target.environment}`);
  const hosts = hostsOf(place, configuration.ssh.user);
  const canaryNames =
    wanted.kind === "rollback"
      ? []
      : canaryOf(
          place,
          hosts.map(({ name }) => name),
        );
  const canary = hosts.filter(({ name }) => canaryNames.includes(name));
  const rest = hosts.filter(({ name }) => !canaryNames.includes(name));
  const restNames = rest.map(({ name }) => name);
  const fill = filler(wanted, canaryNames);
  const sides = (query: string): Sides => ({
    canary: fill(query.replace(/\$hosts\b/g, hostFilter(canaryNames))),
    baseline: fill(query.replace(/\$hosts\b/g, hostFilter(restNames))),
  });
  const others = (query: string) => restOf(query, { canary: canaryNames, rest: restNames }, fill);
  return {
    ...wanted,
    repository: service.repository,
    canary,
    batches: wanted.kind === "rollback" ? [rest] : batchesOf(place, rest),
    site: siteOf(service),
    concurrency: place.concurrency,
    bake: bakeOf(place),
    checks: checksOf(service, { fill, sides, others, runbooks: runbookBase(configuration) }),
    maxFailedHosts: place.maxFailedHosts,
    askMs: place.askFor,
    links: linksOf(configuration, service, fill),
    ...(service.onCall && { onCall: service.onCall }),
    channel: place.channel ?? configuration.channel,
  };
}

/** Fills `$service`, `$environment`, `$version` and `$canary` (the canary hosts, as a filter). */
function filler({ target, release }: Wanted, canary: string[]): (text: string) => string {
  const values: Record<string, string> = {
    $service: target.service,
    $environment: target.environment,
    $version: shortSha(release.commit.sha),
    $canary: hostFilter(canary),
  };
  return (text) => text.replace(/\$(?:service|environment|version|canary)\b/g, (name) => values[name] ?? name);
}

function hostFilter(names: string[]): string {
  return `host IN (${names.join(",")})`;
}

function siteOf({ release }: ServiceConfiguration): Order["site"] {
  const { path, shared, keep, restart, restartTimeout, environment, health } = release;
  return {
    path: path.replace(/(?<=.)\/+$/, ""),
    shared,
    keep,
    restart,
    restartTimeoutMs: restartTimeout,
    health: health ? { command: health.command, timeoutMs: health.timeout, intervalMs: health.every } : null,
    environment,
  };
}

function bakeOf({ bake }: PlaceConfiguration): Order["bake"] {
  return { forMs: bake.for, warmUpMs: bake.warmUp, settleMs: bake.settle, pollMs: bake.every, intervalMs: bake.bucket };
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
function restOf(query: string, hosts: { canary: string[]; rest: string[] }, fill: Filling["fill"]): LimitCheck["rest"] {
  if (hosts.rest.length === 0 || hosts.canary.length === 0) return null;
  const every = groupsOf(query).includes("host") ? Math.ceil(hosts.rest.length / MOST_DRAWN_HOSTS) : 1;
  const some = hosts.rest.filter((_, i) => i % every === 0);
  return {
    query: fill(query.replace(/\$canary\b/g, hostFilter(some))),
    share: growsWithHosts(query) ? hosts.canary.length / hosts.rest.length : 1,
  };
}

function linksOf(
  configuration: Configuration,
  service: ServiceConfiguration,
  fill: (text: string) => string,
): Order["links"] {
  const { dashboard, compare = null, runbook } = service;
  const app = (configuration.datadog.app ?? "https://app.datadoghq.com").replace(/\/$/, "");
  return {
    dashboard: dashboard
      ? {
          url: `${app}/dashboard/${encodeURIComponent(dashboard.id)}`,
          variables: Object.fromEntries(
            Object.entries(dashboard.variables).map(([name, value]) => [name, fill(value)]),
          ),
        }
      : null,
    compare,
    app,
    runbook: runbook ? `${runbookBase(configuration)}/${runbook}` : null,
  };
}

/** Where the bot itself shows the runbooks. */
function runbookBase({ publicUrl = "http://localhost:3000" }: Configuration): string {
  return `${publicUrl.replace(/\/$/, "")}/runbooks`;
}
