// A deploy as it stands: a fold over its facts. Pure; a fact that is forgotten here does not compile.

import type { CheckResult, Judgement } from "../canary/verdict.ts";
import type { Bake } from "./bake.ts";
import type { BackReason, DeployFact, FactOf, Outcome } from "./facts.ts";
import { afterFact, afterPreparing, type HostState, tryAgain } from "./hosts.ts";
import { hostsOf, type Order, type Person, type Release } from "./order.ts";
import { type Red, redOf } from "./resolution.ts";
import { onClock } from "./setBack.ts";
import { monitorsChecks, type Watch } from "./watch.ts";

type Common = {
  order: Order;
  /** How many facts have been folded: the stream's version. */
  version: number;
  /** The latest time on record, in ms since 1970 on the clock as it is since it was last set back. */
  newestAt: number;
  startedAt: number;
  hosts: ReadonlyMap<string, HostState>;
  previous: { name: string; commit: Release["commit"] | null } | null;
  changes: FactOf<"compared">["changes"];
  /** Whether it has been found out what ran before. */
  compared: boolean;
  /** Markers that were sent or given up. */
  marked: ReadonlySet<"start" | "end">;
  /** The monitors before anything was touched, and since when they are watched. */
  noted: { monitors: FactOf<"noted">["monitors"]; at: number } | null;
  /** How many batches have been followed by a bake so far; 0 while there was only the canary's. */
  bakes: number;
  /** While monitors are watched after a bake that the checks have passed. Null when a person has promoted it: they took that on themselves. */
  watch: Watch | null;
  /** When a monitor alerted after the bake. */
  lateAt: number | null;
  /** Monitors that still alerted at the verdict. */
  red: Red | null;
};

export type Deploy = Common &
  (
    | {
        stage: "preparing";
        buildFailed: string | null;
      }
    | { stage: "canary" }
    | { stage: "baking"; bake: Bake }
    | { stage: "asking"; about: "verdict"; since: number; judgement: Judgement; bake: Bake }
    | { stage: "asking"; about: "hosts"; since: number; judgement: Judgement | null }
    | { stage: "promoting"; by: Person | null; judgement: Judgement | null }
    | { stage: "rollingBack"; why: BackReason; judgement: Judgement | null }
    | { stage: "broken"; step: string; detail: string; why: BackReason | null; judgement: Judgement | null }
    | { stage: "ended"; outcome: Outcome; endedAt: number; why: BackReason | null; judgement: Judgement | null }
  );

export type Stage = Deploy["stage"];
export type At<S extends Stage> = Extract<Deploy, { stage: S }>;

/** The deploy after all of `facts`; null when there are none. Throws when the first one is not `requested`. */
export function fold(facts: Iterable<DeployFact>): Deploy | null {
  let deploy: Deploy | null = null;
  for (const fact of facts) deploy = advance(deploy, fact);
  return deploy;
}

/** The deploy after one more fact. */
export function advance(deploy: Deploy | null, fact: DeployFact): Deploy {
  return deploy === null ? begin(fact) : next(deploy, fact);
}

function begin(fact: DeployFact): Deploy {
  if (fact.kind !== "requested") throw new Error(`a deploy begins with "requested", not with "${fact.kind}"`);
  return {
    stage: "preparing",
    order: fact.order,
    version: 1,
    newestAt: fact.at,
    startedAt: fact.at,
    hosts: new Map(hostsOf(fact.order).map((host) => [host.name, { is: "unseen", attempts: 0 }])),
    previous: null,
    changes: null,
    marked: new Set(),
    compared: false,
    noted: null,
    bakes: 0,
    watch: null,
    lateAt: null,
    red: null,
    buildFailed: null,
  };
}

function next(before: Deploy, fact: DeployFact): Deploy {
  const newestAt = fact.kind === "clockSetBack" ? fact.at : Math.max(before.newestAt, fact.at);
  const deploy = { ...before, version: before.version + 1, newestAt };
  switch (fact.kind) {
    case "requested":
    // What people say of a check is for its record.
    case "falseAlarm":
      return deploy;
    case "preparing":
      return { ...deploy, hosts: afterPreparing(deploy.hosts, fact.hosts) };
    case "looked":
    case "notReached":
    case "prepared":
    case "notPrepared":
    case "switching":
    case "switched":
    case "notSwitched":
      return { ...deploy, hosts: afterFact(deploy.hosts, fact, deploy.order.release.name) };
    case "compared":
      return { ...deploy, previous: fact.previous, changes: fact.changes, compared: true };
    case "built":
      return deploy.stage === "preparing" ? { ...common(deploy), stage: "canary" } : deploy;
    case "buildFailed":
      return deploy.stage === "preparing" ? { ...deploy, buildFailed: fact.detail } : deploy;
    case "marked":
      return { ...deploy, marked: new Set([...deploy.marked, fact.which]) };
    case "noted":
      return deploy.stage === "canary" ? { ...deploy, noted: { monitors: fact.monitors, at: fact.at } } : deploy;
    case "bakeStarted":
      return bakeStarted(deploy, fact);
    case "measured":
      return deploy.stage === "baking"
        ? { ...deploy, bake: { ...deploy.bake, looks: [...deploy.bake.looks, fact] } }
        : deploy;
    case "judged":
      return judged(deploy, fact);
    case "asked":
      return deploy.stage === "promoting"
        ? { ...common(deploy), stage: "asking", about: "hosts", since: fact.at, judgement: deploy.judgement }
        : deploy;
    case "promoteOrdered":
      return promoted(deploy, fact.by);
    case "retryOrdered":
      return retried(deploy, fact.at);
    case "backOrdered":
      return deploy.stage === "ended" || deploy.stage === "rollingBack"
        ? deploy
        : { ...common(deploy), watch: null, stage: "rollingBack", why: fact.why, judgement: judgementOf(deploy) };
    case "broke":
      return deploy.stage === "ended"
        ? deploy
        : {
            ...common(deploy),
            stage: "broken",
            step: fact.step,
            detail: fact.detail,
            why: deploy.stage === "rollingBack" ? deploy.why : null,
            judgement: judgementOf(deploy),
          };
    case "alertedLate":
      return alertedLate(deploy, fact);
    case "watchEnded":
      return { ...deploy, watch: null };
    case "redEnded":
      return { ...deploy, red: null };
    case "clockSetBack":
      return onClock(deploy, fact);
    case "ended":
      return {
        ...common(deploy),
        stage: "ended",
        outcome: fact.outcome,
        endedAt: fact.at,
        why: deploy.stage === "rollingBack" ? deploy.why : null,
        judgement: judgementOf(deploy),
      };
  }
}

