// Monitors that were red at the verdict are followed until they are green again, so that the thread says when that was, or that it is not so. Pure. It
// changes nothing about the verdict.

import type { Look, Watched } from "../canary/readings.ts";
import type { CheckResult } from "../canary/verdict.ts";
import type { FactOf } from "./facts.ts";
import { lagOf } from "./lag.ts";

/** `monitors` still alerted at `since`. */
export type Red = { since: number; monitors: Watched[] };

/** For the way back, before a monitor can see that the release is gone. */
const WAY_BACK_MS = 300_000;

/** What is still red of a verdict; null when nothing is. */
export function redOf(results: readonly CheckResult[], since: number): Red | null {
  const alerted = results.flatMap(({ reason }) => (reason.kind === "alerted" ? reason.monitors : []));
  const monitors = alerted.filter(({ state }) => state === "alert");
  return monitors.length > 0 ? { since, monitors } : null;
}

/** In ms since 1970. */
export function followedUntil({ since, monitors }: Red): number {
  return since + lagOf(monitors) + WAY_BACK_MS;
}

/** All of them green again; or, at the end of that time, as they are. Null when there is nothing to say. */
export function redFact(red: Red, { at, readings }: Look): FactOf<"redEnded"> | null {
  const now = readings.flatMap((reading) => (reading.kind === "monitors" ? reading.watched : []));
  const monitors = red.monitors.flatMap(
    ({ id, group }) => now.find((one) => one.id === id && one.group === group) ?? [],
  );
  const known = monitors.length === red.monitors.length;
  const over = monitors.every(({ state }) => state === "ok") || at >= followedUntil(red);
  return known && over ? { kind: "redEnded", at, monitors } : null;
}
