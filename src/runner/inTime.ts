// Work that may not take longer than so long. Knows nothing of the work.

import type { Clock } from "../ports/clock.ts";

/** Does `work` with a signal that aborts when `signal` does, and after `forMs`. */
export async function inTime<T>(
  clock: Clock,
  { forMs, signal }: { forMs: number; signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const done = new AbortController();
  const waiting = clock.until(clock.now() + forMs, AbortSignal.any([signal, done.signal]));
  void waiting.then(() => over.abort());
  try {
    return await work(AbortSignal.any([signal, over.signal]));
  } finally {
    done.abort();
  }
}
