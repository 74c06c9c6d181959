// Deploys as people order them, done: check who may, ask git for the commit, freeze both into an order, decide by the rules, append.

import type { Answer, Ordered, Started, ThisDeploy, TypedTarget, WantedBack, WantedDeploy } from "../chat/bot.ts";
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
import { orderDeploy, wasTold } from "./orderDeploy.ts";
import type { Parts } from "./parts.ts";
import { whyNot } from "./permissions.ts";
import { deployStream, FREEZES } from "./stored.ts";
import type { Supervisor } from "./supervise.ts";
import { resolveWanted } from "./wanted.ts";

/** What was delivered once comes again within so long, if at all. */
const DELIVERED_AGAIN_MS = 15 * 60_000;

export class Deploying {
  #parts: Parts;
  #supervisor: Supervisor;

  constructor(parts: Parts, supervisor: Supervisor) {
    this.#parts = parts;
    this.#supervisor = supervisor;
  }

  deploy(typed: TypedTarget, wanted: WantedDeploy, by: Person): Promise<Answer<Started>> {
    return this.#once(by, (deploy) => this.#deploy(deploy, { typed, wanted }, by));
  }

  rollBack(typed: TypedTarget, wanted: WantedBack, by: Person): Promise<Answer<Started | Ordered>> {
    return this.#once(by, (asked) => this.#rollBack(asked, { typed, wanted }, by));
  }

  order(wish: Wish, to: TypedTarget | ThisDeploy, by: Person): Promise<Answer<Started | Ordered>> {
    return this.#once(by, (asked) => this.#order(wish, to, { by, asked }));
  }

  /** What came in under this name before, and has begun a deploy, is answered as it was then; also when that happens at the same moment in another process. */
  async #once<T>(by: Person, work: (name: string) => Promise<Answer<T>>): Promise<Answer<T | Started>> {
    const name = this.#parts.names.fresh();
    const before = await this.#begunBefore(name, by);
    if (before) return before;
    const answer = await work(name);
    return answer.ok ? answer : ((await this.#begunBefore(name, by)) ?? answer);
  }

  async #deploy(
    deploy: string,
    { typed, wanted: { ref, sha, hosts } }: { typed: TypedTarget; wanted: WantedDeploy },
    by: Person,
  ): Promise<Answer<Started>> {
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
    return this.#start(target, { deploy, kind: "deploy", by, ref: resolved.ref, release }, which);
  }

  async #rollBack(
    asked: string,
    { typed, wanted: { hosts } }: { typed: TypedTarget; wanted: WantedBack },
    by: Person,
  ): Promise<Answer<Started | Ordered>> {
    const admitted = await admit(this.#parts, typed, { right: "rollBack", by });
    if (!admitted.ok) return admitted;
    const { target } = admitted;
    const state = await this.#parts.targets.read(target);
    if (await this.#saidBefore(state, asked)) return { ok: true, target, value: "ordered" };
    // What runs is taken back as a whole: it knows what it has touched.
    if (state.running && hosts) return refused({ kind: "deployRunning", ...state.running }, target);
    if (state.running) return this.#orderRunning("rollBack", state.running, { by, asked });
    if (!backTo(state, hosts)) return refused({ kind: "nothingToGoBackTo" }, target);
    const which = await hostsForWayBack(this.#parts, target, hosts);
    if (!which.ok) return refused(which.refusal, target);
    // An inventory takes its time: what runs by now counts.
    const release = backTo(await this.#parts.targets.read(target), hosts);
    if (!release) return refused({ kind: "movedOn" }, target);
    return this.#start(target, { deploy: asked, kind: "rollback", by, ref: release.commit.sha, release }, which);
  }

  async #order(
    wish: Wish,
    to: TypedTarget | ThisDeploy,
    said: { by: Person; asked: string },
  ): Promise<Answer<Started | Ordered>> {
    if ("deploy" in to) return this.#orderRunning(wish, to, said);
    const found = findTarget(this.#parts, to);
    if (!found.ok) return found;
    const state = await this.#parts.targets.read(found.target);
    if (await this.#saidBefore(state, said.asked)) return { ...found, value: "ordered" };
    if (!state.running) return refused({ kind: "nothingRunning" }, found.target);
    return this.#orderRunning(wish, state.running, said);
  }

  /** Whether a deploy that is over was told this under the same name: delivered again, it must not go to the one that runs by now. */
  async #saidBefore({ past }: TargetState, asked: string): Promise<boolean> {
    const { clock, journal } = this.#parts;
    const recent = past.filter(({ endedAt }) => clock.now() - endedAt < DELIVERED_AGAIN_MS);
    for (const { deploy } of recent) {
      const log = await DeployLog.open(journal, deploy);
      if (log && wasTold(log, asked)) return true;
    }
    return false;
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
    wanted: { deploy: string; kind: Order["kind"]; by: Person; ref: string; release: Release },
    { on, instead }: Extract<OnWhich, { ok: true }>,
  ): Promise<Answer<Started>> {
    const { clock, journal, settings, targets } = this.#parts;
    const { by, deploy, kind, release } = wanted;
    const order = freeze(settings.configuration, { ...wanted, target }, on);
    const wayBack = kind === "rollback";
    let decidedBefore = false;
    const changed = await targets.change(target, async (state, now) => {
      // What moved may be the deploy's own stream: begun under this name by another process.
      const begun = decidedBefore && (await journal.read(deployStream(deploy))).length > 0;
      if (begun) return { ok: false, refusal: { kind: "movedOn" } };
      decidedBefore = true;
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

  /** What came in before under the same name has begun a deploy: it is answered as it was then. */
  async #begunBefore(deploy: string, by: Person): Promise<Answer<Started> | null> {
    const log = await DeployLog.open(this.#parts.journal, deploy);
    if (log === null || log.deploy.order.by.id !== by.id) return null;
    const { order, startedAt } = log.deploy;
    const hosts = hostsOf(order).map(({ name }) => name);
    const on = order.partial ? { hosts, of: order.outOf ?? hosts.length } : null;
    return {
      ok: true,
      target: order.target,
      value: { release: order.release, at: startedAt, past: null, on, instead: null },
    };
  }

  async #orderRunning(
    wish: Wish,
    { deploy: id, seen }: ThisDeploy,
    { by, asked }: { by: Person; asked: string },
  ): Promise<Answer<Started | Ordered>> {
    const log = await DeployLog.open(this.#parts.journal, id);
    if (log === null) return refused({ kind: "nothingRunning" }, null);
    const { target } = log.deploy.order;
    const why = await whyNot(this.#parts, wish, { by, environment: target.environment });
    if (why) return refused(why, target);
    const refusal = await orderDeploy(log, wish, { by, asked, seen, clock: this.#parts.clock });
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
