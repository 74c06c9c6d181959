// Waiting that ends early when the run does.

import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/** Resolves after `ms`, or at once when `stop` aborts. */
export async function pause(ms: number, stop: AbortSignal): Promise<void> {
  // Many wait for the same end.
  setMaxListeners(0, stop);
  await sleep(ms, undefined, { signal: stop }).catch(() => undefined);
}
