// The life of a deploy, from top to bottom: given where it stands and the time, the one thing to do next. Pure. It decides; it never does.

import { judge } from "../canary/judge.ts";
import { untimed } from "../canary/untimed.ts";
import { bakeEnd, nextLook } from "./bake.ts";
import { askedOrder, asksAnything, bakesAfter } from "./between.ts";
import type { BackReason, DeployFact, FactOf, Phase } from "./facts.ts";
import { tooManyFailed } from "./failing.ts";
import type { At, Deploy } from "./fold.ts";
import { type HostState, lostHosts, mayHaveNew } from "./hosts.ts";
import type { Host } from "./order.ts";
import { LOOK_ATTEMPTS, PASSING_TROUBLES, PUT_BACK_ATTEMPTS, RETRY_AFTER_MS } from "./patience.ts";
import { clockSetBack } from "./setBack.ts";

export type Step =
  /** Look at hosts: what do they run? */
  | { do: "look"; hosts: string[] }
  /** Find out what lies between the release that runs and the new one. */
  | { do: "compare" }
  | { do: "build" }
  | { do: "mark"; which: "start" | "end" }
  /** Remember which monitors are red before anything changes. */
  | { do: "note" }
  | { do: "switch"; hosts: string[]; phase: Phase }
  | { do: "measure"; from: number; to: number; last: boolean }
  /** Nothing to do but write down what follows from the facts. */
  | { do: "decide"; fact: Decision }
  | { do: "end"; outcome: FactOf<"ended">["outcome"] }
  | { do: "wait"; until: number }
  /** Nothing more, until somebody appends a fact. */
  | { do: "rest" };

/** Facts that follow from other facts alone; the time is added when they are written. */
export type Decision = WithoutTime<DeployFact>;
type WithoutTime<F> = F extends unknown ? Omit<F, "at"> : never;

export function plan(deploy: Deploy, now: number): Step {
  if (deploy.stage === "broken" || deploy.stage === "ended") return { do: "rest" };
  const setBack = clockSetBack(deploy, now);
  if (setBack) return decide(setBack);
  switch (deploy.stage) {
    case "preparing":
      return prepare(deploy, now);
    case "canary":
      return putOutCanary(deploy, now);
    case "baking":
      return bake(deploy, now);
    case "asking":
      return waitForAnswer(deploy, now);
    case "promoting":
      return promote(deploy, now);
    case "rollingBack":
      return rollBack(deploy, now);
  }
}

/** Look at every host, compare, build. Nothing is touched before all of that has worked. */
function prepare(deploy: At<"preparing">, now: number): Step {
  const { order, hosts } = deploy;
  // The way back waits for nothing: every host is looked at once, and those that answer go back.
  const patience = order.kind === "rollback" ? 1 : LOOK_ATTEMPTS;
  const look = lookAgain(deploy, now, {
    unknown: (state) => state.is === "unseen" || state.is === "unreachable",
    patience,
  });
  if (look) return look;
  if (order.kind === "rollback") return decide({ kind: "promoteOrdered", by: order.by });
  const lost = namesWhere(hosts, (state) => state.is === "unreachable");
  const lostCanary = lost.some((name) => order.canary.some((host) => host.name === name));
  if (lostCanary || lost.length > order.maxFailedHosts) {
    return goBack({ kind: "hostsUnreachable", hosts: lost });
  }
  if (!deploy.compared) return { do: "compare" };
  if (!deploy.marked.has("start")) return { do: "mark", which: "start" };
  if (deploy.buildFailed !== null) return goBack({ kind: "build", detail: deploy.buildFailed });
  // Where commands fetch the version themselves there is nothing to build.
  if (order.site.kind === "commands") return decide({ kind: "built", bytes: 0, sha256: "" });
  return { do: "build" };
}

