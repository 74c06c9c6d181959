// What is asked about: the target, found in the configuration, and an order for a bake on hosts that are already out. Pure.

import type { AskingMistake } from "../chat/sentences/asking.ts";
import { freeze } from "../config/freeze.ts";
import { canaryOf, hostsOf } from "../config/hosts.ts";
import type { Configuration } from "../config/schema.ts";
import type { Order, Target } from "../deploy/order.ts";

type Found<T> = { ok: true; found: T } | { ok: false; mistake: AskingMistake };

/** The service must be named, and have that environment; its usual one when none is named. */
export function findTarget(
  { services }: Configuration,
  { service: name, environment }: { service: string | undefined; environment: string | undefined },
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
  if (Object.keys(service.checks).length === 0) return mistake({ kind: "noChecks", service: name });
  return { ok: true, found: { service: name, environment: wanted } };
}

/** Null for what was not said: the configured canary, and no version. */
export interface Canary {
  hosts: string[] | null;
  version: string | null;
}

/** The order that a deploy of this target would have, with these hosts as its canary. */
export function findOrder(configuration: Configuration, target: Target, canary: Canary): Found<Order> {
  const service = configuration.services[target.service];
  const place = service?.environments[target.environment];
  if (!service || !place) throw new Error(`no such target: ${target.service} in ${target.environment}`);
  const all = hostsOf(place, "").map(({ name }) => name);
  const names = canary.hosts ?? canaryOf(place, all);
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length > 0) return mistake({ kind: "unknownHosts", target, hosts: unknown, known: all });
  if (names.length === 0) return mistake({ kind: "noCanary", target });
  const order = orderOn(configuration, target, { canary: names, version: canary.version });
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

/** `all` are the hosts that there were, when they are others than now; no version is none that a query may name. */
export interface On {
  canary: string[];
  version: string | null;
  all?: string[];
}

/** The order of a deploy with the configured checks and this canary. The target must be one of the configuration's own. */
export function orderOn(configuration: Configuration, target: Target, { canary, version, all }: On): Order {
  const service = configuration.services[target.service];
  const place = service?.environments[target.environment];
  if (!service || !place) throw new Error(`no such target: ${target.service} in ${target.environment}`);
  const environments = { [target.environment]: { ...place, canary, hosts: all ?? place.hosts } };
  const changed = { ...configuration, services: { [target.service]: { ...service, environments } } };
  // Nobody deploys: what queries do not name is left blank. `*` is every version to Datadog's dashboards.
  const commit = { sha: version ?? "*", subject: "", author: "", committedAt: 0 };
  const nobody = { id: "", name: "" };
  return freeze(changed, {
    ...{ deploy: "none", kind: "deploy", target, by: nobody, ref: "" },
    release: { name: "", commit },
  });
}

function mistake(one: AskingMistake): { ok: false; mistake: AskingMistake } {
  return { ok: false, mistake: one };
}
