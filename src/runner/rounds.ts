// Gathers what is asked at nearly the same moment and hands it on together. Knows nothing of what it gathers.

import type { Clock } from "../ports/clock.ts";

export interface Asker<Q, A> {
  question: Q;
  /** Aborts when nobody waits for this answer any more. */
  signal: AbortSignal;
  /** Takes the answer over once it is there. */
  answer(coming: Promise<A>): void;
}

export class Rounds<Q, A> {
  #open: Asker<Q, A>[] = [];
  #allGone = new AbortController();
  readonly #clock: Clock;
  readonly #forMs: number;
  readonly #answerAll: (askers: Asker<Q, A>[]) => void;

  /** `answerAll` gets those who still wait, `forMs` after the first of them came. */
  constructor(clock: Clock, forMs: number, answerAll: (askers: Asker<Q, A>[]) => void) {
    this.#clock = clock;
    this.#forMs = forMs;
    this.#answerAll = answerAll;
  }

  /** Resolves to the answer, or to `instead` as soon as `signal` aborts. Rejects where the answer does. */
  join(question: Q, signal: AbortSignal, instead: A): Promise<A> {
    if (signal.aborted) return Promise.resolve(instead);
    return new Promise<A>((resolve, reject) => {
      const giveUp = () => {
        resolve(instead);
        if (this.#open.every((one) => one.signal.aborted)) this.#allGone.abort();
      };
      const forget = () => signal.removeEventListener("abort", giveUp);
      signal.addEventListener("abort", giveUp, { once: true });
      this.#open.push({
        question,
        signal,
        answer: (coming) => void coming.then(resolve, reject).then(forget),
      });
      if (this.#open.length === 1) void this.#gather();
    });
  }

  async #gather(): Promise<void> {
    this.#allGone = new AbortController();
    await this.#clock.until(this.#clock.now() + this.#forMs, this.#allGone.signal);
    const askers = this.#open.filter(({ signal }) => !signal.aborted);
    this.#open = [];
    if (askers.length > 0) this.#answerAll(askers);
  }
}

/** Does `work` with a signal that aborts once all of these have: one of several who share it stops nothing. */
export async function whileWanted<T>(
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const unwanted = new AbortController();
  const look = () => {
    if (signals.every(({ aborted }) => aborted)) unwanted.abort();
  };
  for (const signal of signals) signal.addEventListener("abort", look);
  try {
    look();
    return await work(unwanted.signal);
  } finally {
    for (const signal of signals) signal.removeEventListener("abort", look);
  }
}
