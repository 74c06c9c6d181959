// Asks how the monitors of a check are, and at the end of a bake or of a watch what has happened to them since the canary went out. Judges nothing.

import type { MonitorsCheck } from "../../canary/checks.ts";
import { CLOCK_TOLERANCE_MS } from "../../canary/monitors.ts";
import type { MonitorsReading, Trouble } from "../../canary/readings.ts";
import type { Clock } from "../../ports/clock.ts";
import type { FromMetrics } from "../../ports/metrics.ts";
import type { Parts } from "../parts.ts";
import { watchedOf } from "./note.ts";

/** Where looking back begins, by the service's clock: what it told before that was noted before the canary went out. */
export function lookBackFrom({ notedAt }: { notedAt: number }): number {
  return notedAt - CLOCK_TOLERANCE_MS;
}

/** With `since` (ms since 1970) also what has changed since then. No answer is a reading too. */
export async function askMonitors(
  check: MonitorsCheck,
  { metrics, clock }: Pick<Parts, "metrics" | "clock">,
  { signal, since }: { signal: AbortSignal; since?: number | undefined },
): Promise<MonitorsReading> {
  const found = await metrics.monitors(check.select, signal, since === undefined ? undefined : { since });
  const reading = { kind: "monitors" as const, check: check.name };
  if (found.ok) return { ...reading, watched: watchedOf(found.value), trouble: null };
  return { ...reading, watched: [], trouble: troubleOf(found, clock) };
}

type NoAnswer = Extract<FromMetrics<unknown>, { ok: false }>;

export function troubleOf({ trouble, detail, retryAfterMs }: NoAnswer, clock: Clock): Trouble {
  return { kind: trouble, detail, ...(retryAfterMs === undefined ? {} : { retryAt: clock.now() + retryAfterMs }) };
}
