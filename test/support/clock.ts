// A clock that stands still until a test moves it.

import type { Clock } from "../../src/ports/clock.ts";

export class ManualClock implements Clock {
  #now = 0;
  #waiting: { at: number; wake: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  until(at: number, signal?: AbortSignal): Promise<void> {
    if (at <= this.#now || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = () => {
        this.#waiting = this.#waiting.filter((one) => one !== waiter);
        waiter.wake();
      };
      const waiter = {
        at,
        wake: () => {
          signal?.removeEventListener("abort", stop);
          resolve();
        },
      };
      this.#waiting.push(waiter);
      signal?.addEventListener("abort", stop);
    });
  }

  /** As somebody does who corrects the machine's clock: whoever waits goes on for as long as they would have. */
  setBack(ms: number): void {
    this.#now -= ms;
    for (const one of this.#waiting) one.at -= ms;
  }

  /** As a process that was stopped sees it: nobody's time has been noticed yet. */
  sleep(ms: number): void {
    this.#now += ms;
  }

  /** Moves on, waking everybody whose time has come, in order, and lets them work before the next one is woken. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#waiting.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#now = Math.max(this.#now, next.at);
      this.#waiting = this.#waiting.filter((one) => one !== next);
      next.wake();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#now = end;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
