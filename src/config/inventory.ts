// The hosts of a target as they are now: listed in the configuration, or read from its inventory. What is wrong with them is data.

import type { Host, Target } from "../deploy/order.ts";
import type { HostsTrouble } from "../deploy/refusals.ts";
import type { Inventory, InventorySource } from "../ports/inventory.ts";
import { checkFit, checkHosts } from "./checkedHosts.ts";
import { readHostList } from "./hostLists.ts";
import type { Mistake } from "./mistakes.ts";
import type { Configuration, PlaceConfiguration } from "./schema.ts";
import { configured } from "./targets.ts";

export type Listed = { ok: true; hosts: Host[] } | { ok: false; trouble: HostsTrouble };

/** Where the hosts of the place are read from; null when the configuration has them itself. */
export function sourceOf({ hosts }: PlaceConfiguration): InventorySource | null {
  if (Array.isArray(hosts)) return null;
  if ("file" in hosts) return { file: hosts.file };
  return { command: hosts.command, folder: hosts.folder, timeoutMs: hosts.timeout };
}

interface Reading {
  inventory: Inventory;
  signal: AbortSignal;
}

/** All hosts of the target; not whether canary and batches fit to them. The target must be one of the configuration's own. */
export async function listHosts(
  configuration: Configuration,
  target: Target,
  { inventory, signal }: Reading,
): Promise<Listed> {
  const { place } = configured(configuration, target);
  const source = sourceOf(place);
  const from = keptIn(place);
  const wrong = (problem: HostsTrouble["problem"], detail: string): Listed => ({
    ok: false,
    trouble: { from, problem, detail },
  });
  let entries = Array.isArray(place.hosts) ? place.hosts : [];
  if (source !== null) {
    const read = await inventory.read(source, signal);
    if (!read.ok) return wrong(read.trouble, read.detail);
    const list = readHostList(read.text);
    if (!list.ok) return wrong("mistakes", told(list.mistakes));
    entries = list.entries;
  }
  if (entries.length === 0) return wrong("empty", "");
  const checked = checkHosts(entries, place, configuration.ssh);
  return checked.ok ? checked : wrong("mistakes", told(checked.mistakes));
}

/** The same for a deploy: canary and batches have to fit to them. */
export async function listFitHosts(configuration: Configuration, target: Target, reading: Reading): Promise<Listed> {
  const listed = await listHosts(configuration, target, reading);
  const trouble = listed.ok ? misfitOf(configuration, target, listed.hosts) : null;
  return trouble ? { ok: false, trouble } : listed;
}

/** Why canary and batches do not fit to these hosts; null when they do. */
export function misfitOf(configuration: Configuration, target: Target, hosts: Host[]): HostsTrouble | null {
  const { place, service } = configured(configuration, target);
  const mistakes = checkFit(hosts, { place, service });
  return mistakes.length > 0 ? { from: keptIn(place), problem: "unfit", detail: told(mistakes) } : null;
}

function keptIn({ hosts }: PlaceConfiguration): HostsTrouble["from"] {
  if (Array.isArray(hosts)) return "configuration";
  return "file" in hosts ? "file" : "command";
}

const MOST_TOLD = 3;

function told(mistakes: Mistake[]): string {
  const shown = mistakes.slice(0, MOST_TOLD).map(({ path, problem }) => `${path} ${problem}`);
  const more = mistakes.length > MOST_TOLD ? [`and ${mistakes.length - MOST_TOLD} more`] : [];
  return [...shown, ...more].join("; ");
}
