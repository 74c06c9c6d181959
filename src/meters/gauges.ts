// The gauges that are read from the journal at the moment of asking: locks, lines, freezes, deploys under way. The same in every process. Knows no format.

import type { Target } from "../deploy/order.ts";
import { lockAt, type TargetState } from "../locks/fold.ts";
import { freezesAt } from "../locks/freezes.ts";
import type { Sample } from "../ports/meters.ts";
import { allTargets } from "../runner/allTargets.ts";
import type { Parts } from "../runner/parts.ts";
import { DeploysUnderWay } from "./underWay.ts";

export class JournalGauges {
  readonly #parts: Parts;
  readonly #underWay: DeploysUnderWay;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#underWay = new DeploysUnderWay(parts);
  }

  /** How many deploys are under way. Rejects when the store does not answer. */
  async running(): Promise<number> {
    return (await allTargets(this.#parts)).filter(({ state }) => state.running !== null).length;
  }

  async samples(): Promise<Sample[]> {
    const now = this.#parts.clock.now();
    const targets = await allTargets(this.#parts);
    const unshown: number[] = [];
    const ofTargets = await Promise.all(
      targets.map(async ({ target, state }) => [
        ...ofTarget(target, state, now),
        ...(await this.#ofDeploys(target, state, { now, unshown })),
      ]),
    );
    this.#underWay.keep(new Set(targets.flatMap(({ state }) => looked(state))));
    return [...ofTargets.flat(), ...(await this.#ofFreezes(now)), ...backlog(unshown, now)];
  }

  async #ofDeploys(
    { service, environment }: Target,
    state: TargetState,
    { now, unshown }: { now: number; unshown: number[] },
  ): Promise<Sample[]> {
    const labels = { service, environment };
    const samples: Sample[] = [];
    for (const deploy of looked(state)) {
      const seen = await this.#underWay.look(deploy);
      unshown.push(...(seen?.unshown ?? []));
      if (seen === null || deploy !== state.running?.deploy) continue;
      const { stage, since } = seen.stage;
      samples.push({ name: "lockstep_deploy_stage_age_seconds", labels: { ...labels, stage }, value: age(since, now) });
      samples.push({ name: "lockstep_hosts_unknown", labels, value: seen.unknownHosts });
    }
    return samples;
  }

  async #ofFreezes(now: number): Promise<Sample[]> {
    return freezesAt(await this.#parts.freezes.read(), now).map(({ environment, since }) => ({
      name: "lockstep_freeze_age_seconds",
      labels: { environment: environment ?? "all" },
      value: age(since, now),
    }));
  }
}

/** Also what has ended: its thread may not be complete. */
function looked({ running, past }: TargetState): string[] {
  const ended = past.map(({ deploy }) => deploy);
  return running ? [running.deploy, ...ended] : ended;
}

function ofTarget({ service, environment }: Target, state: TargetState, now: number): Sample[] {
  const labels = { service, environment };
  const lock = lockAt(state, now);
  const line: Sample = { name: "lockstep_line_length", labels, value: state.line.length };
  return lock ? [line, { name: "lockstep_lock_age_seconds", labels, value: age(lock.since, now) }] : [line];
}

function backlog(unshown: number[], now: number): Sample[] {
  const oldest = unshown.length > 0 ? Math.min(...unshown) : now;
  return [
    { name: "lockstep_thread_backlog_lines", labels: {}, value: unshown.length },
    { name: "lockstep_thread_backlog_age_seconds", labels: {}, value: age(oldest, now) },
  ];
}

function age(since: number, now: number): number {
  return Math.max(0, now - since) / 1_000;
}
