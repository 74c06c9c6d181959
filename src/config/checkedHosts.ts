// Mistakes in a list of hosts, and between the list and how a place rolls out: for lists in the configuration when it is read, for those of an inventory when
// they come. Pure.

import { type HostEntry, type ListedHost, listedHosts } from "./hostEntries.ts";
import { batchesOf, canaryOf, gatewayOf, namedCanary, wholeHosts } from "./hosts.ts";
import type { Mistake } from "./mistakes.ts";
import type { Configuration, PlaceConfiguration, ServiceConfiguration } from "./schema.ts";

type Ssh = Configuration["ssh"];
/** Each has queries that name every host: more of them make an order that nobody wants to carry about. */
const MOST_CHECKED_PAUSES = 20;
const MOST_NAMED = 6;

/** What is wrong with the list itself; its hosts when nothing is. */
export function checkHosts(
  entries: readonly HostEntry[],
  place: PlaceConfiguration,
  ssh: Ssh,
): { ok: true; hosts: ReturnType<typeof wholeHosts> } | { ok: false; mistakes: Mistake[] } {
  const listed = listedHosts(entries);
  const problems = [
    ...twice(listed.map(({ name }) => name)),
    ...unknownGateways(listed, ssh),
    ...sameAddresses(listed, place),
  ];
  if (problems.length > 0) return { ok: false, mistakes: problems.map((problem) => ({ path: "hosts", problem })) };
  const known = place.gateway === undefined || isGateway(place.gateway, ssh);
  // An unknown gateway of the place is told of where it stands.
  return { ok: true, hosts: wholeHosts(listed, known ? place : { ...place, gateway: undefined }, ssh) };
}

export function isGateway(name: string, { gateways }: Pick<Ssh, "gateways">): boolean {
  return name === "none" || Object.hasOwn(gateways, name);
}

function twice(names: string[]): string[] {
  const seen = new Set<string>();
  const again = new Set(names.filter((name) => seen.size === seen.add(name).size));
  return again.size > 0 ? [`names ${some([...again])} more than once`] : [];
}

function unknownGateways(listed: ListedHost[], ssh: Ssh): string[] {
  const unknown = listed.flatMap(({ gateway = "none" }) => (isGateway(gateway, ssh) ? [] : [gateway]));
  const known = Object.keys(ssh.gateways).join(", ") || "there are none";
  return unknown.length > 0
    ? [`has hosts behind ${some([...new Set(unknown)])}, which is not one of ssh.gateways (${known})`]
    : [];
}

/** Behind two gateways the same address may be two hosts. */
function sameAddresses(listed: ListedHost[], place: PlaceConfiguration): string[] {
  const first = new Map<string, string>();
  const problems: string[] = [];
  for (const { name, address = name, port = 22, ...own } of listed) {
    const at = `${address}:${port}`;
    const key = `${gatewayOf(own, place) ?? ""} ${at}`;
    const other = first.get(key);
    if (other === undefined) first.set(key, name);
    else if (other !== name) problems.push(`gives ${other} and ${name} the same address, ${at}`);
  }
  return problems.slice(0, MOST_NAMED);
}

/** Whether canary, batches and checks make sense on these hosts. */
export function checkFit(
  hosts: ReturnType<typeof wholeHosts>,
  { place, service }: { place: PlaceConfiguration; service: ServiceConfiguration },
): Mistake[] {
  const names = hosts.map(({ name }) => name);
  const canary = canaryOf(place, names);
  const mistakes = canaryMistakes(place, names);
  const comparing = Object.entries(service.checks).filter(([, check]) => "compare" in check || "counts" in check);
  if (mistakes.length === 0 && canary.length > 0 && canary.length === names.length && comparing.length > 0) {
    const problem = `takes all hosts, so that nothing is left for ${comparing.map(([name]) => name).join(", ")} to compare with. Make it fewer, or say "canary: none"`;
    mistakes.push({ path: "canary", problem });
  }
  const inCanary = new Set(canary);
  const batches = batchesOf(
    place,
    hosts.filter(({ name }) => !inCanary.has(name)),
  );
  return [...mistakes, ...betweenMistakes(place, batches.length)];
}

function canaryMistakes({ canary }: PlaceConfiguration, names: string[]): Mistake[] {
  if (Array.isArray(canary)) {
    const known = new Set(names);
    const strangers = [...namedCanary(canary)].filter((name) => !known.has(name));
    const are = strangers.length === 1 ? "is" : "are";
    return strangers.length > 0
      ? [{ path: "canary", problem: `names ${some(strangers)}, which ${are} not among the hosts` }]
      : [];
  }
  if (typeof canary !== "number" || canary <= names.length) return [];
  const problem = `found ${canary}, expected at most ${names.length} (as many as there are hosts)`;
  return [{ path: "canary", problem }];
}

function betweenMistakes({ between }: PlaceConfiguration, batches: number): Mistake[] {
  if (!between) return [];
  if (between.checks && batches - 1 > MOST_CHECKED_PAUSES) {
    const problem = `asks the checks ${batches - 1} times, between ${batches} batches: at most ${MOST_CHECKED_PAUSES} times. Make the batches larger, or say checks: false`;
    return [{ path: "between", problem }];
  }
  return [];
}

function some(names: string[]): string {
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : "";
  return `${names.slice(0, MOST_NAMED).join(", ")}${more}`;
}
