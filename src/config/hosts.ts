// From the configured hosts to the lists that a deploy works through: canary hosts and batches. Pure.

import type { Host } from "../deploy/order.ts";
import type { PlaceConfiguration } from "./schema.ts";

export function hostsOf({ hosts }: PlaceConfiguration, defaultUser: string): Host[] {
  return hosts.map((host) => {
    if (typeof host === "string") return { name: host, address: host, port: 22, user: defaultUser };
    const { name, address = name, port = 22, user = defaultUser } = host;
    return { name, address, port, user };
  });
}

/** The names of the canary hosts: those that are named, or the first so many. A percentage gives at least one. */
export function canaryOf({ canary }: PlaceConfiguration, names: string[]): string[] {
  if (canary === "none") return [];
  if (Array.isArray(canary)) return names.filter((name) => canary.includes(name));
  return names.slice(0, part(canary, names.length));
}

/** The rest in batches of the configured size. */
export function batchesOf({ batches }: PlaceConfiguration, hosts: Host[]): Host[][] {
  const size = part(batches, hosts.length);
  return Array.from({ length: Math.ceil(hosts.length / size) }, (_, i) => hosts.slice(i * size, (i + 1) * size));
}

function part(of: number | string, total: number): number {
  const wanted = typeof of === "number" ? of : Math.ceil((total * Number.parseInt(of, 10)) / 100);
  return Math.max(1, Math.min(wanted, total));
}
