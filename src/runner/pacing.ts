// When something is tried again: updates of one message not faster than they can be read, what fails with a growing pause. Knows neither.

import type { Clock } from "../ports/clock.ts";

const BETWEEN_UPDATES_MS = 1_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

export class Pacing {
  #clock: Clock;
  #updatedAt = 0;
  #failures = 0;
  #retryAt = 0;
  /** When that was said. */
  #saidAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async beforeUpdate(stop: AbortSignal): Promise<void> {
    await this.#clock.until(Math.min(this.#updatedAt, this.#clock.now()) + BETWEEN_UPDATES_MS, stop);
    this.#updatedAt = this.#clock.now();
  }

  succeeded(): void {
    this.#failures = 0;
    this.#retryAt = 0;
  }

  /** With a time that was said, exactly so long: the other side knows. */
  failed(retryAfterMs?: number): void {
    const pause = retryAfterMs ?? Math.min(FIRST_PAUSE_MS * 2 ** this.#failures++, LONGEST_PAUSE_MS);
    this.#saidAt = this.#clock.now();
    this.#retryAt = this.#saidAt + pause;
  }

  /** Not again before so long. */
  pause(ms: number): void {
    const before = this.retryAt();
    this.#saidAt = this.#clock.now();
    this.#retryAt = Math.max(before, this.#saidAt + ms);
  }

  /** Milliseconds since 1970. */
  retryAt(): number {
    // A clock that was set back must not make anybody wait for the time it had.
    return this.#clock.now() < this.#saidAt ? 0 : this.#retryAt;
  }
}
