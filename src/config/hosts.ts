// From listed hosts to those that a deploy works through: whole hosts, the ones that somebody chose, canary hosts and batches. Pure.

import type { Gateway, Host } from "../deploy/order.ts";
import { DIRECTLY, type ListedHost } from "./hostEntries.ts";
import { expandRanges } from "./ranges.ts";
import type { Configuration, PlaceConfiguration } from "./schema.ts";

type Ssh = Pick<Configuration["ssh"], "user" | "gateways">;

/** With what the place and the configuration say for those that say nothing themselves. Every gateway must be one of the configuration's. */
export function wholeHosts(listed: readonly ListedHost[], place: PlaceConfiguration, ssh: Ssh): Host[] {
  return listed.map(({ name, address = name, port = 22, user = ssh.user, ...own }) => {
    const gateway = gatewayOf(own, place);
    return { name, address, port, user, ...(gateway === null ? {} : { gateway: wholeGateway(gateway, ssh) }) };
  });
}

/** The name of the gateway that leads there; null when it is reached directly. */
export function gatewayOf({ gateway }: Pick<ListedHost, "gateway">, place: Pick<PlaceConfiguration, "gateway">) {
  const wanted = gateway ?? place.gateway ?? DIRECTLY;
  return wanted === DIRECTLY ? null : wanted;
}

function wholeGateway(name: string, { user, gateways }: Ssh): Gateway {
  const gateway = Object.hasOwn(gateways, name) ? gateways[name] : undefined;
  if (!gateway) throw new Error(`no such gateway: ${name}`);
  return { name, address: gateway.address, port: gateway.port, user: gateway.user ?? user };
}

/** The gateways on the way to these hosts, each once. */
export function gatewaysOf(hosts: readonly Host[]): Gateway[] {
  const all = hosts.flatMap(({ gateway }) => gateway ?? []);
  return [...new Map(all.map((gateway) => [gateway.name, gateway])).values()];
}

export type Chosen = { ok: true; names: string[] } | { ok: false; unknown: string[] };

/** The hosts that were typed: whole names, ranges, or as much of a name before a dot as says which one is meant. In the order of the list. */
export function chosenOf(typed: readonly string[], names: readonly string[]): Chosen {
  const meant = meaningOf(names);
  const wanted = new Set(typed.flatMap((one) => expandRanges(one) ?? [one]));
  const unknown = [...wanted].filter((one) => !meant.get(one.toLowerCase()));
  if (unknown.length > 0) return { ok: false, unknown };
  const found = new Set([...wanted].map((one) => meant.get(one.toLowerCase())));
  return { ok: true, names: names.filter((name) => found.has(name)) };
}

/** Of all that may be typed, in small letters; null where it is how several names begin. Made once: one range may mean ten thousand. */
function meaningOf(names: readonly string[]): Map<string, string | null> {
  const meant = new Map<string, string | null>();
  for (const name of names) {
    const parts = name.toLowerCase().split(".");
    for (let end = 1; end < parts.length; end += 1) {
      const begun = parts.slice(0, end).join(".");
      meant.set(begun, meant.has(begun) ? null : name);
    }
  }
  // A whole name is meant before what begins with it; of two that differ in nothing but capitals the first one.
  for (const name of names.toReversed()) meant.set(name.toLowerCase(), name);
  return meant;
}

/** The names of the canary hosts: those that are named, or the first so many. A percentage gives at least one. */
export function canaryOf({ canary }: Pick<PlaceConfiguration, "canary">, names: readonly string[]): string[] {
  if (canary === "none") return [];
  if (!Array.isArray(canary)) return names.slice(0, part(canary, names.length));
  const named = namedCanary(canary);
  return names.filter((name) => named.has(name));
}

export function namedCanary(canary: readonly string[]): Set<string> {
  return new Set(canary.flatMap((name) => expandRanges(name) ?? [name]));
}

/** The same of hosts that somebody chose: where there is a canary, one of them is it. */
export function canaryAmong(place: Pick<PlaceConfiguration, "canary">, chosen: readonly string[]): string[] {
  const canary = canaryOf(place, chosen);
  return canary.length > 0 || place.canary === "none" ? canary : chosen.slice(0, 1);
}

/** The rest in batches of the configured size, or as a list says how far each of them goes. */
export function batchesOf({ batches }: Pick<PlaceConfiguration, "batches">, hosts: Host[]): Host[][] {
  const total = hosts.length;
  const sliced: Host[][] = [];
  let done = 0;
  for (const end of Array.isArray(batches)
    ? batches.map((upTo) => part(upTo, total))
    : endsOf(part(batches, total), total)) {
    // In a small fleet two parts may be the same hosts.
    if (end > done && total > 0) sliced.push(hosts.slice(done, end));
    done = Math.max(done, end);
  }
  return sliced;
}

function endsOf(size: number, total: number): number[] {
  return Array.from({ length: Math.ceil(total / size) }, (_, i) => (i + 1) * size);
}

function part(of: number | string, total: number): number {
  const wanted = typeof of === "number" ? of : Math.ceil((total * Number.parseInt(of, 10)) / 100);
  return Math.max(1, Math.min(wanted, total));
}
