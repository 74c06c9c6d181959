// A small app on the real Bolt, and a manifest for it: what the tests talk to through the stand-in.

import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from "@slack/bolt";
import { freePort } from "../../../playground/ports.ts";
import { type SlackOptions, type SlackStandIn, startSlack } from "../../../playground/slack/server.ts";

export const manifest = {
  display_information: { name: "Shipper" },
  features: {
    app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
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
}

const open: (() => Promise<void>)[] = [];

/** For `afterEach`: stops what was started last first, whatever has become of the test. */
export async function stopAll(): Promise<void> {
  for (const stop of open.splice(0).reverse()) await stop();
}

/** The stand-in alone, without an app. */
export async function startAlone(options: Partial<SlackOptions> = {}): Promise<SlackStandIn> {
  const slack = await startSlack({ manifest, ...options });
  open.push(() => slack.close());
  return slack;
}

const quiet = { logLevel: LogLevel.ERROR };
/** The SDK waits this long before it connects anew, 5 s when left alone; less than this is missed on a busy machine. */
const PING_MS = 1_500;
const oneTry = { retryConfig: { retries: 0 } };

/** Starts the stand-in and a Bolt app in Socket Mode; `set` adds the listeners. */
export async function startInSocketMode(
  set: (app: App) => void,
  options: Partial<SlackOptions> = {},
): Promise<Running> {
  const slack = await startAlone(options);
  return { slack, app: await connectApp(slack, set) };
}

/** A process of the app on a stand-in that runs already. */
export async function connectApp(slack: SlackStandIn, set: (app: App) => void): Promise<App> {
  const clientOptions = { slackApiUrl: slack.apiUrl, ...oneTry };
  const { appToken } = slack;
  const receiver = new SocketModeReceiver({
    appToken,
    clientPingTimeout: PING_MS,
    ...quiet,
    installerOptions: { clientOptions },
  });
  const app = new App({ token: slack.botToken, receiver, clientOptions, ...quiet });
  set(app);
  open.push(async () => void (await receiver.client.disconnect()));
  await app.start();
  return app;
}

/** Starts the stand-in in HTTP mode and a Bolt app that listens for its signed requests. */
export async function startInHttpMode(set: (app: App) => void, options: Partial<SlackOptions> = {}): Promise<Running> {
  const port = await freePort();
  const slack = await startAlone({ mode: { requestUrl: `http://127.0.0.1:${port}/slack/events` }, ...options });
  const silent = { unhandledRequestTimeoutMillis: 300, unhandledRequestHandler: () => {} };
  const receiver = new HTTPReceiver({ signingSecret: slack.signingSecret, ...silent, ...quiet });
  const app = new App({
    token: slack.botToken,
    receiver,
    clientOptions: { slackApiUrl: slack.apiUrl, ...oneTry },
    ...quiet,
  });
  set(app);
  await receiver.start({ host: "127.0.0.1", port });
  open.push(async () => void (await receiver.stop()));
  return { slack, app };
}
