// Freezes what a deploy depends on into its order: hosts, checks, limits, times, links. Pure. After this the configuration may change; a running
// deploy does not.

import type { Host, Order, Person, Release, Target } from "../deploy/order.ts";
import { shortSha } from "../deploy/releases.ts";
import { frozenChecks, type HostSides, type Words } from "./frozenChecks.ts";
import { batchesOf, canaryAmong } from "./hosts.ts";
import type { Configuration, PlaceConfiguration, ServiceConfiguration } from "./schema.ts";
import { siteOf } from "./site.ts";
import { configured } from "./targets.ts";

export interface Wanted {
  deploy: string;
  kind: Order["kind"];
  target: Target;
  by: Person;
  ref: string;
  release: Release;
}

/** All hosts of the target; `chosen` names those that somebody wants it on, all when left out. */
export interface OnHosts {
  all: readonly Host[];
  chosen?: readonly string[] | undefined;
}

/** The target must be one of the configuration's own. */
export function freeze(configuration: Configuration, wanted: Wanted, { all, chosen }: OnHosts): Order {
  const { service, place } = configured(configuration, wanted.target);
  const hosts = chosen ? all.filter(({ name }) => chosen.includes(name)) : all;
  const back = wanted.kind === "rollback";
  const canaryNames = back ? [] : canaryAmong(place, namesOf(hosts));
  const canary = hosts.filter(({ name }) => canaryNames.includes(name));
  const rest = hosts.filter(({ name }) => !canaryNames.includes(name));
  const batches = back ? [rest] : batchesOf(place, rest);
  const fill = filler(wanted);
  const words = { fill, runbooks: runbookBase(configuration) };
  return {
    ...wanted,
    repository: service.repository,
    canary,
    batches,
    ...(chosen && { partial: true, outOf: all.length }),
    site: siteOf(service),
    concurrency: place.concurrency,
    bake: bakeOf(place),
    // Hosts that nobody chose run what they ran: as good to compare with as any.
    checks: frozenChecks(service, sidesOf(canary, all), words),
    ...(back ? { maxFailedHosts: toleratedOf(place, batches).maxFailedHosts } : rolloutOf(place, batches)),
    ...(!back && place.between && { between: betweenOf({ service, place }, { all, canary, batches }, words) }),
    askMs: place.askFor,
    links: linksOf(configuration, service, fill),
    ...(service.onCall && { onCall: service.onCall }),
    channel: place.channel ?? configuration.channel,
  };
}

function namesOf(hosts: readonly Host[]): string[] {
  return hosts.map(({ name }) => name);
}

/** Those that have the release, and all others. */
function sidesOf(have: readonly Host[], all: readonly Host[]): HostSides {
  const canary = namesOf(have);
  const known = new Set(canary);
  return { canary, rest: namesOf(all).filter((name) => !known.has(name)) };
}

/** Fills `$service`, `$environment` and `$version`. */
function filler({ target, release }: Wanted): (text: string) => string {
  const values: Record<string, string> = {
    $service: target.service,
    $environment: target.environment,
    $version: shortSha(release.commit.sha),
  };
  return (text) => text.replace(/\$(?:service|environment|version)\b/g, (name) => values[name] ?? name);
}

function bakeOf({ bake }: PlaceConfiguration): Order["bake"] {
  return { forMs: bake.for, warmUpMs: bake.warmUp, settleMs: bake.settle, pollMs: bake.every, intervalMs: bake.bucket };
}

function rolloutOf(place: PlaceConfiguration, batches: readonly Host[][]) {
  const { retries, prepareWhileBaking: prepareEarly } = place;
  return { ...toleratedOf(place, batches), retries, prepareEarly };
}

/** A percentage is of each batch by itself, rounded down. */
function toleratedOf(
  { maxFailedHosts: most }: PlaceConfiguration,
  batches: readonly Host[][],
): Pick<Order, "maxFailedHosts" | "maxFailedInBatch"> {
  if (typeof most === "number") return { maxFailedHosts: most };
  const maxFailedInBatch = batches.map(({ length }) => Math.floor((length * Number.parseInt(most, 10)) / 100));
  return { maxFailedHosts: maxFailedInBatch.reduce((sum, one) => sum + one, 0), maxFailedInBatch };
}

/** After each batch but the last, about all hosts that have the release by then. */
function betweenOf(
  { service, place }: { service: ServiceConfiguration; place: PlaceConfiguration },
  { all, canary, batches }: { all: readonly Host[]; canary: readonly Host[]; batches: readonly Host[][] },
  words: Words,
): Order["between"] {
  const { pause: pauseMs = 0, checks = false } = place.between ?? {};
  return batches.slice(0, -1).map((_, i) => {
    const have = [...canary, ...batches.slice(0, i + 1).flat()];
    return { pauseMs, checks: checks ? frozenChecks(service, sidesOf(have, all), words) : [] };
  });
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
