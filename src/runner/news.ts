// Waiting for a stream to grow, without missing what came between a look and the wait. Knows nothing of facts.

import type { Clock } from "../ports/clock.ts";
import type { Journal, StreamName } from "../ports/journal.ts";

export interface News {
  /** Resolves at `until`, when `stop` aborts, or when one of the streams has grown since the last call, whichever is first. */
  wait(clock: Clock, until: number, stop: AbortSignal): Promise<void>;
  /** Calls `listener` whenever one of the streams has grown. */
  onGrowth(listener: () => void): () => void;
  close(): void;
}

export function newsOf(journal: Journal, streams: StreamName[]): News {
  const listeners = new Set<() => void>();
  let grown = false;
  const close = journal.watch((stream) => {
    if (!streams.includes(stream)) return;
    grown = true;
    for (const listener of [...listeners]) listener();
  });
  const onGrowth = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    close,
    onGrowth,
    async wait(clock, until, stop) {
      if (!grown && !stop.aborted) {
        const wake = new AbortController();
        const off = onGrowth(() => wake.abort());
        await clock.until(until, AbortSignal.any([wake.signal, stop]));
        off();
      }
      grown = false;
    },
  };
}
