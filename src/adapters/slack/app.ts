// The Slack app: Bolt in Socket Mode or HTTP mode, started and stopped. What it listens to is in listeners.ts.

import type { RequestListener } from "node:http";
import { App, HTTPReceiver, type Logger, SocketModeReceiver } from "@slack/bolt";
import type { WebClient, WebClientOptions } from "@slack/web-api";
import type { Answerer } from "../../chat/entry.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import type { Meters, SlackLink } from "../../ports/meters.ts";
import { clientOptions } from "./client.ts";
import { watchLink } from "./link.ts";
import { listen } from "./listeners.ts";
import { boltLogger } from "./logger.ts";
import { measuredFetch, timeAcknowledgements } from "./measured.ts";
import type { Identity } from "./startCheck.ts";

export interface SlackSettings {
  botToken: string;
  appToken?: string | undefined;
  signingSecret?: string | undefined;
  apiUrl: string;
}

export interface SlackApp {
  /** HTTP mode: what to mount for Slack's requests, which are refused before the start; null in Socket Mode. */
  listener: RequestListener | null;
  /** Socket Mode: whether a socket is open; HTTP mode is always connected from the start on. */
  link(): SlackLink;
  /** As soon as Slack has said who the bot is. */
  start(identity: Pick<Identity, "botId" | "botUserId">): Promise<void>;
  /** No new work from here on; resolves when what was begun has been answered. */
  stop(): Promise<void>;
}

/** How long a bot that stops waits for answers that are under way. */
const LAST_ANSWERS_MS = 2_000;

/** The largest that Slack sends is a message with all of its blocks, a tenth of this. */
const MOST_BYTES = 1024 * 1024;

export const HTTP_PATH = "/slack/events";

interface Parts {
  /** For what is said to who asked. */
  client: WebClient;
  answerer: Answerer;
  clock: Clock;
  log: Log;
  /** Nothing is measured without. */
  meters?: Meters;
}

/**
 * For the address of a new socket, which may be asked for again without harm. It has to be until there is one: when it cannot be had, Slack's library rejects where
 * nobody can catch it, and that ends the process.
 */
const untilThereIsOne: WebClientOptions = {
  retryConfig: { forever: true, factor: 1.5, minTimeout: 500, maxTimeout: 10_000 },
  rejectRateLimitedCalls: false,
};

export function slackApp(settings: SlackSettings, { client, answerer, clock, log, meters }: Parts): SlackApp {
  const logger = boltLogger(log);
  const options = clientOptions(settings.apiUrl, log, meters);
  const receiver = receiverFor(settings, { options, logger });
  const socket = receiver instanceof SocketModeReceiver ? receiver : null;
  /** What was begun and is not answered yet; null before the start. */
  let underWay: (() => Promise<unknown>) | null = null;

  return {
    listener:
      receiver instanceof HTTPReceiver
        ? (...asked) => (underWay ? receiver.requestListener(...asked) : notYet(...asked))
        : null,
    link: socket ? watchLink(socket, clock) : () => ({ connected: underWay !== null, since: null }),
    async start({ botId, botUserId }) {
      const app = new App({
        token: settings.botToken,
        botId,
        botUserId,
        receiver,
        logger,
        clientOptions: options,
        // It looks for a conversation that nobody keeps, before each acknowledgement.
        convoStore: false,
      });
      if (meters) timeAcknowledgements(app, meters);
      underWay = listen(app, { client, answerer, clock, log, ...(meters && measuredBy(settings, meters)) });
      app.error(async (error) => log.error("Slack's listener failed", { error: String(error) }));
      await socket?.start();
    },
    async stop() {
      await socket?.client.disconnect().catch(() => undefined);
      const patience = new AbortController();
      await Promise.race([underWay?.(), clock.until(clock.now() + LAST_ANSWERS_MS, patience.signal)]);
      patience.abort();
    },
  };
}

/** Slack tells who has asked. */
const notYet: RequestListener = (_, response) => void response.writeHead(503).end();

function measuredBy({ apiUrl }: SlackSettings, meters: Meters) {
  return { fetch: measuredFetch(apiUrl, meters), duplicate: () => meters.count("lockstep_duplicates_total", {}) };
}

function receiverFor(
  { appToken, signingSecret = "" }: SlackSettings,
  { options, logger }: { options: WebClientOptions; logger: Logger },
): SocketModeReceiver | HTTPReceiver {
  if (!appToken) return new HTTPReceiver({ signingSecret, endpoints: HTTP_PATH, bodyLimit: MOST_BYTES, logger });
  return new SocketModeReceiver({
    appToken,
    logger,
    installerOptions: { clientOptions: { ...options, logger, ...untilThereIsOne } },
  });
}
