// What no single key can tell: that the parts of a configuration fit together and that every runbook link leads somewhere. Pure.

import { checkComparisons, checkQueries, checkStretches } from "./checkedQueries.ts";
import { canaryOf, hostsOf } from "./hosts.ts";
import type { Mistake } from "./mistakes.ts";
import type { Runbook } from "./runbooks.ts";
import type { Configuration, PlaceConfiguration, ServiceConfiguration } from "./schema.ts";

/** Buckets lie on a grid of their own: fewer than three and a window may hold no whole one. */
export const FEWEST_BUCKETS = 3;

export function crossCheck(configuration: Configuration, runbooks: Map<string, Runbook>): Mistake[] {
  const mistakes: Mistake[] = [];
  const { locks, services } = configuration;
  if (locks.for > locks.longest) mistakes.push({ path: "locks.for", problem: "is longer than locks.longest" });
  for (const [name, service] of Object.entries(services)) {
    const path = `services.${name}`;
    if (name.toLowerCase() === "all")
      mistakes.push({ path, problem: 'is what "/lock all" calls everything: give the service another name' });
    mistakes.push(...checkService(service, path, configuration), ...checkRunbooks(service, path, runbooks));
    for (const [environment, place] of Object.entries(service.environments)) {
      mistakes.push(...checkPlace(place, service, `${path}.environments.${environment}`));
    }
  }
  return mistakes;
}

function checkService(service: ServiceConfiguration, path: string, { environments }: Configuration): Mistake[] {
  const mistakes: Mistake[] = [];
  const own = Object.keys(service.environments);
  if (!own.includes(service.defaultEnvironment)) {
    mistakes.push({
      path: `${path}.defaultEnvironment`,
      problem: `found "${service.defaultEnvironment}", expected one of the service's environments (${own.join(", ") || "there are none"})`,
    });
  }
  for (const name of own.filter((environment) => !(environment in environments))) {
    const problem = "is not listed at the top under environments, so nobody would be allowed to deploy there";
    mistakes.push({ path: `${path}.environments.${name}`, problem });
  }
  for (const [name, check] of Object.entries(service.checks)) {
    mistakes.push(...checkQueries(check, `${path}.checks.${name}`));
  }
  return mistakes;
}

function checkPlace(place: PlaceConfiguration, service: ServiceConfiguration, path: string): Mistake[] {
  const mistakes: Mistake[] = [];
  const names = hostsOf(place, "").map(({ name }) => name);
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  if (twice.length > 0)
    mistakes.push({ path: `${path}.hosts`, problem: `names ${[...new Set(twice)].join(", ")} more than once` });
  const addresses = hostsOf(place, "").map(({ name, address, port }) => ({ name, at: `${address}:${port}` }));
  for (const { name, at } of addresses) {
    const other = addresses.find((one) => one.at === at && one.name !== name);
    if (other && other.name < name) {
      mistakes.push({ path: `${path}.hosts`, problem: `gives ${other.name} and ${name} the same address, ${at}` });
    }
  }
  if (Array.isArray(place.canary)) {
    const strangers = place.canary.filter((name) => !names.includes(name));
    if (strangers.length > 0) {
      mistakes.push({ path: `${path}.canary`, problem: `names ${strangers.join(", ")}, which is not among the hosts` });
    }
  } else if (typeof place.canary === "number" && place.canary > names.length) {
    mistakes.push({
      path: `${path}.canary`,
      problem: `found ${place.canary}, expected at most ${names.length} (as many as there are hosts)`,
    });
  }
  if (canaryOf(place, names).length > 0 && Object.keys(service.checks).length === 0) {
    mistakes.push({
      path: `${path}.canary`,
      problem:
        'needs at least one check on the service: a canary that nobody asks about never passes. Or say "canary: none"',
    });
  }
  const { bake } = place;
  if (bake.every > bake.for) {
    mistakes.push({ path: `${path}.bake.every`, problem: 'is longer than "for", so nobody would look before the end' });
  }
  if (bake.for - bake.warmUp < FEWEST_BUCKETS * bake.bucket) {
    const problem = `leaves too little to measure: "for" less "warmUp" has to be at least ${FEWEST_BUCKETS} times "bucket"`;
    mistakes.push({ path: `${path}.bake`, problem });
  }
  mistakes.push(...checkComparisons(place, service, path));
  if (canaryOf(place, names).length > 0) mistakes.push(...checkStretches(place, service, path));
  return mistakes;
}

function checkRunbooks(service: ServiceConfiguration, path: string, runbooks: Map<string, Runbook>): Mistake[] {
  const links = Object.entries(service.checks).map(([name, check]) => ({
    path: `${path}.checks.${name}.runbook`,
    link: check.runbook,
  }));
  if (service.runbook) links.push({ path: `${path}.runbook`, link: service.runbook });
  return links.flatMap(({ path, link }) => {
    const [file = "", section] = link.split("#");
    const runbook = runbooks.get(file);
    if (!runbook) {
      return [
        {
          path,
          problem: `found "${link}", expected one of the runbooks (${[...runbooks.keys()].join(", ") || "there are none"})`,
        },
      ];
    }
    if (section === undefined || runbook.sections.includes(section)) return [];
    return [
      {
        path,
        problem: `found "${link}", but ${file} has no such section (it has ${runbook.sections.join(", ") || "no headings"})`,
      },
    ];
  });
}
