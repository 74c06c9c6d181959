// What people order, done: find the target, check who may, decide by the rules, append. The rules themselves are in deploy/ and locks/.

import type { Answer, Bot, Ordered, Started, TypedTarget } from "../chat/bot.ts";
import { freeze } from "../config/freeze.ts";
import type { DeployFact } from "../deploy/facts.ts";
import type { Order, Person, Release, Target } from "../deploy/order.ts";
import type { Refusal, Right } from "../deploy/refusals.ts";
import { releaseName } from "../deploy/releases.ts";
import { decideWish, type Wish } from "../deploy/rules.ts";
import { type Decided, decideLock, decideStart, decideUnlock } from "../locks/decide.ts";
import { type HeldLock, lockAt, releaseBefore, type TargetState } from "../locks/fold.ts";
import type { Write } from "../ports/journal.ts";
import { DeployLog } from "./deployLog.ts";
import type { Parts } from "./parts.ts";
import { whyNot } from "./permissions.ts";
import { deployStream, targetStream } from "./stored.ts";
import type { Supervisor } from "./supervise.ts";

/** Appends that lost a race are decided again this often. */
const ATTEMPTS = 5;
/** Nobody calls it off: the source has a time limit of its own. */
const TO_ITS_END = new AbortController().signal;

const RIGHTS: Record<Wish, Right> = { abort: "deploy", promote: "deploy", retry: "deploy", rollBack: "rollBack" };

export class TargetBot implements Bot {
  #parts: Parts;
  #supervisor: Supervisor;

  constructor(parts: Parts, supervisor: Supervisor) {
    this.#parts = parts;
    this.#supervisor = supervisor;
  }

  async deploy(typed: TypedTarget, ref: string | undefined, by: Person): Promise<Answer<Started>> {
    const { clock, source, targets, settings } = this.#parts;
    const admitted = await this.#admit(typed, "deploy", by);
    if (!admitted.ok) return admitted;
    const { target } = admitted;
    // Said before the repository is asked: who cannot deploy need not wait for it.
    const early = decideStart(await targets.read(target), { by, deploy: "", wayBack: false }, clock.now());
    if (!early.ok) return refused(early.refusal, target);
    const service = settings.configuration.services[target.service];
    const wanted = ref ?? service?.branch ?? "main";
    const commit = await source.resolve(service?.repository ?? "", wanted, TO_ITS_END);
    if (!commit.ok) {
      const { problem, detail } = commit;
      return refused({ kind: "source", problem, ref: wanted, detail }, target);
    }
    const release = { name: releaseName(clock.now(), commit.value.sha), commit: commit.value };
    return this.#start(target, { kind: "deploy", by, ref: wanted, release });
  }

  async rollBack(typed: TypedTarget, by: Person): Promise<Answer<Started | Ordered>> {
    const admitted = await this.#admit(typed, "rollBack", by);
    if (!admitted.ok) return admitted;
    const { target } = admitted;
    const state = await this.#parts.targets.read(target);
    if (state.running) return this.#orderRunning("rollBack", state.running.deploy, by);
    const release = releaseBefore(state);
    if (!release) return refused({ kind: "nothingToGoBackTo" }, target);
    return this.#start(target, { kind: "rollback", by, ref: release.commit.sha, release });
  }

  async order(wish: Wish, to: TypedTarget | { deploy: string }, by: Person): Promise<Answer<Started | Ordered>> {
    if ("deploy" in to) return this.#orderRunning(wish, to.deploy, by);
    const found = this.#find(to);
    if (!found.ok) return found;
    const { running } = await this.#parts.targets.read(found.target);
    return running ? this.#orderRunning(wish, running.deploy, by) : refused({ kind: "nothingRunning" }, found.target);
  }

  async lock(
    typed: TypedTarget,
    asked: { reason: string; forMs?: number | undefined },
    by: Person,
  ): Promise<Answer<HeldLock>> {
    const { locks } = this.#parts.settings.configuration;
    const admitted = await this.#admit(typed, "lock", by);
    if (!admitted.ok) return admitted;
    const request = { by, reason: asked.reason, forMs: asked.forMs ?? locks.for, longestMs: locks.longest };
    const changed = await this.#change(admitted.target, (state, now) => decideLock(state, request, now));
    if (!changed.ok) return changed;
    const { lock } = changed.value;
    return lock ? { ...changed, value: lock } : refused({ kind: "movedOn" }, changed.target);
  }

  async unlock(typed: TypedTarget, by: Person): Promise<Answer<null>> {
    const admitted = await this.#admit(typed, "lock", by);
    if (!admitted.ok) return admitted;
    const changed = await this.#change(admitted.target, (state, now) => decideUnlock(state, by, now));
    return changed.ok ? { ...changed, value: null } : changed;
  }

