// Streams of facts with the state that they fold to: read on from where the last reading stopped, and changed by rules. Knows no fact by name.

import type { z } from "zod";
import type { Refusal } from "../deploy/refusals.ts";
import type { Decided } from "../locks/decided.ts";
import type { Clock } from "../ports/clock.ts";
import type { Journal, StoredFact, StreamName, Write } from "../ports/journal.ts";
import { parseFacts } from "./stored.ts";

/** What the facts of one kind of stream are, and what they fold to. */
export interface Kind<S extends { version: number }, F extends StoredFact> {
  schema: z.ZodType<F>;
  empty: S;
  fold: (facts: Iterable<F>, from: S) => S;
}

/** `facts` are those that were appended, `state` is what they lead to. */
export type Changed<S, F> = { ok: true; state: S; facts: F[] } | { ok: false; refusal: Refusal };

/** With what else belongs into the same append. */
export type Change<F> = Decided<F> & { also?: Write[] };

/** Each lost race was won by somebody, so it ends; and nobody waits for ever. */
const ATTEMPTS = 1_000;

export class Folded<S extends { version: number }, F extends StoredFact> {
  #journal: Journal;
  #clock: Clock;
  #kind: Kind<S, F>;
  #known = new Map<StreamName, S>();
  #gaps: number;
  #turns = new Map<StreamName, Promise<unknown>>();

  constructor({ journal, clock }: { journal: Journal; clock: Clock }, kind: Kind<S, F>) {
    this.#journal = journal;
    this.#clock = clock;
    this.#kind = kind;
    this.#gaps = journal.gaps();
  }

  /** The newest state there is. */
  async read(stream: StreamName): Promise<S> {
    const gaps = this.#forgetLost();
    const known = this.#known.get(stream) ?? this.#kind.empty;
    const recorded = await this.#journal.read(stream, known.version);
    if (this.#journal.gaps() !== gaps) return this.read(stream);
    return this.#learn(stream, this.#kind.fold(parseFacts(stream, recorded, this.#kind.schema), known));
  }

  /**
   * Decides and appends at the version that was decided on. It begins with what this process knows, so that it costs one round trip in the usual case:
   * the append fails when that is not the newest. A refusal is only ever said on the newest. `decide` may be asked again and again.
   */
  change(
    stream: StreamName,
    decide: (state: S, now: number) => Change<F> | Promise<Change<F>>,
  ): Promise<Changed<S, F>> {
    return this.#inTurn(stream, async () => {
      let gaps = this.#forgetLost();
      const known = this.#known.get(stream);
      let state = known ?? (await this.read(stream));
      let newest = known === undefined;
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const decided = await decide(state, this.#clock.now());
        // Of this state alone: somebody else who reads may have noticed the gap first.
        const lost = this.#journal.gaps() !== gaps;
        if (!decided.ok && newest && !lost) return decided;
        let moved = false;
        if (decided.ok && !lost) {
          const { facts, also = [] } = decided;
          const appended = await this.#journal.append([{ stream, expected: state.version, facts }, ...also]);
          if (appended.ok) return { ok: true, state: this.#learn(stream, this.#kind.fold(facts, state)), facts };
          moved = appended.moved === stream;
        }
        const { version } = state;
        gaps = this.#forgetLost();
        state = await this.read(stream);
        // Nothing newer: the store was restarted and has lost the end of what this process knows.
        if (moved && state.version === version) state = await this.#readAgain(stream);
        newest = true;
      }
      return { ok: false, refusal: { kind: "movedOn" } };
    });
  }

  /** What this process knows from before a gap is read again before anything is decided on it. How many gaps there were until now. */
  #forgetLost(): number {
    const gaps = this.#journal.gaps();
    if (gaps !== this.#gaps) this.#known.clear();
    this.#gaps = gaps;
    return gaps;
  }

  #readAgain(stream: StreamName): Promise<S> {
    this.#known.delete(stream);
    return this.read(stream);
  }

  /** Somebody else may have read on further in the meantime. */
  #learn(stream: StreamName, state: S): S {
    const known = this.#known.get(stream);
    const newest = known && known.version > state.version ? known : state;
    this.#known.set(stream, newest);
    return newest;
  }

  /** One change after the other: those of this process need not race each other. */
  #inTurn<T>(stream: StreamName, work: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(stream) ?? Promise.resolve()).then(work, work);
    const over = turn.then(
      () => undefined,
      () => undefined,
    );
    this.#turns.set(stream, over);
    void over.then(() => this.#turns.get(stream) === over && this.#turns.delete(stream));
    return turn;
  }
}
