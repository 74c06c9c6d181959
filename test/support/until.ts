// Waits for something to become so, and says what it waited for when it does not.

import { setTimeout as sleep } from "node:timers/promises";

type Seen<T> = Exclude<T, null | undefined | false>;

const SHORTEST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 100;

/**
 * Looks again and again until `look` gives something else than null, undefined or false; rejects after `timeoutMs`. Less often the longer it lasts: many looks
 * start a process, and what is waited for may need the processor.
 */
export async function until<T>(what: string, look: () => T | Promise<T>, timeoutMs = 15_000): Promise<Seen<T>> {
  const begun = Date.now();
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== undefined && seen !== false) return seen as Seen<T>;
    const waited = Date.now() - begun;
    if (waited > timeoutMs) throw new Error(`waited ${timeoutMs} ms in vain until ${what}`);
    await sleep(Math.min(SHORTEST_PAUSE_MS + waited / 10, LONGEST_PAUSE_MS));
  }
}
