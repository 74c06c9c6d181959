// Opens the embedded store for a bot that may have been started before the one that it replaces was gone. Knows no bot.

import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "../../ports/log.ts";
import { openEmbeddedStore, StoreInUse } from "./store.ts";

/** A bot that is being stopped has gone by then. */
const PREDECESSOR_MS = 6_000;
const LOOK_AGAIN_MS = 200;

/** As `openEmbeddedStore`, which is tried again for six seconds while the store is in use. */
export async function openOnceFree(directory: string, log: Log): ReturnType<typeof openEmbeddedStore> {
  const latest = performance.now() + PREDECESSOR_MS;
  for (let waits = 0; ; waits += 1) {
    try {
      return await openEmbeddedStore(directory);
    } catch (error) {
      if (!(error instanceof StoreInUse) || performance.now() >= latest) throw error;
      if (waits === 0) log.info("another bot has the store; waiting for a moment, in case it is being stopped");
      await pause(LOOK_AGAIN_MS);
    }
  }
}