/** The new release on the canary hosts; any of them ill sends it back. */
function putOutCanary(deploy: At<"canary">, now: number): Step {
  const canary = deploy.order.canary.map((host) => host.name);
  if (deploy.noted === null && asksAnything(deploy.order)) return { do: "note" };
  if (canary.length === 0) return decide({ kind: "promoteOrdered", by: null });
  const look = lookAgain(deploy, now, { unknown: (state) => state.is === "switching" });
  if (look) return look;
  // What failed before anything was touched may be the network's fault. A service that does not start is the canary's answer.
  const again = [...deploy.hosts].filter(([, state]) => mayTryAgain(state, deploy) && !mayHaveNew(state));
  if (again.length > 0) return afterPause(again, now, (names) => ({ do: "switch", hosts: names, phase: "canary" }));
  const ill = canary.find((name) => lostHosts(deploy).includes(name));
  if (ill !== undefined) return goBack({ kind: "host", host: ill });
  const waiting = canary.filter((name) => deploy.hosts.get(name)?.is === "old");
  if (waiting.length > 0) return { do: "switch", hosts: waiting, phase: "canary" };
  return decide({ kind: "bakeStarted" });
}

/** Measure until the bake is over or a check has certainly failed. */
function bake(deploy: At<"baking">, now: number): Step {
  const { bake } = deploy;
  const order = askedOrder(deploy);
  const end = bakeEnd(bake, order.bake);
  // Nobody is asked: a pause.
  if (deploy.bakes > 0 && order.checks.length === 0)
    return now < end ? { do: "wait", until: end } : decide({ kind: "promoteOrdered", by: null });
  const { certain, judgement } = judge(order, bake);
  // On a clock that was set back nothing passes, and nobody waits for the time it had.
  if (bake.setBackMs !== undefined && judgement.verdict !== "fail")
    return decide({ kind: "judged", judgement: untimed(order.checks, judgement, bake.setBackMs) });
  if (certain) return decide({ kind: "judged", judgement });
  const look = nextLook(bake, order.bake, now);
  if (now < look.dueAt) return { do: "wait", until: look.dueAt };
  return { do: "measure", from: look.from, to: look.to, last: look.to >= end };
}

/** A person is asked; who does not answer in time has answered "roll back". */
function waitForAnswer(deploy: At<"asking">, now: number): Step {
  const until = deploy.since + deploy.order.askMs;
  return now >= until ? goBack({ kind: "noAnswer" }) : { do: "wait", until };
}

/** The rest of the fleet, batch by batch; too many failed hosts and a person is asked. */
function promote(deploy: At<"promoting">, now: number): Step {
  const { order } = deploy;
  const look = lookAgain(deploy, now, { unknown: (state) => state.is === "switching" || state.is === "unseen" });
  if (look) return look;
  // After "promote now" canary hosts may still be waiting: they are the first batch.
  for (const [i, batch] of [order.canary, ...order.batches].entries()) {
    const step = switchBatch(deploy, batch, now);
    if (step) return step;
    if (i > 0 && bakesAfter(deploy, i - 1)) return decide({ kind: "bakeStarted", batch: i - 1 });
  }
  // The way back has not waited for these.
  if (!deploy.compared) return { do: "compare" };
  if (!deploy.marked.has("start")) return { do: "mark", which: "start" };
  return end(deploy, lostHosts(deploy).length === 0 ? "deployed" : "incomplete");
}

/** Null when nothing is left to do in this batch. */
function switchBatch(deploy: At<"promoting">, batch: Host[], now: number): Step | null {
  const { order, hosts } = deploy;
  const waiting = batch.map(({ name }) => name).filter((name) => hosts.get(name)?.is === "old");
  // A way back is not held up by anybody who fails.
  const enough = order.kind === "deploy" && tooManyFailed(deploy, batch);
  if (waiting.length > 0 && !enough) return { do: "switch", hosts: waiting, phase: "fleet" };
  // Before a person is asked, everybody's tries are used up.
  const own = (name: string) => enough || batch.some((host) => host.name === name);
  const again = [...hosts].filter(([name, state]) => own(name) && mayTryAgain(state, deploy));
  if (again.length > 0) return afterPause(again, now, (names) => ({ do: "switch", hosts: names, phase: "fleet" }));
  return enough ? decide({ kind: "asked", hosts: lostHosts(deploy) }) : null;
}

