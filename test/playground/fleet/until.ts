// Waits for something to become so, and says what it waited for when it does not.

import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Looks every 10 ms until `look` gives something else than null, undefined or false; rejects after `timeoutMs`. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  timeoutMs = 8_000,
): Promise<Exclude<T, null | undefined | false>> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== undefined && seen !== false) return seen as Exclude<T, null | undefined | false>;
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain until ${what}`);
    await sleep(10);
  }
}

/** Whether a process with this id is there; one that has ended and was not yet cleared away does not count. */
export async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return !/\) Z /.test(stat);
}