/** After the canary; or after a batch, while the fleet is switched. */
function bakeStarted(deploy: Deploy, { at, batch }: FactOf<"bakeStarted">): Deploy {
  if (deploy.stage !== (batch === undefined ? "canary" : "promoting")) return deploy;
  return baking({ ...deploy, bakes: batch === undefined ? 0 : batch + 1 }, at);
}

function judged(deploy: Deploy, { at, judgement }: FactOf<"judged">): Deploy {
  if (deploy.stage !== "baking") return deploy;
  const { bake, order } = deploy;
  switch (judgement.verdict) {
    case "pass": {
      const watch = monitorsChecks(order).length > 0 ? { passedAt: at, bake } : null;
      return { ...common(deploy), watch, stage: "promoting", by: null, judgement };
    }
    case "fail": {
      const decisive = monitorsChecks(order).map(({ name }) => name);
      const red = redOf(
        judgement.results.filter(({ check }) => decisive.includes(check)),
        at,
      );
      return { ...common(deploy), red, stage: "rollingBack", why: { kind: "verdict" }, judgement };
    }
    case "inconclusive":
      return { ...common(deploy), stage: "asking", about: "verdict", since: at, judgement, bake };
  }
}

/** While the fleet is being switched it goes back; what has ended, or was stopped by a fault, is left to people. */
function alertedLate(deploy: Deploy, { at, results }: FactOf<"alertedLate">): Deploy {
  if (deploy.watch === null) return deploy;
  const late = (result: CheckResult) => results.find(({ check }) => check === result.check) ?? result;
  const passed = judgementOf(deploy)?.results ?? [];
  const judgement: Judgement = { verdict: "fail", results: passed.map(late) };
  const alerted = { ...common(deploy), watch: null, lateAt: at, red: redOf(results, at) };
  if (deploy.stage === "ended" || deploy.stage === "broken") return { ...deploy, ...alerted, judgement };
  return { ...alerted, stage: "rollingBack", why: { kind: "lateAlert" }, judgement };
}

/** Without a person it only follows when there is no canary to bake. */
function promoted(deploy: Deploy, by: Person | null): Deploy {
  const from = deploy.stage;
  const asked = from === "asking" && deploy.about === "verdict";
  const wayBack = from === "preparing" && deploy.order.kind === "rollback";
  if (from !== "canary" && from !== "baking" && !asked && !wayBack) return deploy;
  return { ...common(deploy), stage: "promoting", by, judgement: judgementOf(deploy) };
}

/** Bake once more after a verdict that could not tell; the failed hosts once more after a batch, or after a fault on the way back. */
function retried(deploy: Deploy, at: number): Deploy {
  const broken = deploy.stage === "broken" && deploy.order.kind === "rollback";
  if (deploy.stage !== "asking" && !broken) return deploy;
  if (deploy.stage === "asking" && deploy.about === "verdict") return baking(deploy, at);
  const hosts = new Map([...deploy.hosts].map(([name, state]) => [name, tryAgain(state)]));
  const again = { ...common(deploy), hosts, judgement: deploy.judgement };
  return deploy.stage === "broken" && deploy.why
    ? { ...again, stage: "rollingBack", why: deploy.why }
    : { ...again, stage: "promoting", by: null };
}

function baking(deploy: Deploy, startedAt: number): Deploy {
  const { monitors: noted, at: notedAt } = deploy.noted ?? { monitors: {}, at: startedAt };
  return { ...common(deploy), stage: "baking", bake: { startedAt, noted, notedAt, looks: [] } };
}

function judgementOf(deploy: Deploy): Judgement | null {
  return "judgement" in deploy ? deploy.judgement : null;
}

function common(deploy: Deploy): Common {
  const { order, version, newestAt, startedAt, hosts, previous, changes, compared, marked } = deploy;
  const { noted, bakes, watch, lateAt, red } = deploy;
  const stands = { order, version, newestAt, startedAt, hosts, previous, changes, compared, marked };
  return { ...stands, noted, bakes, watch, lateAt, red };
}
