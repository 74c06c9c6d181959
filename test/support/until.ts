// Waits for something to become so, and says what it waited for when it does not.

import { setTimeout as sleep } from "node:timers/promises";

type Seen<T> = Exclude<T, null | undefined | false>;

/** Looks every 10 ms until `look` gives something else than null, undefined or false; rejects after `timeoutMs`. */
export async function until<T>(what: string, look: () => T | Promise<T>, timeoutMs = 15_000): Promise<Seen<T>> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== undefined && seen !== false) return seen as Seen<T>;
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain until ${what}`);
    await sleep(10);
  }
}
