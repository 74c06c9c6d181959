// How late the event loop is: what everybody who wants something of this process waits at least. Knows nothing of what holds it up.

import { monitorEventLoopDelay } from "node:perf_hooks";
import type { LoopDelay } from "../../ports/meters.ts";

const RESOLUTION_MS = 20;
const MINUTE_MS = 60_000;

export interface WatchedLoop {
  delay(): LoopDelay;
  stop(): void;
}

export function watchLoop(): WatchedLoop {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  const read = () => ({ p99: delayMs(histogram.percentile(99)), longest: delayMs(histogram.max) });
  let before = { p99: 0, longest: 0 };
  const turning = setInterval(() => {
    before = read();
    histogram.reset();
  }, MINUTE_MS);
  turning.unref();
  return {
    delay() {
      const now = read();
      return { p99: Math.max(before.p99, now.p99), longest: Math.max(before.longest, now.longest) };
    },
    stop() {
      clearInterval(turning);
      histogram.disable();
    },
  };
}

/** The histogram holds how long a timer of that resolution took: what is beyond it was delay. */
function delayMs(ns: number): number {
  return Number.isFinite(ns) ? Math.max(0, Math.round(ns / 1e6) - RESOLUTION_MS) : 0;
}
