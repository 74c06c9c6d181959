// The last deploys of a target that baked, as the journal tells of them: on which hosts, from when to when, and whether the change stayed. Reads, and
// never writes.

import type { Look, Watched } from "../canary/readings.ts";
import type { CheckResult } from "../canary/verdict.ts";
import { bakeEnd } from "../deploy/bake.ts";
import { endingOf } from "../deploy/ending.ts";
import { type DeployFact, deployFact } from "../deploy/facts.ts";
import { advance, type Deploy } from "../deploy/fold.ts";
import type { Order, Target } from "../deploy/order.ts";
import { targetFact } from "../locks/facts.ts";
import type { Journal } from "../ports/journal.ts";
import { deployStream, parseFacts, targetStream } from "../runner/stored.ts";

/**
 * `stayed`: it was deployed, maybe on all but a few hosts, and not taken back. `stopped`: it went back because of a verdict, a late alert or because a person said so. `takenBack`: it was deployed, and the next deploy
 * was a rollback. `otherwise`: a host failed, nobody answered: that says nothing about the change.
 */
export type Ending = "stayed" | "stopped" | "takenBack" | "otherwise";

/** Times in ms since 1970. */
export interface Past {
  deploy: string;
  order: Order;
  startedAt: number;
  /** When the canary stopped being watched: at the verdict, or when somebody said what to do. */
  endedAt: number;
  /** Whether the bake went on to its end; data of a canary that went back earlier ends there. */
  whole: boolean;
  /** What the bot itself saw, for checks that cannot be asked again. */
  seen: { looks: readonly Look[]; noted: Record<string, Watched[] | null>; notedAt: number };
  /** What alerted after the bake, and when that was heard of. */
  late?: { at: number; results: CheckResult[] } | undefined;
  ending: Ending;
}

/** Newest first, at most `last`; deploys that are not over and those without a canary are passed over. */
export async function lastBakes(
  journal: Pick<Journal, "read">,
  target: Target,
  last: number,
): Promise<{ bakes: Past[]; without: number }> {
  const stream = targetStream(target);
  const ended = parseFacts(stream, await journal.read(stream), targetFact).filter(({ kind }) => kind === "deployEnded");
  const bakes: Past[] = [];
  let without = 0;
  let next: Deploy | null = null;
  for (const fact of ended.reverse()) {
    if (bakes.length === last || fact.kind !== "deployEnded") break;
    const own = deployStream(fact.deploy);
    const facts = parseFacts(own, await journal.read(own), deployFact);
    const read = pastOf(facts, next);
    if (read.past) bakes.push(read.past);
    else without += 1;
    next = read.deploy;
  }
  return { bakes, without };
}

/** `next` is the deploy after it, null when there is none yet. */
export function pastOf(facts: DeployFact[], next: Deploy | null): { past: Past | null; deploy: Deploy | null } {
  let deploy: Deploy | null = null;
  let bake = null as Pick<Past, "startedAt" | "endedAt" | "seen"> | null;
  for (const fact of facts) {
    // What is baked between batches is not a canary.
    const baked: boolean = deploy?.stage === "baking" && deploy.bakes === 0;
    deploy = advance(deploy, fact);
    if (deploy.stage === "baking" && deploy.bakes === 0) {
      const { startedAt, ...seen } = deploy.bake;
      bake = { startedAt, endedAt: Number.POSITIVE_INFINITY, seen };
    } else if (baked && bake !== null) bake = { ...bake, endedAt: fact.at };
  }
  const late = facts.find((fact) => fact.kind === "alertedLate");
  if (deploy?.stage !== "ended" || bake === null) return { past: null, deploy };
  const { order } = deploy;
  const whole = bakeEnd(bake, order.bake) <= bake.endedAt;
  return { past: { deploy: order.deploy, order, ...bake, whole, late, ending: againstNext(deploy, next) }, deploy };
}

function againstNext(deploy: Deploy, next: Deploy | null): Ending {
  switch (endingOf(deploy)) {
    case "back":
      return "stopped";
    case "unknown":
      return "otherwise";
    case "out": {
      const back = next?.stage === "ended" && next.order.kind === "rollback" && next.outcome !== "untouched";
      // On some hosts, what the target runs is put there again: that takes back nothing but another deploy that was on some.
      return back && (deploy.order.partial || !next.order.partial) ? "takenBack" : "stayed";
    }
  }
}
