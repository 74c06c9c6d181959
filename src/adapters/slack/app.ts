// The Slack app: Bolt in Socket Mode or HTTP mode, started and stopped. What it listens to is in listeners.ts.

import type { RequestListener } from "node:http";
import { App, HTTPReceiver, SocketModeReceiver } from "@slack/bolt";
import type { WebClientOptions } from "@slack/web-api";
import type { Answerer } from "../../chat/entry.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import { listen } from "./listeners.ts";
import { boltLogger } from "./logger.ts";
import type { Identity } from "./startCheck.ts";

export interface SlackSettings {
  botToken: string;
  appToken?: string | undefined;
  signingSecret?: string | undefined;
  apiUrl: string;
}

export interface SlackApp {
  /** HTTP mode: what to mount for Slack's requests; null in Socket Mode. */
  listener: RequestListener | null;
  /** Socket Mode: whether a socket is open; true in HTTP mode. */
  connected(): boolean;
  start(): Promise<void>;
  /** No new work from here on; resolves when what was begun has been answered. */
  stop(): Promise<void>;
}

/** How long a bot that stops waits for answers that are under way. */
const LAST_ANSWERS_MS = 2_000;

export const HTTP_PATH = "/slack/events";
/** No retries: a post that is tried again after an unclear failure could stand there twice. */
export const clientOptions = (apiUrl: string, log: Log): WebClientOptions => ({
  slackApiUrl: apiUrl,
  logger: boltLogger(log, { quiet: true }),
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  timeout: 10_000,
});

export function slackApp(
  settings: SlackSettings,
  identity: Identity,
  { answerer, clock, log }: { answerer: Answerer; clock: Clock; log: Log },
): SlackApp {
  const logger = boltLogger(log);
  const receiver = receiverFor(settings, log);
  const { botId, botUserId } = identity;
  const app = new App({
    token: settings.botToken,
    botId,
    botUserId,
    receiver,
    logger,
    clientOptions: clientOptions(settings.apiUrl, log),
  });
  const underWay = listen(app, { answerer, clock, log });
  app.error(async (error) => log.error("Slack's listener failed", { error: String(error) }));

  return {
    listener: receiver instanceof HTTPReceiver ? receiver.requestListener : null,
    connected: () => receiver instanceof HTTPReceiver || receiver.client.websocket?.isActive() === true,
    async start() {
      if (receiver instanceof SocketModeReceiver) await receiver.start();
    },
    async stop() {
      if (receiver instanceof SocketModeReceiver) await receiver.client.disconnect().catch(() => undefined);
      const patience = new AbortController();
      await Promise.race([underWay(), clock.until(clock.now() + LAST_ANSWERS_MS, patience.signal)]);
      patience.abort();
    },
  };
}

function receiverFor(
  { appToken, signingSecret = "", apiUrl }: SlackSettings,
  log: Log,
): SocketModeReceiver | HTTPReceiver {
  const logger = boltLogger(log);
  if (!appToken) return new HTTPReceiver({ signingSecret, endpoints: HTTP_PATH, logger });
  return new SocketModeReceiver({ appToken, logger, installerOptions: { clientOptions: clientOptions(apiUrl, log) } });
}
