// How late monitors may be. Numbers only.

import type { Watched } from "../canary/readings.ts";

/** For a monitor that does not say how late it may be, such as one that is made of others: what most have. */
const USUAL_LAG_MS = 300_000;
/** A monitor that looks back over a day says nothing about five minutes of it. */
const LONGEST_LAG_MS = 3_600_000;
/** Monitors are evaluated once a minute. */
export const EVALUATED_EVERY_MS = 60_000;

/** Window plus evaluation delay of the slowest of them, and a minute, in ms. */
export function lagOf(watched: readonly Watched[]): number {
  const lags = watched.map(({ lagMs }) => lagMs ?? USUAL_LAG_MS);
  const longest = lags.length === 0 ? USUAL_LAG_MS : Math.max(...lags);
  return Math.min(longest, LONGEST_LAG_MS) + EVALUATED_EVERY_MS;
}
