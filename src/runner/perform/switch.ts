// Switches hosts: to the new release, or back. For each host an intent first, then what came of it, so that a crash in between is known as "unknown".

import type { Phase } from "../../deploy/facts.ts";
import { mayStillFail } from "../../deploy/failing.ts";
import type { Deploy } from "../../deploy/fold.ts";
import { isUntouchedSince } from "../../deploy/hosts.ts";
import type { Host } from "../../deploy/order.ts";
import type { HostOutcome } from "../../ports/fleet.ts";
import type { Archive } from "../../ports/source.ts";
import type { Turn } from "../drive.ts";
import { orderToken } from "../orderToken.ts";
import type { StepOf } from "../perform.ts";
import { pool } from "../pool.ts";
import { archiveFor } from "./archive.ts";
import { hostsNamed } from "./hosts.ts";

export async function switchHosts({ hosts, phase }: StepOf<"switch">, turn: Turn, signal: AbortSignal): Promise<void> {
  const { log, parts } = turn;
  const { order, stage: planned } = log.deploy;
  const archive = phase === "back" ? null : await archiveFor(order, parts, signal);
  if (signal.aborted) return;
  const named = hostsNamed(order, hosts);
  let failed = 0;
  const mayFail = phase === "canary" ? 0 : phase === "back" ? hosts.length : mayFailOf(log.deploy, named);
  const limits = { atOnce: order.concurrency, enough: () => signal.aborted || failed > mayFail };
  await pool(named, limits, async (host) => {
    const before = log.deploy.hosts.get(host.name);
    // Somebody else who drives by now has been there, or has ended the deploy.
    const isOurs = ({ stage, hosts }: Deploy) => stage !== "ended" && isUntouchedSince(before, hosts.get(host.name));
    // A person's order may be on record before this process has heard of it: nothing more is begun then.
    const wanted = (deploy: Deploy) => deploy.stage === planned && isOurs(deploy);
    const intent = { kind: "switching", at: parts.clock.now(), host: host.name, phase } as const;
    if (!(await log.intend(intent, wanted))) return isOurs(log.deploy) ? undefined : turn.lease.surrender();
    const outcome =
      archive && !archive.ok
        ? notBuilt(archive.detail)
        : await change(host, { phase, archive: archive?.value ?? null }, { turn, signal });
    if (!outcome.ok) failed++;
    // Somebody with a newer lease has been there: what happens to this host is theirs to write down.
    if (!outcome.ok && outcome.trouble === "fenced") return turn.lease.surrender();
    // Without the lease it is not ours to say any more, and what we cut off ourselves is no fault of the host: whoever goes on looks at it first.
    const cutOff = !outcome.ok && outcome.trouble === "aborted" && turn.stop.aborted;
    if (cutOff || turn.lease.lost.aborted) return;
    await log.observe(factFor(host, phase, { outcome, at: parts.clock.now() }));
  });
}

function change(
  host: Host,
  { phase, archive }: { phase: Phase; archive: Archive | null },
  { turn, signal }: { turn: Turn; signal: AbortSignal },
): Promise<HostOutcome> {
  const { log, parts } = turn;
  const { site, release } = log.deploy.order;
  const token = orderToken(turn);
  if (phase !== "back" && log.deploy.order.kind === "deploy")
    return parts.fleet.rollOut(host, { site, release: release.name, archive, token }, signal);
  const state = log.deploy.hosts.get(host.name);
  const before = state && "before" in state ? state.before : null;
  return parts.fleet.rollBack(host, { site, to: phase === "back" ? before : release.name, token }, signal);
}

/** How many of these may fail before no more are begun. Those that had failed are tried again with what is left of their own. */
function mayFailOf(deploy: Deploy, hosts: Host[]): number {
  const { order } = deploy;
  if (order.kind === "rollback") return hosts.length;
  const batch =
    [order.canary, ...order.batches].find((one) => one.some(({ name }) => name === hosts[0]?.name)) ?? hosts;
  return Math.max(0, mayStillFail(deploy, batch));
}

function notBuilt(detail: string): HostOutcome {
  return {
    ok: false,
    trouble: "uploadFailed",
    touched: "no",
    previous: null,
    detail: `no release to send: ${detail}`,
    output: "",
  };
}

function factFor(host: Host, phase: Phase, { outcome, at }: { outcome: HostOutcome; at: number }) {
  const about = { at, host: host.name, phase };
  if (outcome.ok) return { kind: "switched", ...about, ...(outcome.output && { output: outcome.output }) } as const;
  const { trouble, touched, detail, output } = outcome;
  return { kind: "notSwitched", ...about, trouble, touched, detail, output } as const;
}
