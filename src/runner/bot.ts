// What people order, done: find the target, check who may, decide by the rules, append. The rules themselves are in deploy/ and locks/.

import type { Answer, Bot, Started, TypedTarget } from "../chat/bot.ts";
import { freeze } from "../config/freeze.ts";
import type { Order, Person, Release, Target } from "../deploy/order.ts";
import type { Refusal, Right } from "../deploy/refusals.ts";
import { releaseName } from "../deploy/releases.ts";
import { order, type Wish } from "../deploy/rules.ts";
import { type Decided, decideLock, decideStart, decideUnlock } from "../locks/decide.ts";
import { type HeldLock, lockAt, releaseBefore, type TargetState } from "../locks/fold.ts";
import { DeployLog } from "./deployLog.ts";
import type { Parts } from "./parts.ts";
import { whyNot } from "./permissions.ts";
import { deployStream, targetStream } from "./stored.ts";
import type { Supervisor } from "./supervise.ts";
import { Targets } from "./targets.ts";

/** Appends that lost a race are decided again this often. */
const ATTEMPTS = 5;
/** A repository that does not answer must not keep the asker waiting for ever. */
const SOURCE_MS = 60_000;

const RIGHTS: Record<Wish, Right> = { abort: "deploy", promote: "deploy", retry: "deploy", rollBack: "rollBack" };

