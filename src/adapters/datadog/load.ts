// Loads the official client once, in slices: as one piece it would hold everything else up for one to two seconds, and an
// answer to Slack has three. Knows nothing of what the client is used for.

import { readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export type Sdk = typeof import("@datadog/datadog-api-client");

let sdk: Promise<Sdk> | undefined;

/** 120 MB and a second of work, with a pause after each 20 ms of it but for two steps of about 200 ms at its end. */
export function loadClient(): Promise<Sdk> {
  sdk ??= load();
  return sdk;
}

async function load(): Promise<Sdk> {
  // Only to save time: a client with other folders is loaded as one piece.
  await loadFiles().catch(() => {});
  const loaded = await import("@datadog/datadog-api-client");
  // It prints what it did not understand, among it whole answers, whenever DEBUG is set.
  loaded.logger.setLevel("silent");
  return loaded;
}

const sliceMs = 20;

async function loadFiles(): Promise<void> {
  const require = createRequire(import.meta.url);
  const packages = join(dirname(require.resolve("@datadog/datadog-api-client")), "packages");
  let started = performance.now();
  for (const file of await filesOf(packages)) {
    require(file);
    if (performance.now() - started < sliceMs) continue;
    await new Promise((resolve) => setImmediate(resolve));
    started = performance.now();
  }
}

/** The thousands of small ones first, then those that need them all. */
async function filesOf(packages: string): Promise<string[]> {
  const models: string[] = [];
  const rest: string[] = [];
  for (const version of ["datadog-api-client-v1", "datadog-api-client-v2"].map((name) => join(packages, name))) {
    for (const name of await readdir(join(version, "models"))) {
      if (name.endsWith(".js") && name !== "ObjectSerializer.js") models.push(join(version, "models", name));
    }
    const apis = (await readdir(join(version, "apis"))).filter((name) => name.endsWith(".js"));
    const last = [join(version, "index.js")];
    rest.push(
      join(version, "models", "ObjectSerializer.js"),
      ...apis.map((name) => join(version, "apis", name)),
      ...last,
    );
  }
  return [...models, ...rest];
}
