// How long a deploy was in which stage, by its facts. Reads on where it stopped. Pure.

import type { DeployFact } from "../deploy/facts.ts";
import { advance, type Deploy, type Stage } from "../deploy/fold.ts";

/** These say what is so with hosts, of which a deploy may have thousands, and never change its stage. */
const OF_HOSTS = new Set<DeployFact["kind"]>([
  "looked",
  "notReached",
  "preparing",
  "prepared",
  "notPrepared",
  "switching",
  "switched",
  "notSwitched",
]);

export interface InStage {
  stage: Stage;
  /** In ms since 1970. */
  since: number;
}

export class StageReader {
  #deploy: Deploy | null = null;
  #seen = 0;
  #current: InStage | null = null;

  /** What it is in now; null before its first fact. */
  get current(): InStage | null {
    return this.#current;
  }

  /** The stages that were left in those of `facts` (all of a deploy's, from the first one) that it has not read before. */
  read(facts: readonly DeployFact[]): { stage: Stage; seconds: number }[] {
    const left = facts.slice(this.#seen).flatMap((fact) => this.#take(fact) ?? []);
    this.#seen = facts.length;
    return left;
  }

  #take(fact: DeployFact): { stage: Stage; seconds: number } | null {
    if (OF_HOSTS.has(fact.kind)) return null;
    this.#deploy = advance(this.#deploy, fact);
    const before = this.#current;
    const { stage } = this.#deploy;
    if (before?.stage === stage) return null;
    this.#current = { stage, since: fact.at };
    // Clocks of two processes may differ.
    return before && { stage: before.stage, seconds: Math.max(0, fact.at - before.since) / 1_000 };
  }
}
