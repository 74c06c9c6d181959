// What people can ask, in one place: deploys, locks and freezes are done in files of their own; here is what only looks.

import type {
  Answer,
  Bot,
  CheckRecords,
  Freezing,
  Locking,
  Overview,
  ThisDeploy,
  TypedTarget,
  WantedBack,
  WantedDeploy,
} from "../chat/bot.ts";
import type { Person } from "../deploy/order.ts";
import type { Wish } from "../deploy/rules.ts";
import { freezesAt } from "../locks/freezes.ts";
import { findTarget, named } from "./admission.ts";
import { allTargets } from "./allTargets.ts";
import { Deploying } from "./deploying.ts";
import { DeployLog } from "./deployLog.ts";
import { EnvironmentFreezing } from "./freezing.ts";
import { TargetLocking } from "./locking.ts";
import type { Parts } from "./parts.ts";
import { TargetRecords } from "./records.ts";
import type { Supervisor } from "./supervise.ts";

export class TargetBot implements Bot {
  readonly locks: Locking;
  readonly freezes: Freezing;
  readonly records: CheckRecords;
  #parts: Parts;
  #supervisor: Supervisor;
  #deploying: Deploying;

  constructor(parts: Parts, supervisor: Supervisor) {
    this.#parts = parts;
    this.#supervisor = supervisor;
    this.#deploying = new Deploying(parts, supervisor);
    this.locks = new TargetLocking(parts);
    this.freezes = new EnvironmentFreezing(parts);
    this.records = new TargetRecords(parts, supervisor);
  }

  once(name: string): Bot {
    return new TargetBot({ ...this.#parts, names: { fresh: () => name } }, this.#supervisor);
  }

  deploy(typed: TypedTarget, wanted: WantedDeploy, by: Person) {
    return this.#deploying.deploy(typed, wanted, by);
  }

  rollBack(typed: TypedTarget, wanted: WantedBack, by: Person) {
    return this.#deploying.rollBack(typed, wanted, by);
  }

  order(wish: Wish, to: TypedTarget | ThisDeploy, by: Person) {
    return this.#deploying.order(wish, to, by);
  }

  async status(typed: TypedTarget): ReturnType<Bot["status"]> {
    const found: Answer<null> = findTarget(this.#parts, typed);
    if (!found.ok) return found;
    const state = await this.#parts.targets.read(found.target);
    const id = state.running?.deploy ?? state.past[0]?.deploy;
    const log = id === undefined ? null : await DeployLog.open(this.#parts.journal, id);
    return { ...found, value: { state, deploy: log?.deploy ?? null, now: this.#parts.clock.now() } };
  }

  async overview(): Promise<Overview> {
    const { clock, freezes } = this.#parts;
    const states = await allTargets(this.#parts);
    const frozen = await freezes.read();
    const now = clock.now();
    return { now, freezes: freezesAt(frozen, now), targets: states };
  }

  environmentsOf(typed: string): string[] {
    const { services } = this.#parts.settings.configuration;
    const service = named(typed, Object.keys(services));
    return service === undefined ? [] : Object.keys(services[service]?.environments ?? {});
  }
}
