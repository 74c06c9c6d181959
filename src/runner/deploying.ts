// Deploys as people order them, done: check who may, ask git for the commit, freeze both into an order, decide by the rules, append.

import type { Answer, Ordered, Started, TypedTarget, WantedBack, WantedDeploy } from "../chat/bot.ts";
import { freeze } from "../config/freeze.ts";
import { kindOf } from "../config/site.ts";
import { configured } from "../config/targets.ts";
import type { DeployFact } from "../deploy/facts.ts";
import { hostsOf, type Order, type Person, type Release, type Target } from "../deploy/order.ts";
import { releaseName } from "../deploy/releases.ts";
import type { Wish } from "../deploy/rules.ts";
import { decideStart } from "../locks/decide.ts";
import { lockAt, releaseBefore, type TargetState } from "../locks/fold.ts";
import { freezeOf } from "../locks/freezes.ts";
import type { Write } from "../ports/journal.ts";
import { admit, findTarget, refused } from "./admission.ts";
import { DeployLog } from "./deployLog.ts";
import { hostsForDeploy, hostsForWayBack, type OnWhich } from "./listed.ts";
import { orderDeploy } from "./orderDeploy.ts";
import type { Parts } from "./parts.ts";
import { whyNot } from "./permissions.ts";
import { deployStream, FREEZES } from "./stored.ts";
import type { Supervisor } from "./supervise.ts";
import { resolveWanted } from "./wanted.ts";

export class Deploying {
  #parts: Parts;
  #supervisor: Supervisor;

  constructor(parts: Parts, supervisor: Supervisor) {
    this.#parts = parts;
    this.#supervisor = supervisor;
  }

