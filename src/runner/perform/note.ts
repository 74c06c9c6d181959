// Remembers the monitors as they are before anything changes, so that what was red already is not blamed on the canary.

import type { Watched } from "../../canary/readings.ts";
import type { Monitor } from "../../ports/metrics.ts";
import type { Turn } from "../drive.ts";
import type { StepOf } from "../perform.ts";

const LOOK_BACK_MS = 600_000;

export async function note(_step: StepOf<"note">, { log, parts }: Turn, signal: AbortSignal): Promise<void> {
  const checks = log.deploy.order.checks.filter((check) => check.kind === "monitors");
  const noted = await Promise.all(
    checks.map(async ({ name, select }): Promise<[string, Watched[] | null]> => {
      // What was told just before is known then, and is no alert of this deploy. Without it their states are still worth knowing.
      const since = parts.clock.now() - LOOK_BACK_MS;
      const withEvents = await parts.metrics.monitors(select, signal, { since });
      const found = withEvents.ok ? withEvents : await parts.metrics.monitors(select, signal);
      return [name, found.ok ? watchedOf(found.value) : null];
    }),
  );
  if (signal.aborted) return;
  await log.observe({ kind: "noted", at: parts.clock.now(), monitors: Object.fromEntries(noted) });
}

/** One entry per group; one in all for a monitor that is not grouped. */
export function watchedOf(monitors: Monitor[]): Watched[] {
  return monitors.flatMap(({ id, name, state, muted, groups, lagMs = null }) => {
    const common = { id, name, muted, lagMs };
    if (groups.length === 0) return [{ ...common, group: "", state, triggeredAt: null, resolvedAt: null }];
    return groups.map((group) => ({
      ...common,
      group: group.name,
      state: group.state,
      triggeredAt: group.lastTriggeredAt,
      resolvedAt: group.lastResolvedAt,
    }));
  });
}
