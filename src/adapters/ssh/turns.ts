// Whoever wants the same thing gets it one after the other, in the order of asking. Knows nothing of what is done.

/** Gives the turn to the next one. */
export type Done = () => void;

export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Resolves when it is the caller's turn; null when `signal` ended the waiting, and nothing has to be given back then. */
  async take(key: string, signal: AbortSignal): Promise<Done | null> {
    const before = this.#last.get(key);
    let done: Done = () => {};
    const mine = new Promise<void>((resolve) => {
      done = resolve;
    });
    const last = (before ?? Promise.resolve()).then(() => mine);
    this.#last.set(key, last);
    void last.then(() => {
      if (this.#last.get(key) === last) this.#last.delete(key);
    });
    if (before) await orAborted(before, signal);
    if (!signal.aborted) return done;
    done();
    return null;
  }
}

function orAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      signal.removeEventListener("abort", end);
      resolve();
    };
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
    void work.then(end);
  });
}
