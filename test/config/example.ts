// The example configuration, changed for a test: written to a folder of its own, read as the bot reads it.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { checkHosts } from "../../src/config/checkedHosts.ts";
import { freeze, type Wanted } from "../../src/config/freeze.ts";
import { type FromFile, readConfiguration } from "../../src/config/read.ts";
import type { Configuration } from "../../src/config/schema.ts";
import type { Order } from "../../src/deploy/order.ts";

const ROOT = join(import.meta.dirname, "../..");
export const EXAMPLE = join(ROOT, "lockstep.example.yml");

// biome-ignore lint/suspicious/noExplicitAny: tests write what the schema does not allow
type Anything = any;

export function readText(text: string): FromFile {
  const folder = mkdtempSync(join(tmpdir(), "lockstep-config-"));
  try {
    const path = join(folder, "lockstep.yml");
    writeFileSync(path, text);
    return readConfiguration(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `production` is the example's first place; the whole is reached by `all`. */
export interface Changing {
  all: Anything;
  web: Anything;
  production: Anything;
}

export function changed(change: (what: Changing) => void): FromFile {
  const all = parse(readFileSync(EXAMPLE, "utf8"));
  all.runbooks = join(ROOT, "runbooks");
  change({ all, web: all.services.web, production: all.services.web.environments.production });
  return readText(stringify(all));
}

/** As lines of path and problem; empty when it is valid. */
export function mistakes(read: FromFile): string[] {
  return read.ok ? [] : read.mistakes.map(({ path, problem }) => `${path}: ${problem}`);
}

export function configured(change: (what: Changing) => void = () => undefined): Configuration {
  const read = changed(change);
  if (!read.ok) throw new Error(mistakes(read).join("\n"));
  return read.settings.configuration;
}

/** The order of a deploy on the hosts that the configuration lists, or on those of them that are chosen. */
export function frozenFrom(configuration: Configuration, wanted: Wanted, chosen?: string[]): Order {
  const place = configuration.services[wanted.target.service]?.environments[wanted.target.environment];
  const checked = Array.isArray(place?.hosts) ? checkHosts(place.hosts, place, configuration.ssh) : null;
  return freeze(configuration, wanted, { all: checked?.ok ? checked.hosts : [], chosen });
}