export function makeBot(parts: Parts, supervisor: Supervisor): Bot {
  const targets = new Targets(parts.journal);
  const { configuration } = parts.settings;

  function find({ service, environment }: TypedTarget): Answer<null> {
    const configured = configuration.services[service];
    if (!configured)
      return refused({ kind: "unknownService", typed: service, known: Object.keys(configuration.services) }, null);
    const name = environment ?? configured.defaultEnvironment;
    if (!configured.environments[name]) {
      return refused(
        { kind: "unknownEnvironment", typed: name, service, known: Object.keys(configured.environments) },
        null,
      );
    }
    return { ok: true, target: { service, environment: name }, value: null };
  }

  /** The target, when it exists and the asker may. */
  async function admit(typed: TypedTarget, right: Right, by: Person): Promise<Answer<null>> {
    const found = find(typed);
    if (!found.ok) return found;
    const why = await whyNot(parts, right, { by, environment: found.target.environment });
    return why ? refused(why, found.target) : found;
  }

  /** Decides on the target as it stands and appends; again when somebody was faster. */
  async function change(
    target: Target,
    decide: (state: TargetState, now: number) => Decided,
  ): Promise<Answer<TargetState>> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const state = await targets.read(target);
      const decided = decide(state, parts.clock.now());
      if (!decided.ok) return refused(decided.refusal, target);
      const appended = await parts.journal.append([
        { stream: targetStream(target), expected: state.version, facts: decided.facts },
      ]);
      if (appended.ok) return { ok: true, target, value: await targets.read(target) };
    }
    return refused({ kind: "movedOn" }, target);
  }

  /** The target's fact and the deploy's first one in one append: never one without the other. */
  async function start(target: Target, frozen: Order): Promise<Answer<Started>> {
    const { deploy, by, kind, release, channel } = frozen;
    const state = await targets.read(target);
    const now = parts.clock.now();
    const decided = decideStart(state, { by, deploy, wayBack: kind === "rollback" }, now);
    if (!decided.ok) return refused(decided.refusal, target);
    const appended = await parts.journal.append([
      { stream: targetStream(target), expected: state.version, facts: decided.facts },
      { stream: deployStream(deploy), expected: 0, facts: [{ kind: "requested", at: now, order: frozen }] },
    ]);
    if (!appended.ok) return refused({ kind: "movedOn" }, target);
    supervisor.takeUp(deploy);
    const lock = lockAt(state, now);
    return { ok: true, target, value: { deploy, release, channel, past: lock && lock.by.id !== by.id ? lock : null } };
  }

  const freezeFor = (target: Target, wanted: { kind: Order["kind"]; by: Person; ref: string; release: Release }) =>
    freeze(configuration, { ...wanted, target, deploy: parts.names.fresh() });

  async function deploy(typed: TypedTarget, ref: string | undefined, by: Person): Promise<Answer<Started>> {
    const admitted = await admit(typed, "deploy", by);
    if (!admitted.ok) return admitted;
    const { target } = admitted;
    // Said before the repository is asked: who cannot deploy need not wait for it.
    const early = decideStart(await targets.read(target), { by, deploy: "", wayBack: false }, parts.clock.now());
    if (!early.ok) return refused(early.refusal, target);
    const service = configuration.services[target.service];
    const wanted = ref ?? service?.branch ?? "main";
    const commit = await parts.source.resolve(service?.repository ?? "", wanted, AbortSignal.timeout(SOURCE_MS));
    if (!commit.ok)
      return refused({ kind: "source", problem: commit.problem, ref: wanted, detail: commit.detail }, target);
    const release = { name: releaseName(parts.clock.now(), commit.value.sha), commit: commit.value };
    return start(target, freezeFor(target, { kind: "deploy", by, ref: wanted, release }));
  }

  async function rollBack(typed: TypedTarget, by: Person): Promise<Answer<Started | "ordered">> {
    const admitted = await admit(typed, "rollBack", by);
    if (!admitted.ok) return admitted;
    const { target } = admitted;
    const state = await targets.read(target);
    if (state.running) return orderRunning("rollBack", state.running.deploy, by);
    const release = releaseBefore(state);
    if (!release) return refused({ kind: "nothingToGoBackTo" }, target);
    return start(target, freezeFor(target, { kind: "rollback", by, ref: release.commit.sha.slice(0, 7), release }));
  }

  async function orderRunning(wish: Wish, id: string, by: Person): Promise<Answer<Started | "ordered">> {
    const log = await DeployLog.open(parts.journal, id);
    if (log === null) return refused({ kind: "nothingRunning" }, null);
    const { target } = log.deploy.order;
    const why = await whyNot(parts, RIGHTS[wish], { by, environment: target.environment });
    if (why) return refused(why, target);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const decided = order(log.deploy, wish, { by, now: parts.clock.now() });
      if (!decided.ok) {
        const isBack = decided.refusal.kind === "alreadyOver" && wish === "rollBack";
        return isBack ? rollBackIfCurrent(log, by) : refused(decided.refusal, target);
      }
      if (await log.decide(log.deploy.version, decided.fact)) return { ok: true, target, value: "ordered" };
      await log.refresh();
    }
    return refused({ kind: "movedOn" }, target);
  }

  /** The button under a finished deploy: only while what it put out still is what runs there. */
  async function rollBackIfCurrent(log: DeployLog, by: Person): Promise<Answer<Started | "ordered">> {
    const { target, release } = log.deploy.order;
    const state = await targets.read(target);
    if (state.running || state.release?.name !== release.name)
      return refused({ kind: "tooLate", what: "rollBack" }, target);
    return rollBack(target, by);
  }

  return {
    deploy,
    rollBack,
    async order(wish, to, by) {
      if ("deploy" in to) return orderRunning(wish, to.deploy, by);
      const found = find(to);
      if (!found.ok) return found;
      const { running } = await targets.read(found.target);
      return running ? orderRunning(wish, running.deploy, by) : refused({ kind: "nothingRunning" }, found.target);
    },
    async lock(typed, { reason, forMs = configuration.locks.for }, by): Promise<Answer<HeldLock>> {
      const admitted = await admit(typed, "lock", by);
      if (!admitted.ok) return admitted;
      const request = { by, reason, forMs, longestMs: configuration.locks.longest };
      const changed = await change(admitted.target, (state, now) => decideLock(state, request, now));
      if (!changed.ok) return changed;
      const { lock } = changed.value;
      return lock ? { ok: true, target: changed.target, value: lock } : refused({ kind: "movedOn" }, changed.target);
    },
    async unlock(typed, by) {
      const admitted = await admit(typed, "lock", by);
      if (!admitted.ok) return admitted;
      const changed = await change(admitted.target, (state, now) => decideUnlock(state, by, now));
      return changed.ok ? { ...changed, value: null } : changed;
    },
    async status(typed) {
      const found = find(typed);
      if (!found.ok) return found;
      const state = await targets.read(found.target);
      const id = state.running?.deploy ?? state.past[0]?.deploy;
      const log = id === undefined ? null : await DeployLog.open(parts.journal, id);
      return { ok: true, target: found.target, value: { state, deploy: log?.deploy ?? null, now: parts.clock.now() } };
    },
    environmentsOf: (service) => Object.keys(configuration.services[service]?.environments ?? {}),
  };
}

function refused<T>(refusal: Refusal, target: Target | null): Answer<T> {
  return { ok: false, target, refusal };
}
