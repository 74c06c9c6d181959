// Slack's client for what may be asked again without harm, and cannot be done without: waits for as long as Slack says, and tries again what may pass, for ever. Knows no method.

import { type WebAPICallResult, WebClient, type WebClientOptions } from "@slack/web-api";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { ThreadTrouble } from "../../ports/thread.ts";
import { troubleOf } from "./troubles.ts";

/** Anything else is Slack's own no. */
const MAY_PASS: readonly ThreadTrouble[] = ["rateLimited", "unknown", "unreachable"];
const FIRST_PAUSE_MS = 500;
const GROWS_BY = 1.5;
const LONGEST_PAUSE_MS = 10_000;

interface Around {
  clock: Clock;
  log: Log;
  /** Nobody waits for it any more: rejects with what was wrong last. */
  stopping: AbortSignal;
}

export class PatientClient extends WebClient {
  readonly #around: Around;
  /** What is wrong, as it was said last; null while nothing is. */
  #said: string | null = null;

  constructor(token: string, options: WebClientOptions, around: Around) {
    super(token, options);
    this.#around = around;
  }

  /** Every method of the client comes through here. */
  override async apiCall(method: string, options?: Record<string, unknown>): Promise<WebAPICallResult> {
    const { clock, stopping } = this.#around;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(GROWS_BY * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        const answer = await super.apiCall(method, options);
        this.#well();
        return answer;
      } catch (error) {
        const { trouble, detail, retryAfterMs = pauseMs } = troubleOf(error);
        if (!MAY_PASS.includes(trouble)) throw error;
        this.#failed(detail, { method, inMs: Math.round(retryAfterMs) });
        await clock.until(clock.now() + retryAfterMs, stopping);
        if (stopping.aborted) throw error;
      }
    }
  }

  #failed(detail: string, about: { method: string; inMs: number }): void {
    const { log } = this.#around;
    if (detail === this.#said) log.debug("Slack still does not let the bot in", { ...about, detail });
    else
      log.warn("Slack does not let the bot in yet; it is asked again and again, and deploys go on meanwhile", {
        ...about,
        detail,
      });
    this.#said = detail;
  }

  #well(): void {
    if (this.#said !== null) this.#around.log.info("Slack answers again");
    this.#said = null;
  }
}