/** Every host that may have the new release goes back to what it had, whatever the metrics say by now. */
function rollBack(deploy: At<"rollingBack">, now: number): Step {
  const { hosts } = deploy;
  const waiting = namesWhere(hosts, (state) => OPEN.includes(state.is) && mayHaveNew(state));
  if (waiting.length > 0) return { do: "switch", hosts: waiting, phase: "back" };
  const look = lookAgain(deploy, now, { unknown: (state) => state.is === "switching" });
  if (look) return look;
  const stuck = [...hosts].filter(([, state]) => state.is === "stuck" || state.is === "switching");
  // One that cannot be looked at is told to go back all the same: nothing gates the way back.
  const again = stuck.filter(([, state]) => failedTries(state) < PUT_BACK_ATTEMPTS);
  if (again.length > 0) return afterPause(again, now, (names) => ({ do: "switch", hosts: names, phase: "back" }));
  if (stuck.length > 0) return end(deploy, "incomplete");
  return end(deploy, [...hosts.values()].some((state) => state.is === "back") ? "rolledBack" : "untouched");
}

/** States of hosts that were not told to go back yet. */
const OPEN: HostState["is"][] = ["new", "ill", "old"];

function failedTries(state: HostState): number {
  if (state.is === "switching") return state.tried;
  return state.is === "stuck" ? state.attempts : 0;
}

/** Whether a host that failed has tries left. */
function mayTryAgain(state: HostState, { order }: Deploy): boolean {
  if (state.is !== "ill") return false;
  if (order.kind === "rollback") return state.attempts < PUT_BACK_ATTEMPTS;
  return PASSING_TROUBLES.has(state.trouble) && state.attempts <= (order.retries ?? 0);
}

function end(deploy: Deploy, outcome: FactOf<"ended">["outcome"]): Step {
  if (deploy.marked.has("start") && !deploy.marked.has("end")) return { do: "mark", which: "end" };
  return { do: "end", outcome };
}

/** Unknown hosts are looked at before anything else is decided about them, a few times, with a pause in between. */
function lookAgain(
  deploy: Deploy,
  now: number,
  { unknown, patience = LOOK_ATTEMPTS }: { unknown: (state: HostState) => boolean; patience?: number },
): Step | null {
  const open = [...deploy.hosts].filter(
    ([, state]) => unknown(state) && "attempts" in state && state.attempts < patience,
  );
  return open.length === 0 ? null : afterPause(open, now, (hosts) => ({ do: "look", hosts }));
}

/** `act` on those that were not tried just now; wait for the others when there is nobody else. */
function afterPause(open: [string, HostState][], now: number, act: (names: string[]) => Step): Step {
  const due = open.map(([name, state]) => {
    const triedAt = "triedAt" in state ? (state.triedAt ?? 0) : 0;
    // A clock that was set back must not make anybody wait for the time it had.
    return { name, at: triedAt > now ? now : triedAt + RETRY_AFTER_MS };
  });
  const ready = due.filter(({ at }) => at <= now).map(({ name }) => name);
  return ready.length > 0 ? act(ready) : { do: "wait", until: Math.min(...due.map(({ at }) => at)) };
}

function namesWhere(hosts: Deploy["hosts"], is: (state: HostState) => boolean): string[] {
  return [...hosts].filter(([, state]) => is(state)).map(([name]) => name);
}

function goBack(why: BackReason): Step {
  return decide({ kind: "backOrdered", why });
}

function decide(fact: Decision): Step {
  return { do: "decide", fact };
}
