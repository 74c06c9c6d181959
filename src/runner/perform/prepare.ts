// Puts the release on hosts that wait for it, beside what they run. Not a step of the plan: it goes on beside it, and nothing waits for it.

import type { StepBeside } from "../../deploy/beside.ts";
import type { Host } from "../../deploy/order.ts";
import type { Drive } from "../drive.ts";
import { pool } from "../pool.ts";
import { archiveFor } from "./archive.ts";
import { hostsNamed } from "./hosts.ts";

export async function prepare({ hosts }: StepBeside, { log, parts }: Drive, signal: AbortSignal): Promise<void> {
  const { order } = log.deploy;
  const { site, release } = order;
  const archive = await archiveFor(order, parts, signal);
  if (signal.aborted) return;
  const stillWaits = ({ name }: Host) => log.deploy.hosts.get(name)?.is === "old";
  await log.observe({ kind: "preparing", at: parts.clock.now(), hosts });
  const limits = { atOnce: order.concurrency, enough: () => signal.aborted };
  await pool(hostsNamed(order, hosts), limits, async (host) => {
    if (!stillWaits(host)) return;
    const prepared =
      archive && !archive.ok
        ? {
            ok: false as const,
            trouble: "uploadFailed" as const,
            detail: `no release to send: ${archive.detail}`,
            output: "",
          }
        : await parts.fleet.prepare(host, { site, release: release.name, archive: archive?.value ?? null }, signal);
    // What we cut off ourselves is no fault of the host.
    if (signal.aborted) return;
    const about = { at: parts.clock.now(), host: host.name };
    if (prepared.ok) return log.observe({ kind: "prepared", ...about, sent: prepared.sent });
    const { trouble, detail, output } = prepared;
    await log.observe({ kind: "notPrepared", ...about, trouble, detail, output });
  });
}
