// Attempts at work that goes on by itself. What fails again and again, such as on a stream that cannot be read, is tried more and more seldom and said once for
// each reason. Knows nothing of the work.

import { StoreUnreachable } from "../ports/journal.ts";
import { LostFacts } from "./deployLog.ts";
import { Pacing } from "./pacing.ts";
import type { Parts } from "./parts.ts";

/** Resolves to true when it is done; to false when somebody else does it for now. */
export type Work = (stopping: AbortSignal) => Promise<boolean>;

/** What has gone on for so long is well again. */
const WELL_AFTER_MS = 60_000;

export class Attempts {
  readonly #parts: Pick<Parts, "clock" | "log">;
  readonly #about: Record<string, string>;
  readonly #pacing: Pacing;
  /** Why it fails, as it was said last; null while it does not. */
  #said: string | null = null;

  /** `about` names the work in the log. */
  constructor(parts: Pick<Parts, "clock" | "log">, about: Record<string, string>) {
    this.#parts = parts;
    this.#about = about;
    this.#pacing = new Pacing(parts.clock);
  }

  /** Until it is done or `stopping` aborts; again after `againMs`, or after what failing asks for if that is longer. Never rejects. */
  async untilDone(work: Work, againMs: number, stopping: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    while (!stopping.aborted) {
      if (await this.#attempt(work, stopping)) return;
      await clock.until(Math.max(clock.now() + againMs, this.#pacing.retryAt()), stopping);
    }
  }

  async #attempt(work: Work, stopping: AbortSignal): Promise<boolean> {
    const ended = new AbortController();
    if (this.#said !== null) void this.#wellIfItGoesOn(AbortSignal.any([stopping, ended.signal]));
    try {
      const done = await work(stopping);
      if (done) this.#well();
      return done;
    } catch (error) {
      this.#failed(error);
      return false;
    } finally {
      ended.abort();
    }
  }

  async #wellIfItGoesOn(ended: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    await clock.until(clock.now() + WELL_AFTER_MS, ended);
    if (!ended.aborted) this.#well();
  }

  #failed(error: unknown): void {
    const { log } = this.#parts;
    // The store's own adapter has said so already, once.
    if (error instanceof StoreUnreachable || error instanceof LostFacts) {
      log.debug("waiting for the store", this.#about);
      return;
    }
    this.#pacing.failed();
    const reason = String(error);
    const about = { ...this.#about, error };
    if (reason === this.#said) log.debug("work that goes on by itself failed again", about);
    else log.error("work that goes on by itself failed; it is tried again, more and more seldom", about);
    this.#said = reason;
  }

  #well(): void {
    if (this.#said !== null) this.#parts.log.info("work that had failed is well again", this.#about);
    this.#said = null;
    this.#pacing.succeeded();
  }
}