  async deploy(typed: TypedTarget, { ref, sha, hosts }: WantedDeploy, by: Person): Promise<Answer<Started>> {
    const { clock, settings, targets } = this.#parts;
    const admitted = await admit(this.#parts, typed, { right: "deploy", by });
    if (!admitted.ok) return admitted;
    const { target } = admitted;
    // Said before the repository is asked: who cannot deploy need not wait for it.
    const early = await this.#mayStart(target, { by, deploy: "", wayBack: false }, await targets.read(target));
    if (!early.ok) return refused(early.refusal, target);
    const [resolved, which] = await Promise.all([
      resolveWanted(this.#parts, target, ref),
      hostsForDeploy(this.#parts, target, hosts),
    ]);
    if (!which.ok) return refused(which.refusal, target);
    if (!resolved.ok) return refused(resolved.refusal, target);
    const { commit } = resolved;
    if (sha !== undefined && commit.sha !== sha)
      return refused({ kind: "commitMoved", ref: resolved.ref, commit }, target);
    const kind = kindOf(configured(settings.configuration, target).service);
    const release = { name: releaseName(clock.now(), commit.sha, kind), commit };
    return this.#start(target, { kind: "deploy", by, ref: resolved.ref, release }, which);
  }

  async rollBack(typed: TypedTarget, { hosts }: WantedBack, by: Person): Promise<Answer<Started | Ordered>> {
    const admitted = await admit(this.#parts, typed, { right: "rollBack", by });
    if (!admitted.ok) return admitted;
    const { target } = admitted;
    const state = await this.#parts.targets.read(target);
    // What runs is taken back as a whole: it knows what it has touched.
    if (state.running && hosts) return refused({ kind: "deployRunning", ...state.running }, target);
    if (state.running) return this.#orderRunning("rollBack", state.running.deploy, by);
    if (!backTo(state, hosts)) return refused({ kind: "nothingToGoBackTo" }, target);
    const which = await hostsForWayBack(this.#parts, target, hosts);
    if (!which.ok) return refused(which.refusal, target);
    // An inventory takes its time: what runs by now counts.
    const release = backTo(await this.#parts.targets.read(target), hosts);
    if (!release) return refused({ kind: "movedOn" }, target);
    return this.#start(target, { kind: "rollback", by, ref: release.commit.sha, release }, which);
  }

  async order(wish: Wish, to: TypedTarget | { deploy: string }, by: Person): Promise<Answer<Started | Ordered>> {
    if ("deploy" in to) return this.#orderRunning(wish, to.deploy, by);
    const found = findTarget(this.#parts, to);
    if (!found.ok) return found;
    const { running } = await this.#parts.targets.read(found.target);
    return running ? this.#orderRunning(wish, running.deploy, by) : refused({ kind: "nothingRunning" }, found.target);
  }

  /** By the rules, with what is frozen now; a freeze that comes on before the append makes the append fail. */
  async #mayStart(
    { environment }: Target,
    request: { by: Person; deploy: string; wayBack: boolean },
    state: TargetState,
  ) {
    const frozen = await this.#parts.freezes.read();
    const now = this.#parts.clock.now();
    const decided = decideStart(state, { ...request, freeze: freezeOf(frozen, environment, now) }, now);
    const guard: Write = { stream: FREEZES, expected: frozen.version, facts: [] };
    return { ...decided, guards: request.wayBack ? [] : [guard] };
  }

  /** The target's fact and the deploy's first one in one append: never one without the other. */
  async #start(
    target: Target,
    wanted: { kind: Order["kind"]; by: Person; ref: string; release: Release },
    { on, instead }: Extract<OnWhich, { ok: true }>,
  ): Promise<Answer<Started>> {
    const { clock, names, settings, targets } = this.#parts;
    const { by, kind, release } = wanted;
    const deploy = names.fresh();
    const order = freeze(settings.configuration, { ...wanted, target, deploy }, on);
    const wayBack = kind === "rollback";
    const changed = await targets.change(target, async (state, now) => {
      const { guards, ...decided } = await this.#mayStart(target, { by, deploy, wayBack }, state);
      const requested: DeployFact = { kind: "requested", at: now, order };
      return { ...decided, also: [{ stream: deployStream(deploy), expected: 0, facts: [requested] }, ...guards] };
    });
    if (!changed.ok) return refused(changed.refusal, target);
    this.#supervisor.takeUp(deploy);
    const lock = lockAt(changed.state, clock.now());
    const past = lock && lock.by.id !== by.id ? lock : null;
    const chosen = on.chosen ? { hosts: [...on.chosen], of: on.all.length } : null;
    return { ok: true, target, value: { release, at: clock.now(), past, on: chosen, instead } };
  }

  async #orderRunning(wish: Wish, id: string, by: Person): Promise<Answer<Started | Ordered>> {
    const log = await DeployLog.open(this.#parts.journal, id);
    if (log === null) return refused({ kind: "nothingRunning" }, null);
    const { target } = log.deploy.order;
    const why = await whyNot(this.#parts, wish, { by, environment: target.environment });
    if (why) return refused(why, target);
    const refusal = await orderDeploy(log, wish, { by, clock: this.#parts.clock });
    if (refusal === null) return { ok: true, target, value: "ordered" };
    const over = refusal.kind === "alreadyOver" && wish === "rollBack";
    return over ? this.#rollBackIfCurrent(log, by) : refused(refusal, target);
  }

  /** The button under a finished deploy: only while what it put out still is what runs there. */
  async #rollBackIfCurrent(log: DeployLog, by: Person): Promise<Answer<Started | Ordered>> {
    const { order } = log.deploy;
    const { target, release, partial } = order;
    const state = await this.#parts.targets.read(target);
    const current = partial ? state.past[0]?.deploy === log.id : state.release?.name === release.name;
    if (state.running || !current) return refused({ kind: "tooLate", what: "rollBack" }, target);
    const hosts = hostsOf(order).map(({ name }) => name);
    return this.rollBack(target, partial ? { hosts } : {}, by);
  }
}

/** On some hosts, what the target runs is put back. */
function backTo(state: TargetState, hosts: string[] | undefined): Release | null {
  return hosts ? state.release : releaseBefore(state);
}
