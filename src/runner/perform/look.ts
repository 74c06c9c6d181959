// Looks at hosts: what do they run? Also the answer to "outcome unknown". Changes nothing.

import type { Turn } from "../drive.ts";
import type { StepOf } from "../perform.ts";
import { pool } from "../pool.ts";
import { hostsNamed } from "./hosts.ts";

export async function look(step: StepOf<"look">, { log, parts, stop }: Turn, signal: AbortSignal): Promise<void> {
  const { order } = log.deploy;
  const limits = { atOnce: order.concurrency, enough: () => signal.aborted || stop.aborted };
  await pool(hostsNamed(order, step.hosts), limits, async (host) => {
    const seen = await parts.fleet.inspect(host, order.site, signal);
    if (signal.aborted) return;
    const about = { at: parts.clock.now(), host: host.name };
    if (seen.ok) await log.observe({ kind: "looked", ...about, current: seen.current, healthy: seen.healthy });
    else await log.observe({ kind: "notReached", ...about, trouble: seen.trouble, detail: seen.detail });
  });
}
