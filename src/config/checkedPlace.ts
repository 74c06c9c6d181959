// Mistakes in a service's place in an environment that no single key can tell. Pure.

import { checkFit, checkHosts, isGateway } from "./checkedHosts.ts";
import { checkBake, checkBakedChecks, checkPause } from "./checkedTimes.ts";
import { batchesOf, canaryAmong } from "./hosts.ts";
import type { Mistake } from "./mistakes.ts";
import type { Configuration, PlaceConfiguration, ServiceConfiguration } from "./schema.ts";

interface Around {
  service: ServiceConfiguration;
  ssh: Configuration["ssh"];
  path: string;
}

export function checkPlace(place: PlaceConfiguration, { service, ssh, path }: Around): Mistake[] {
  const hasCanary = place.canary !== "none";
  const mistakes = [...checkGateway(place, ssh), ...checkBatches(place)].map((mistake) => below(path, mistake));
  if (Array.isArray(place.hosts)) mistakes.push(...checkListed(place, { service, ssh, path }));
  if (hasCanary && Object.keys(service.checks).length === 0) {
    const problem =
      'needs at least one check on the service: a canary that nobody asks about never passes. Or say "canary: none"';
    mistakes.push({ path: `${path}.canary`, problem });
  }
  mistakes.push(...checkBake(place, path));
  if (hasCanary) mistakes.push(...checkBakedChecks(place, service, path));
  return [...mistakes, ...checkPause(place, service, path)];
}

function below(path: string, mistake: Mistake): Mistake {
  return { ...mistake, path: `${path}.${mistake.path}` };
}

function checkGateway({ gateway }: PlaceConfiguration, ssh: Configuration["ssh"]): Mistake[] {
  if (gateway === undefined || isGateway(gateway, ssh)) return [];
  const known = Object.keys(ssh.gateways).join(", ") || "there are none";
  return [{ path: "gateway", problem: `found "${gateway}", expected one of ssh.gateways (${known})` }];
}

function checkListed(place: PlaceConfiguration, { service, ssh, path }: Around): Mistake[] {
  if (!Array.isArray(place.hosts)) return [];
  const checked = checkHosts(place.hosts, place, ssh);
  const mistakes = checked.ok ? checkFit(checked.hosts, { place, service }) : checked.mistakes;
  if (checked.ok && place.between && mistakes.length === 0) {
    const names = checked.hosts.map(({ name }) => name);
    const canary = canaryAmong(place, names);
    const rest = checked.hosts.filter(({ name }) => !canary.includes(name));
    if (batchesOf(place, rest).length < 2) mistakes.push(NOTHING_BETWEEN);
  }
  return mistakes.map((mistake) => below(path, mistake));
}

const NOTHING_BETWEEN: Mistake = {
  path: "between",
  problem:
    "has nothing to be between: all hosts but the canary are one batch. Make the batches smaller, or leave it out",
};

/** Parts of a list are cumulative. Numbers and percentages can be compared only where the fleet is known. */
function checkBatches({ batches, between, hosts }: PlaceConfiguration): Mistake[] {
  const list = Array.isArray(batches) ? batches : [batches];
  // Where the hosts are known it is counted.
  const single = !Array.isArray(hosts) && list.length === 1 && list[0] === "100%";
  const mistakes = between && single ? [NOTHING_BETWEEN] : [];
  if (!Array.isArray(batches)) return mistakes;
  if (list.at(-1) !== "100%") {
    const problem = `ends with ${list.at(-1)}, expected 100%: otherwise some hosts would never get the release`;
    mistakes.push({ path: "batches", problem });
  }
  const parts = list.filter((one) => typeof one === "string").map((one) => Number.parseInt(one, 10));
  const numbers = list.filter((one) => typeof one === "number");
  const [stuck] = [parts, numbers].flatMap((all, kind) =>
    all.flatMap((one, i) => (i > 0 && one <= (all[i - 1] ?? 0) ? [`${one}${kind === 0 ? "%" : ""}`] : [])),
  );
  if (stuck !== undefined) {
    const problem = `does not grow at ${stuck}: each part says how far the rollout is after it, such as [10%, 50%, 100%]`;
    mistakes.push({ path: "batches", problem });
  }
  return mistakes;
}
