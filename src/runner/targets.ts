// Targets as the journal tells of them. Reads on from where it stopped, so that a long history costs nothing. Knows no rule.

import type { Target } from "../deploy/order.ts";
import { targetFact } from "../locks/facts.ts";
import { foldTarget, freeTarget, type TargetState } from "../locks/fold.ts";
import type { Journal } from "../ports/journal.ts";
import { parseFacts, targetStream } from "./stored.ts";

export class Targets {
  #journal: Journal;
  #known = new Map<string, TargetState>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  async read(target: Target): Promise<TargetState> {
    return this.#readStream(targetStream(target));
  }

  /** Every target that has a history. */
  async all(): Promise<Target[]> {
    const streams = await this.#journal.streams("target/");
    return streams.map((stream) => {
      const [, service = "", environment = ""] = stream.split("/");
      return { service, environment };
    });
  }

  async #readStream(stream: string): Promise<TargetState> {
    const known = this.#known.get(stream) ?? freeTarget;
    const recorded = await this.#journal.read(stream, known.version);
    const state = foldTarget(parseFacts(stream, recorded, targetFact), known);
    this.#known.set(stream, state);
    return state;
  }
}
