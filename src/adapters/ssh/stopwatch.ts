// How much of its time a call has left. Stands still while the call waits for somebody else. Knows nothing of what is timed.

export class Stopwatch {
  readonly limitMs: number;
  #usedMs = 0;
  #since: number | null = null;

  constructor(limitMs: number) {
    this.limitMs = limitMs;
  }

  get leftMs(): number {
    const running = this.#since === null ? 0 : performance.now() - this.#since;
    return Math.max(0, this.limitMs - this.#usedMs - running);
  }

  go(): void {
    this.#since ??= performance.now();
  }

  halt(): void {
    this.#usedMs = this.limitMs - this.leftMs;
    this.#since = null;
  }
}