  async status(typed: TypedTarget) {
    const found = this.#find(typed);
    if (!found.ok) return found;
    const state = await this.#parts.targets.read(found.target);
    const id = state.running?.deploy ?? state.past[0]?.deploy;
    const log = id === undefined ? null : await DeployLog.open(this.#parts.journal, id);
    return { ...found, value: { state, deploy: log?.deploy ?? null, now: this.#parts.clock.now() } };
  }

  environmentsOf(typed: string): string[] {
    const { services } = this.#parts.settings.configuration;
    const service = named(typed, Object.keys(services));
    return service === undefined ? [] : Object.keys(services[service]?.environments ?? {});
  }

  #find(typed: TypedTarget): Answer<null> {
    const { services } = this.#parts.settings.configuration;
    const service = named(typed.service, Object.keys(services));
    const configured = service === undefined ? undefined : services[service];
    if (service === undefined || !configured) {
      return refused({ kind: "unknownService", typed: typed.service, known: Object.keys(services) }, null);
    }
    const wanted = typed.environment ?? configured.defaultEnvironment;
    const known = Object.keys(configured.environments);
    const environment = named(wanted, known);
    if (environment === undefined) return refused({ kind: "unknownEnvironment", typed: wanted, service, known }, null);
    return { ok: true, target: { service, environment }, value: null };
  }

  /** The target, when it exists and the asker may. */
  async #admit(typed: TypedTarget, right: Right, by: Person): Promise<Answer<null>> {
    const found = this.#find(typed);
    if (!found.ok) return found;
    const why = await whyNot(this.#parts, right, { by, environment: found.target.environment });
    return why ? refused(why, found.target) : found;
  }

  /** Decides on the target as it stands and appends, with what else belongs to it; again when somebody was faster. */
  async #change(
    target: Target,
    decide: (state: TargetState, now: number) => Decided,
    also: (now: number) => Write[] = () => [],
  ): Promise<Answer<TargetState>> {
    const { clock, journal, targets } = this.#parts;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const state = await targets.read(target);
      const now = clock.now();
      const decided = decide(state, now);
      if (!decided.ok) return refused(decided.refusal, target);
      const own = { stream: targetStream(target), expected: state.version, facts: decided.facts };
      const appended = await journal.append([own, ...also(now)]);
      if (appended.ok) return { ok: true, target, value: await targets.read(target) };
    }
    return refused({ kind: "movedOn" }, target);
  }

  /** The target's fact and the deploy's first one in one append: never one without the other. */
  async #start(
    target: Target,
    wanted: { kind: Order["kind"]; by: Person; ref: string; release: Release },
  ): Promise<Answer<Started>> {
    const { clock, names, settings } = this.#parts;
    const { by, kind, release } = wanted;
    const deploy = names.fresh();
    const order = freeze(settings.configuration, { ...wanted, target, deploy });
    const requested = (at: number): Write[] => {
      const fact: DeployFact = { kind: "requested", at, order };
      return [{ stream: deployStream(deploy), expected: 0, facts: [fact] }];
    };
    const wayBack = kind === "rollback";
    const changed = await this.#change(
      target,
      (state, now) => decideStart(state, { by, deploy, wayBack }, now),
      requested,
    );
    if (!changed.ok) return changed;
    this.#supervisor.takeUp(deploy);
    const lock = lockAt(changed.value, clock.now());
    return { ok: true, target, value: { release, past: lock && lock.by.id !== by.id ? lock : null } };
  }

  async #orderRunning(wish: Wish, id: string, by: Person): Promise<Answer<Started | Ordered>> {
    const log = await DeployLog.open(this.#parts.journal, id);
    if (log === null) return refused({ kind: "nothingRunning" }, null);
    const { target } = log.deploy.order;
    const why = await whyNot(this.#parts, RIGHTS[wish], { by, environment: target.environment });
    if (why) return refused(why, target);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const decided = decideWish(log.deploy, wish, { by, now: this.#parts.clock.now() });
      if (!decided.ok) {
        const over = decided.refusal.kind === "alreadyOver" && wish === "rollBack";
        return over ? this.#rollBackIfCurrent(log, by) : refused(decided.refusal, target);
      }
      if (await log.decide(log.deploy.version, decided.fact)) return { ok: true, target, value: "ordered" };
      await log.refresh();
    }
    return refused({ kind: "movedOn" }, target);
  }

  /** The button under a finished deploy: only while what it put out still is what runs there. */
  async #rollBackIfCurrent(log: DeployLog, by: Person): Promise<Answer<Started | Ordered>> {
    const { target, release } = log.deploy.order;
    const state = await this.#parts.targets.read(target);
    if (state.running || state.release?.name !== release.name) {
      return refused({ kind: "tooLate", what: "rollBack" }, target);
    }
    return this.rollBack(target, by);
  }
}

function refused<T>(refusal: Refusal, target: Target | null): Answer<T> {
  return { ok: false, target, refusal };
}

/** The configured name that was meant: people type `Web`. Asked of the list, so that `constructor` is nobody's name. */
function named(typed: string, known: string[]): string | undefined {
  return known.find((name) => name === typed) ?? known.find((name) => name.toLowerCase() === typed.toLowerCase());
}
