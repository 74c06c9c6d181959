// The only place where adapters meet: puts the bot together, starts it, stops it.

import { join, resolve } from "node:path";
import { WebClient } from "@slack/web-api";
import { datadogMetrics } from "./adapters/datadog/metrics.ts";
import { openEmbeddedStore } from "./adapters/embedded/store.ts";
import { gitSource } from "./adapters/git/source.ts";
import { clientOptions, HTTP_PATH, slackApp } from "./adapters/slack/app.ts";
import { slackPeople } from "./adapters/slack/people.ts";
import { checkSlack } from "./adapters/slack/startCheck.ts";
import { slackThread } from "./adapters/slack/thread.ts";
import { sshFleet } from "./adapters/ssh/fleet.ts";
import { randomNames, systemClock } from "./adapters/system/clock.ts";
import { systemLog } from "./adapters/system/log.ts";
import { makeAnswerer } from "./answerer.ts";
import { loadCommands } from "./chat/registry.ts";
import { slackProblemSentence } from "./chat/sentences/startup.ts";
import { withDefaults } from "./config/defaults.ts";
import type { Environment } from "./config/environment.ts";
import type { Settings } from "./config/read.ts";
import { makeBot } from "./runner/bot.ts";
import type { Parts } from "./runner/parts.ts";
import { Supervisor } from "./runner/supervise.ts";
import { startWeb } from "./web/server.ts";

const SOURCE_TIMEOUT_MS = 120_000;
const METRICS_TIMEOUT_MS = 15_000;
const UPLOAD_STALL_MS = 30_000;

/** Why the bot cannot start: sentences for the terminal. */
export class CannotStart extends Error {
  override name = "CannotStart";
}

export interface RunningBot {
  /** Where `/healthz` and the runbooks are. */
  port: number;
  stop(): Promise<void>;
}

/** Starts everything. Rejects with `CannotStart` when something outside is not as it has to be. */
export async function startBot(environment: Environment, given: Settings): Promise<RunningBot> {
  const settings = withDefaults(given, environment);
  const log = systemLog(environment.LOG_LEVEL, secretsOf(environment));
  const slackSettings = {
    botToken: environment.SLACK_BOT_TOKEN,
    appToken: environment.SLACK_APP_TOKEN,
    signingSecret: environment.SLACK_SIGNING_SECRET,
    apiUrl: environment.SLACK_API_URL,
  };
  const options = clientOptions(slackSettings.apiUrl, log);
  const client = new WebClient(slackSettings.botToken, options);
  const checked = await checkSlack(
    client,
    { ...slackSettings, options },
    {
      channels: channelsOf(settings),
      groups: usesGroups(settings),
    },
  );
  if (!checked.ok) throw new CannotStart(checked.problems.map(slackProblemSentence).join("\n"));
  const { identity } = checked;

  const directory = resolve(environment.DATA_DIR);
  const store = await openEmbeddedStore(directory).catch((error: Error) => {
    throw new CannotStart(error.message);
  });
  const metrics = datadogMetrics({
    apiKey: environment.DD_API_KEY,
    appKey: environment.DD_APP_KEY,
    site: environment.DD_SITE,
    baseUrl: environment.DD_API_URL,
    timeoutMs: METRICS_TIMEOUT_MS,
  });
  const { ssh } = settings.configuration;
  const parts: Parts = {
    settings,
    ...store,
    metrics,
    fleet: sshFleet({
      privateKey: ssh.key,
      passphrase: environment.SSH_KEY_PASSPHRASE,
      agent: ssh.key ? undefined : environment.SSH_AUTH_SOCK,
      knownHosts: ssh.knownHosts,
      connectTimeoutMs: ssh.connectTimeout,
      uploadStallMs: UPLOAD_STALL_MS,
    }),
    source: gitSource({ directory: join(directory, "git"), timeoutMs: SOURCE_TIMEOUT_MS }),
    thread: slackThread(client, identity.channelIds),
    people: slackPeople(client, systemClock),
    clock: systemClock,
    names: randomNames,
    log,
  };
  const supervisor = new Supervisor(parts);
  const answerer = makeAnswerer(await loadCommands(), makeBot(parts, supervisor), log);
  const slack = slackApp(slackSettings, identity, { answerer, clock: systemClock, log });
  const web = await startWeb({
    port: environment.PORT,
    runbooks: settings.runbooks,
    slack: slack.listener ? { path: HTTP_PATH, listener: slack.listener } : null,
    health: async () => health(slack.connected(), parts),
  }).catch((error: Error) => {
    throw new CannotStart(error.message);
  });
  await slack.start();
  await supervisor.resume();
  log.info("ready", { port: web.port, mode: slack.listener ? "http" : "socket" });
  // A second of work and 120 MB: not before the first answer can be given.
  metrics.warm();

  return {
    port: web.port,
    async stop() {
      await slack.stop();
      await supervisor.stop();
      await parts.fleet.close();
      await web.stop();
      await store.journal.close();
      log.info("stopped");
    },
  };
}

function secretsOf(environment: Environment): (string | undefined)[] {
  const { SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, DD_API_KEY, DD_APP_KEY, SSH_KEY_PASSPHRASE } =
    environment;
  return [SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, DD_API_KEY, DD_APP_KEY, SSH_KEY_PASSPHRASE];
}

function channelsOf({ configuration: { channel, services } }: Settings): string[] {
  const own = Object.values(services).flatMap(({ environments }) =>
    Object.values(environments).flatMap((place) => place.channel ?? []),
  );
  return [channel, ...own];
}

function usesGroups({ configuration: { environments } }: Settings): boolean {
  const lists = Object.values(environments).flatMap(({ who }) => Object.values(who));
  return lists.some((who) => who !== "everyone" && who.some((id) => id.startsWith("S")));
}

async function health(connected: boolean, { journal }: Parts) {
  const store = await journal.streams("target/").then(
    () => "well",
    (error: Error) => error.message,
  );
  return { ok: connected && store === "well", parts: { slack: connected ? "connected" : "not connected", store } };
}
