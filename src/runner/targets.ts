// Targets and freezes as the journal tells of them. Knows no rule.

import type { Target } from "../deploy/order.ts";
import { type TargetFact, targetFact } from "../locks/facts.ts";
import { foldTarget, freeTarget, type TargetState } from "../locks/fold.ts";
import { type FreezeFact, type FreezesState, foldFreezes, freezeFact, nothingFrozen } from "../locks/freezes.ts";
import type { Clock } from "../ports/clock.ts";
import type { Journal } from "../ports/journal.ts";
import { type Change, type Changed, Folded } from "./folded.ts";
import { FREEZES, targetOf, targetStream } from "./stored.ts";

type Needs = { journal: Journal; clock: Clock };

export class Targets {
  #journal: Journal;
  #folded: Folded<TargetState, TargetFact>;

  constructor(needs: Needs) {
    this.#journal = needs.journal;
    this.#folded = new Folded(needs, { schema: targetFact, empty: freeTarget, fold: foldTarget });
  }

  read(target: Target): Promise<TargetState> {
    return this.#folded.read(targetStream(target));
  }

  /** Decides on the target as it stands and appends, with what else belongs to it; again when somebody was faster. */
  change(
    target: Target,
    decide: (state: TargetState, now: number) => Change<TargetFact> | Promise<Change<TargetFact>>,
  ): Promise<Changed<TargetState, TargetFact>> {
    return this.#folded.change(targetStream(target), decide);
  }

  /** Every target that has a history. */
  async all(): Promise<Target[]> {
    const streams = await this.#journal.streams("target/");
    return streams.flatMap((stream) => targetOf(stream) ?? []);
  }
}

export class Freezes {
  #folded: Folded<FreezesState, FreezeFact>;

  constructor(needs: Needs) {
    this.#folded = new Folded(needs, { schema: freezeFact, empty: nothingFrozen, fold: foldFreezes });
  }

  read(): Promise<FreezesState> {
    return this.#folded.read(FREEZES);
  }

  change(decide: (state: FreezesState, now: number) => Change<FreezeFact>): Promise<Changed<FreezesState, FreezeFact>> {
    return this.#folded.change(FREEZES, decide);
  }
}
