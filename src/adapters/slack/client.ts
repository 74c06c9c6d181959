// Slack's own client, as everything here uses it: no retries of its own, a limit in time, and within the rates that Slack publishes. Knows no message.

import { type WebAPICallResult, WebAPIRateLimitedError, WebClient, type WebClientOptions } from "@slack/web-api";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { Meters } from "../../ports/meters.ts";
import { Limits } from "./limits.ts";
import { boltLogger } from "./logger.ts";
import { measuredFetch } from "./measured.ts";

/** When Slack limits and does not say until when. */
const OWN_PAUSE_S = "5";

/** No retries: a post that is tried again after an unclear failure could stand there twice. */
export const clientOptions = (apiUrl: string, log: Log, meters?: Meters): WebClientOptions => ({
  slackApiUrl: apiUrl,
  logger: boltLogger(log, { quiet: true }),
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  timeout: 10_000,
  fetch: withPause(meters ? measuredFetch(apiUrl, meters) : fetch),
});

/** To Slack's client a limit without a time is an error like any other. */
function withPause(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const answer = await send(input, init);
    const { status } = answer;
    if (status !== 429 || /^[1-9]\d*$/.test(answer.headers.get("retry-after") ?? "")) return answer;
    return new Response(await answer.text(), { status, headers: { "retry-after": OWN_PAUSE_S } });
  };
}

/** Both share the limits of the process; what goes through `urgent` goes first. */
export interface SlackClients {
  usual: WebClient;
  urgent: WebClient;
}

export function slackClients(token: string, options: WebClientOptions, { clock, log }: { clock: Clock; log: Log }) {
  const limits = new Limits(clock, log);
  return {
    usual: new PacedClient(token, options, { limits, urgent: false }),
    urgent: new PacedClient(token, options, { limits, urgent: true }),
  } satisfies SlackClients;
}

class PacedClient extends WebClient {
  readonly #limits: Limits;
  readonly #urgent: boolean;

  constructor(token: string, options: WebClientOptions, { limits, urgent }: { limits: Limits; urgent: boolean }) {
    super(token, options);
    this.#limits = limits;
    this.#urgent = urgent;
  }

  /** Every method of the client comes through here. Rejects with `OverLimit`, too. */
  override async apiCall(method: string, options?: Record<string, unknown>): Promise<WebAPICallResult> {
    const channel = typeof options?.channel === "string" ? options.channel : undefined;
    const wanted = { method, channel, urgent: this.#urgent };
    await this.#limits.turn(wanted);
    try {
      return await super.apiCall(method, options);
    } catch (error) {
      if (error instanceof WebAPIRateLimitedError) this.#limits.refused(wanted, error.retryAfter * 1_000);
      throw error;
    }
  }
}
