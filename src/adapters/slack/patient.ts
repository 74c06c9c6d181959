// Slack's client for what may be asked again without harm, and cannot be done without: waits for as long as Slack says, and tries again what may pass. Knows no method.

import { type WebAPICallResult, WebClient, type WebClientOptions } from "@slack/web-api";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { ThreadTrouble } from "../../ports/thread.ts";
import { troubleOf } from "./troubles.ts";

/** How long one call is tried at most, from its first failure on. An address at which nobody is is more often wrong than early. */
const TRIED_FOR_MS: Partial<Record<ThreadTrouble, number>> = {
  rateLimited: 15 * 60_000,
  unknown: 60_000,
  unreachable: 5_000,
};
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

export class PatientClient extends WebClient {
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(token: string, options: WebClientOptions, { clock, log }: { clock: Clock; log: Log }) {
    super(token, options);
    this.#clock = clock;
    this.#log = log;
  }

  /** Every method of the client comes through here. */
  override async apiCall(method: string, options?: Record<string, unknown>): Promise<WebAPICallResult> {
    let failedAt: number | null = null;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        return await super.apiCall(method, options);
      } catch (error) {
        const { trouble, detail, retryAfterMs = pauseMs } = troubleOf(error);
        const now = this.#clock.now();
        failedAt ??= now;
        if (now + retryAfterMs > failedAt + (TRIED_FOR_MS[trouble] ?? 0)) throw error;
        this.#log.warn("Slack is asked again before the start", { method, detail, inMs: retryAfterMs });
        await this.#clock.until(now + retryAfterMs);
      }
    }
  }
}
