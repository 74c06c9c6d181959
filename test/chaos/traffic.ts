// What the hosts tell Datadog of themselves, by the release that runs there. Knows no bot.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ENVIRONMENT, serviceOf } from "./configuration.ts";
import { pause } from "./pause.ts";
import type { World } from "./world.ts";

const EVERY_MS = 500;

/** Until the run is over. */
export async function traffic({ datadog, fleet }: World, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    for (const { name, realPath } of fleet.hosts) {
      const tags = [`service:${serviceOf(name)}`, `env:${ENVIRONMENT}`, `host:${name}`];
      datadog.submit("chaos.up", Date.now(), 1, tags);
      if (natureAt(realPath) !== "bad") datadog.submit("chaos.jobs", Date.now(), 3, tags);
    }
    await pause(EVERY_MS, stop);
  }
}

function natureAt(path: string): string {
  try {
    return readFileSync(join(path, "current", "nature"), "utf8");
  } catch {
    return "good";
  }
}
