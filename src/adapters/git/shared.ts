// Work that is done once for everybody who asks for it meanwhile, and that ends when the last of them has gone. Knows no git.

import { GitProblem } from "./git.ts";

interface Running<T> {
  result: Promise<T>;
  cancel: AbortController;
  askers: number;
}

export class SharedWork<T> {
  readonly #running = new Map<string, Running<T>>();

  /**
   * Joins the work that goes on under `key`, or begins it. Rejects with `timedOut` as soon as `signal` aborts: the work itself may then take a
   * moment longer to end.
   */
  async join(key: string, signal: AbortSignal, begin: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (signal.aborted) throw stopped();
    const running = this.#running.get(key) ?? this.#begin(key, begin);
    running.askers += 1;
    try {
      return await orStopped(running.result, signal);
    } finally {
      running.askers -= 1;
      if (running.askers === 0) this.#end(key, running);
    }
  }

  #begin(key: string, begin: (signal: AbortSignal) => Promise<T>): Running<T> {
    const cancel = new AbortController();
    const running: Running<T> = { result: begin(cancel.signal), cancel, askers: 0 };
    running.result.catch(() => {});
    this.#running.set(key, running);
    return running;
  }

  /** Taken off the list first: whoever comes now begins anew instead of joining work that is being stopped. */
  #end(key: string, running: Running<T>): void {
    if (this.#running.get(key) === running) this.#running.delete(key);
    running.cancel.abort();
  }
}

function orStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(stopped());
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

function stopped(): GitProblem {
  return new GitProblem("timedOut", "stopped while git was at work");
}
