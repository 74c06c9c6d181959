// Time that passes only when nobody has anything else to do: days of waiting take as long as the work in between. Knows no bot.

import type { Clock } from "../../src/ports/clock.ts";

interface Waiter {
  at: number;
  wake(): void;
}

/** A bot's own view of the time. Once it is stopped, nothing wakes who looks at it. */
export interface StoppableClock extends Clock {
  stop(): void;
}

/** More than any work takes that comes to an end: whoever goes round in circles is stopped here. */
const MOST_MOMENTS = 20_000;

export class IdleTime {
  #now: number;
  #moments = 0;
  #busy = 0;
  #checking = false;
  #waiting = new Set<Waiter>();
  #quiet: (() => void)[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** Moves on at once; never back. */
  passTo(at: number): void {
    this.#now = Math.max(this.#now, at);
  }

  /** No time passes meanwhile. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
      this.#check();
    }
  }

  /** Resolves once nobody works and nobody waits for a time: nothing more will happen by itself. True when somebody still waits for something else. */
  async untilQuiet(): Promise<boolean> {
    await new Promise<void>((resolve) => {
      this.#quiet.push(resolve);
      this.#check();
    });
    return this.#waiting.size > 0;
  }

  clock(): StoppableClock {
    const own = new Set<Waiter>();
    let stopped = false;
    return {
      now: () => this.#now,
      until: (at, signal) => {
        if (stopped) return new Promise(() => {});
        if (at <= this.#now || signal?.aborted) return Promise.resolve();
        return new Promise((resolve) => {
          const forget = () => {
            this.#waiting.delete(waiter);
            own.delete(waiter);
            signal?.removeEventListener("abort", waiter.wake);
          };
          const waiter = {
            at,
            wake: () => {
              forget();
              if (!stopped) resolve();
              this.#check();
            },
          };
          this.#waiting.add(waiter);
          own.add(waiter);
          signal?.addEventListener("abort", waiter.wake, { once: true });
          this.#check();
        });
      },
      stop: () => {
        stopped = true;
        for (const waiter of own) this.#waiting.delete(waiter);
        this.#check();
      },
    };
  }

  /** After all that follows from what has just been done. */
  #check(): void {
    if (this.#checking || this.#busy > 0) return;
    this.#checking = true;
    setImmediate(() => {
      this.#checking = false;
      if (this.#busy === 0) this.#passOn();
    });
  }

  #passOn(): void {
    const next = Math.min(Number.POSITIVE_INFINITY, ...[...this.#waiting].map(({ at }) => at));
    this.#moments += 1;
    if (next === Number.POSITIVE_INFINITY || this.#moments > MOST_MOMENTS) {
      for (const resolve of this.#quiet.splice(0)) resolve();
      return;
    }
    this.#now = Math.max(this.#now, next);
    for (const waiter of [...this.#waiting]) if (waiter.at <= this.#now) waiter.wake();
  }
}
