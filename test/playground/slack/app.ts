// A small app on the real Bolt, and a manifest for it: what the tests talk to through the stand-in.

import { createServer } from "node:net";
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from "@slack/bolt";
import { type SlackOptions, type SlackStandIn, startSlack } from "../../../playground/slack/server.ts";

export const manifest = {
  display_information: { name: "Shipper" },
  features: {
    app_home: { home_tab_enabled: true, messages_tab_enabled: true },
    bot_user: { display_name: "shipper", always_online: true },
    slash_commands: [
      { command: "/ship", description: "Ship a service", usage_hint: "<service>", should_escape: false },
      { command: "/shout", description: "Say it to somebody", usage_hint: "@person text", should_escape: true },
    ],
  },
  oauth_config: {
    scopes: {
      bot: [
        ...[
          "commands",
          "chat:write",
          "channels:read",
          "groups:read",
          "channels:history",
          "users:read",
          "app_mentions:read",
        ],
        ...["usergroups:read", "im:write", "im:read", "im:history", "reactions:write", "files:write", "files:read"],
      ],
    },
  },
  settings: {
    event_subscriptions: { bot_events: ["app_home_opened", "app_mention"] },
    interactivity: { is_enabled: true },
    socket_mode_enabled: true,
  },
};

/** The same manifest with other scopes. */
export function withScopes(change: (scopes: string[]) => string[]): object {
  const copy = structuredClone(manifest);
  copy.oauth_config.scopes.bot = change(copy.oauth_config.scopes.bot);
  return copy;
}

export interface Running {
  slack: SlackStandIn;
  app: App;
  stop(): Promise<void>;
}

const quiet = { logLevel: LogLevel.ERROR };
const oneTry = { retryConfig: { retries: 0 } };

/** Starts the stand-in and a Bolt app in Socket Mode; `set` adds the listeners. */
export async function startInSocketMode(
  set: (app: App) => void,
  options: Partial<SlackOptions> = {},
): Promise<Running> {
  const slack = await startSlack({ manifest, ...options });
  const { app, stop } = await connectApp(slack, set);
  return {
    slack,
    app,
    stop: async () => {
      await stop();
      await slack.close();
    },
  };
}

/** A process of the app on a stand-in that runs already. */
export async function connectApp(
  slack: SlackStandIn,
  set: (app: App) => void,
): Promise<{ app: App; stop(): Promise<void> }> {
  const clientOptions = { slackApiUrl: slack.apiUrl, ...oneTry };
  const receiver = new SocketModeReceiver({ appToken: slack.appToken, ...quiet, installerOptions: { clientOptions } });
  const app = new App({ token: slack.botToken, receiver, clientOptions, ...quiet });
  set(app);
  await app.start();
  return { app, stop: async () => void (await receiver.client.disconnect()) };
}

/** Starts the stand-in in HTTP mode and a Bolt app that listens for its signed requests. */
export async function startInHttpMode(set: (app: App) => void, options: Partial<SlackOptions> = {}): Promise<Running> {
  const port = await freePort();
  const slack = await startSlack({
    manifest,
    mode: { requestUrl: `http://127.0.0.1:${port}/slack/events` },
    ...options,
  });
  const receiver = new HTTPReceiver({ signingSecret: slack.signingSecret, ...quiet });
  const app = new App({
    token: slack.botToken,
    receiver,
    clientOptions: { slackApiUrl: slack.apiUrl, ...oneTry },
    ...quiet,
  });
  set(app);
  await receiver.start({ host: "127.0.0.1", port });
  return {
    slack,
    app,
    stop: async () => {
      await receiver.stop();
      await slack.close();
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
