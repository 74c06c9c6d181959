// The Slack app: Bolt in Socket Mode or HTTP mode. Acknowledges at once, hands what came in to the answerer, and shows the reply to the asker alone. Knows
// no command by name.

import type { RequestListener } from "node:http";
import { App, HTTPReceiver, SocketModeReceiver } from "@slack/bolt";
import type { WebClientOptions } from "@slack/web-api";
import type { Reply } from "../../chat/command.ts";
import type { Answerer } from "../../chat/entry.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Log } from "../../ports/log.ts";
import { wordsToSlack } from "./blocks.ts";
import { boltLogger } from "./logger.ts";
import { passOnce } from "./once.ts";
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
  const first = passOnce(clock);
  const open = new Set<Promise<unknown>>();

  type Respond = (message: { text: string; response_type: "ephemeral"; replace_original: false }) => Promise<unknown>;
  /** Runs after the acknowledgement; a reply that cannot be shown is logged, not thrown. */
  function answer(work: Promise<Reply>, respond: Respond): void {
    const done = work
      .then((reply) => respond({ ...wordsToSlack(reply.text), response_type: "ephemeral", replace_original: false }))
      .catch((error: unknown) => log.warn("a reply could not be shown", { error: String(error) }));
    open.add(done);
    void done.then(() => open.delete(done));
  }

  app.command(/.*/, async ({ command, ack, respond }) => {
    await ack();
    if (!first(`command ${command.trigger_id}`)) return;
    const by = { id: command.user_id, name: command.user_name };
    answer(answerer.typed({ command: command.command.replace(/^\//, ""), text: command.text, by }), respond as Respond);
  });
  app.action({ type: "block_actions", action_id: /^wish:/ }, async ({ action, body, ack, respond }) => {
    await ack();
    if (action.type !== "button" || !first(`press ${body.user.id} ${action.action_ts}`)) return;
    const by = { id: body.user.id, name: "name" in body.user ? String(body.user.name) : body.user.id };
    const pressed = { action: action.action_id, value: action.value ?? "", by };
    answer(answerer.pressed(pressed), respond as Respond);
  });
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
      await Promise.race([Promise.allSettled(open), clock.until(clock.now() + LAST_ANSWERS_MS, patience.signal)]);
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
