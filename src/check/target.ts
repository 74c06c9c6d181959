// What is asked about: the target, found in the configuration, and an order for a bake on hosts that are already out. Pure.

import type { AskingMistake } from "../chat/sentences/asking.ts";
import { freeze } from "../config/freeze.ts";
import { canaryOf, chosenOf } from "../config/hosts.ts";
import type { Configuration } from "../config/schema.ts";
import { configured } from "../config/targets.ts";
import type { Host, Order, Target } from "../deploy/order.ts";

type Found<T> = { ok: true; found: T } | { ok: false; mistake: AskingMistake };

interface Named {
  service: string | undefined;
  environment: string | undefined;
}

/** The service must be named, and have that environment; its usual one when none is named. */
export function findTarget(
  { services }: Pick<Configuration, "services">,
  { service: name, environment }: Named,
): Found<Target> {
  const known = Object.keys(services);
  if (name === undefined) return mistake({ kind: "noService", known });
  const service = Object.hasOwn(services, name) ? services[name] : undefined;
  if (!service) return mistake({ kind: "unknownService", service: name, known });
  const wanted = environment ?? service.defaultEnvironment;
  const environments = Object.keys(service.environments);
  if (!environments.includes(wanted)) {
    return mistake({ kind: "unknownEnvironment", service: name, environment: wanted, known: environments });
  }
  return { ok: true, found: { service: name, environment: wanted } };
}

/** The same for whoever asks its checks: it must have some. */
export function findChecked(configuration: Configuration, named: Named): Found<Target> {
  const target = findTarget(configuration, named);
  if (!target.ok) return target;
  const { service } = target.found;
  const { checks } = configured(configuration, target.found).service;
  return Object.keys(checks).length === 0 ? mistake({ kind: "noChecks", service }) : target;
}

/** Null for what was not said: the configured canary, and no version. */
export interface Canary {
  hosts: string[] | null;
  version: string | null;
}

/** The order that a deploy of this target would have, with these hosts as its canary; `all` are the target's. */
export function findOrder(
  configuration: Configuration,
  target: Target,
  { all, canary }: { all: Host[]; canary: Canary },
): Found<Order> {
  const { service, place } = configured(configuration, target);
  const known = all.map(({ name }) => name);
  const chosen =
    canary.hosts === null ? { ok: true as const, names: canaryOf(place, known) } : chosenOf(canary.hosts, known);
  if (!chosen.ok) return mistake({ kind: "unknownHosts", target, hosts: chosen.unknown, known });
  const { names } = chosen;
  if (names.length === 0) return mistake({ kind: "noCanary", target });
  const order = orderOn(configuration, target, { canary: names, version: canary.version, all });
  const comparing = order.checks.filter(({ kind }) => kind === "compare" || kind === "counts");
  if (order.batches.length === 0 && comparing.length > 0) {
    return mistake({ kind: "nothingToCompare", checks: comparing.map(({ name }) => name), canary: names });
  }
  const versioned = Object.entries(service.checks).filter(([, check]) => /\$version\b/.test(JSON.stringify(check)));
  if (canary.version === null && versioned.length > 0) {
    return mistake({ kind: "versionWanted", checks: versioned.map(([name]) => name) });
  }
  return { ok: true, found: order };
}

/** `all` are the hosts that there are, or were; no version is none that a query may name. */
export interface On {
  canary: string[];
  version: string | null;
  all: readonly Host[];
}

/** The order of a deploy with the configured checks and this canary. The target must be one of the configuration's own. */
export function orderOn(configuration: Configuration, target: Target, { canary, version, all }: On): Order {
  const { service, place } = configured(configuration, target);
  const environments = { [target.environment]: { ...place, canary } };
  const changed = { ...configuration, services: { [target.service]: { ...service, environments } } };
  // Nobody deploys: what queries do not name is left blank. `*` is every version to Datadog's dashboards.
  const commit = { sha: version ?? "*", subject: "", author: "", committedAt: 0 };
  const nobody = { id: "", name: "" };
  const wanted = {
    deploy: "none",
    kind: "deploy" as const,
    target,
    by: nobody,
    ref: "",
    release: { name: "", commit },
  };
  return freeze(changed, wanted, { all });
}

function mistake(one: AskingMistake): { ok: false; mistake: AskingMistake } {
  return { ok: false, mistake: one };
}
