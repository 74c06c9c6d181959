// Freezes, done: check who may, decide by the rules in locks/freezes.ts, append. Running deploys are told only when somebody says so.

import type { FreezeAnswer, Freezing, LockTerms, RunningDeploy } from "../chat/bot.ts";
import type { Person } from "../deploy/order.ts";
import type { Refusal } from "../deploy/refusals.ts";
import { decideFreeze, decideLift, type Freeze, freezesAt } from "../locks/freezes.ts";
import { allTargets } from "./allTargets.ts";
import { DeployLog } from "./deployLog.ts";
import { orderDeploy } from "./orderDeploy.ts";
import type { Parts } from "./parts.ts";
import { whyNot } from "./permissions.ts";
import { lastingMs } from "./wanted.ts";

export class EnvironmentFreezing implements Freezing {
  #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  environments(): string[] {
    return Object.keys(this.#parts.settings.configuration.environments);
  }

  async freeze(
    environment: string | null,
    { reason, lasting }: LockTerms,
    by: Person,
  ): Promise<FreezeAnswer<{ freeze: Freeze; running: RunningDeploy[] }>> {
    const { freezes, clock } = this.#parts;
    const forbidden = await this.#whyNot(environment, by);
    if (forbidden) return { ok: false, refusal: forbidden };
    const lasts = lasting ? await lastingMs(this.#parts, lasting, by) : null;
    if (lasts && !lasts.ok) return lasts;
    const until = lasts ? clock.now() + lasts.forMs : null;
    const changed = await freezes.change((state, now) => decideFreeze(state, { by, environment, reason, until }, now));
    if (!changed.ok) return changed;
    const freeze = changed.state.freezes.find((one) => one.environment === environment);
    if (!freeze) return { ok: false, refusal: { kind: "movedOn" } };
    return { ok: true, value: { freeze, running: await this.#running(environment) } };
  }

  async lift(environment: string | null, by: Person): Promise<FreezeAnswer<{ others: Freeze[] }>> {
    const { freezes, clock } = this.#parts;
    // An environment that is no longer configured may still be frozen: who may lift everything may lift that as well.
    const frozen = (await freezes.read()).freezes.some((one) => one.environment === environment);
    const gone = environment !== null && frozen && !this.environments().includes(environment);
    const forbidden = await this.#whyNot(gone ? null : environment, by);
    if (forbidden) return { ok: false, refusal: forbidden };
    const changed = await freezes.change((state, now) => decideLift(state, { by, environment }, now));
    return changed.ok ? { ok: true, value: { others: freezesAt(changed.state, clock.now()) } } : changed;
  }

  async abortRunning(
    environment: string | null,
    deploys: string[],
    by: Person,
  ): Promise<FreezeAnswer<{ told: RunningDeploy[] }>> {
    const { clock, journal } = this.#parts;
    const forbidden = await this.#whyNot(environment, by);
    if (forbidden) return { ok: false, refusal: forbidden };
    const told: RunningDeploy[] = [];
    for (const running of await this.#running(environment)) {
      if (!deploys.includes(running.deploy)) continue;
      const log = await DeployLog.open(journal, running.deploy);
      // A rollback is the way out of trouble: nobody stops it by this.
      if (!log || log.deploy.order.kind === "rollback") continue;
      if ((await orderDeploy(log, "abort", { by, clock })) === null) told.push(running);
    }
    return { ok: true, value: { told } };
  }

  async #running(environment: string | null): Promise<RunningDeploy[]> {
    const all = await allTargets(this.#parts);
    const there = all.filter(({ target }) => environment === null || target.environment === environment);
    return there.flatMap(({ target, state: { running } }) =>
      running ? [{ target, deploy: running.deploy, by: running.by }] : [],
    );
  }

  /** For everything the right is needed everywhere. */
  async #whyNot(environment: string | null, by: Person): Promise<Refusal | null> {
    const known = this.environments();
    if (environment !== null && !known.includes(environment))
      return { kind: "unknownEnvironment", typed: environment, service: "all", known };
    for (const one of environment === null ? known : [environment]) {
      const why = await whyNot(this.#parts, "freeze", { by, environment: one });
      if (why) return why;
    }
    return null;
  }
}
