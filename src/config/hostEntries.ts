// One entry of a list of hosts, in the configuration or in an inventory: a name or a name with more, either with ranges. Pure.

import { z } from "zod";
import { expandRanges, MOST_FROM_ONE } from "./ranges.ts";
import { text, word } from "./values.ts";

const RANGES = `ranges such as web-[01..20], from the smaller to the larger number, and at most ${MOST_FROM_ONE} hosts`;
/** On an entry: reached directly, whatever its environment says. */
export const DIRECTLY = "none";

/** As in the filter of a query and in Datadog's host tag: a name with a user or a port would never match. */
const hostNames = z
  .string()
  .regex(/^[a-z0-9[](?:[a-z0-9._[\]-]*[a-z0-9\]])?$/i, "a host name, without user or port")
  .refine(readable, RANGES);

export const port = z.int().min(1).max(65535);

export const hostEntry = z.union([
  hostNames,
  z
    .strictObject({
      name: hostNames,
      address: text.refine((address) => address.includes(":") || readable(address), RANGES).optional(),
      port: port.optional(),
      user: text.optional(),
      gateway: word.optional(),
    })
    .refine(inStep, "as many addresses as names, or one address for all of them"),
]);
export type HostEntry = z.infer<typeof hostEntry>;

export interface ListedHost {
  name: string;
  address?: string | undefined;
  port?: number | undefined;
  user?: string | undefined;
  gateway?: string | undefined;
}

/** One host each, in the order in which they are written. */
export function listedHosts(entries: readonly HostEntry[]): ListedHost[] {
  return entries.flatMap((entry): ListedHost[] => {
    if (typeof entry === "string") return (expandRanges(entry) ?? []).map((name) => ({ name }));
    const names = expandRanges(entry.name) ?? [];
    const addresses = addressesOf(entry.address);
    return names.map((name, i) => ({ ...entry, name, address: addresses.length > 1 ? addresses[i] : addresses[0] }));
  });
}

function readable(names: string): boolean {
  return expandRanges(names) !== null;
}

/** The brackets of an IPv6 address are none of ours. */
function addressesOf(address: string | undefined): string[] {
  if (address === undefined) return [];
  return address.includes(":") ? [address] : (expandRanges(address) ?? []);
}

function inStep({ name, address }: { name: string; address?: string | undefined }): boolean {
  const addresses = addressesOf(address);
  return addresses.length <= 1 || addresses.length === expandRanges(name)?.length;
}
