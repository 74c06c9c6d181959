// Looks at hosts: what do they run? Also the answer to "outcome unknown". Changes nothing.

import type { Turn } from "../drive.ts";
import { orderToken } from "../orderToken.ts";
import type { StepOf } from "../perform.ts";
import { pool } from "../pool.ts";
import { hostsNamed } from "./hosts.ts";

export async function look(step: StepOf<"look">, turn: Turn, signal: AbortSignal): Promise<void> {
  const { log, parts, stop, lease } = turn;
  const { order } = log.deploy;
  const hosts = hostsNamed(order, step.hosts);
  // All at once: the connections have limits of their own, and one that does not answer must not keep others waiting.
  const limits = { atOnce: hosts.length, enough: () => signal.aborted || stop.aborted };
  await pool(hosts, limits, async (host) => {
    // A switch without a result may still live on the host: it must not go on behind our back once we have looked.
    const unknown = log.deploy.hosts.get(host.name)?.is === "switching";
    const seen = unknown
      ? await parts.fleet.fence(host, { site: order.site, token: orderToken(turn) }, signal)
      : await parts.fleet.inspect(host, order.site, signal);
    if (signal.aborted) return;
    const about = { at: parts.clock.now(), host: host.name };
    if (!seen.ok && seen.trouble === "fenced") return lease.surrender();
    if (seen.ok) await log.observe({ kind: "looked", ...about, current: seen.current, healthy: seen.healthy });
    else await log.observe({ kind: "notReached", ...about, trouble: seen.trouble, detail: seen.detail });
  });
}
