// Starts the whole playground: the stand-ins, the hosts with the demo service, the load, and the real bot. Used by main.ts and by the story tests.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import manifest from "../manifest.json" with { type: "json" };
import { type BotProcess, startBotProcess } from "./botProcess.ts";
import { type ConfigurationParts, type Pace, playgroundConfiguration, playgroundPace } from "./configuration.ts";
import type { MonitorOption } from "./datadog/monitors.ts";
import { type DatadogStandIn, startDatadog } from "./datadog/server.ts";
import { datadogSetup } from "./datadogSetup.ts";
import { installFirstRelease } from "./demo/first-release.ts";
import { type DemoRepository, makeDemoRepository } from "./demo/repository.ts";
import { type DemoFleet, startFleet } from "./fleet/hosts.ts";
import { startLoad } from "./load/load.ts";
import { freePort } from "./ports.ts";
import { type SlackStandIn, startSlack } from "./slack/server.ts";
import { welcome } from "./welcome.ts";

export interface PlaygroundOptions {
  hosts?: number;
  /** Port of the page; any free one when left out. */
  port?: number;
  pace?: Pace;
  /** How the bot talks with Slack: over a socket unless said otherwise. */
  mode?: "socket" | "http";
  /** The bot's program: the one that users start, unless said otherwise. */
  program?: string;
  /** Further environment variables of the bot, such as REDIS_URL. */
  environment?: Record<string, string>;
  who?: ConfigurationParts["who"];
  locks?: ConfigurationParts["locks"];
  checks?: ConfigurationParts["checks"];
  /** More of them than the playground's own. */
  monitors?: MonitorOption[];
  soft?: ConfigurationParts["soft"];
  requestsPerSecondPerHost?: number;
  /** Told what is being done, for people who wait. */
  onProgress?: (what: string) => void;
}

export interface Playground {
  slack: SlackStandIn;
  datadog: DatadogStandIn;
  fleet: DemoFleet;
  repository: DemoRepository;
  bot: BotProcess;
  logFile: string;
  /** What the bot was started with: for another one beside it. */
  environment: Record<string, string>;
  /** Starts the bot again, with the same data, after it was stopped or killed. */
  restartBot(): Promise<void>;
  close(): Promise<void>;
}

const RUNBOOKS = fileURLToPath(new URL("../runbooks", import.meta.url));

export async function startPlayground(options: PlaygroundOptions = {}): Promise<Playground> {
  const tell = options.onProgress ?? (() => {});
  const directory = await mkdtemp(join(tmpdir(), "lockstep-playground-"));
  const closing: (() => Promise<void> | void)[] = [
    () => rm(directory, { recursive: true, force: true, maxRetries: 5 }),
  ];
  const close = async () => {
    for (const end of closing.splice(0).reverse()) await end();
  };
  try {
    tell("Starting the stand-ins for Slack and Datadog");
    const datadog = await startDatadog({
      ...datadogSetup,
      monitors: [...(datadogSetup.monitors ?? []), ...(options.monitors ?? [])],
    });
    closing.push(() => datadog.close());
    const port = await freePort();
    const botUrl = `http://127.0.0.1:${port}`;
    const http = options.mode === "http";
    const slack = await startSlack({
      manifest,
      port: options.port ?? 0,
      welcome,
      ...(http ? { mode: { requestUrl: `${botUrl}/slack/events` } } : {}),
    });
    closing.push(() => slack.close());
    tell("Starting the hosts, with the demo service on each");
    const fleet = await startFleet({
      directory: join(directory, "fleet"),
      count: options.hosts ?? 10,
      environment: "production",
      metrics: datadog.statsd,
    });
    closing.push(() => fleet.close());
    const repository = await makeDemoRepository(join(directory, "repository"));
    await installFirstRelease(fleet, repository);
    const load = startLoad(
      fleet.hosts.map(({ name, address, servicePort }) => ({ name, address, port: servicePort })),
      { requestsPerSecondPerHost: options.requestsPerSecondPerHost ?? 3 },
    );
    closing.push(() => load.stop());

    tell("Starting the bot");
    const config = join(directory, "lockstep.yml");
    const parts = {
      fleet,
      repositoryUrl: repository.url,
      datadogUrl: datadog.url,
      botUrl,
      runbooks: RUNBOOKS,
      pace: options.pace ?? playgroundPace,
      ...(options.who ? { who: options.who } : {}),
      ...(options.locks ? { locks: options.locks } : {}),
      ...(options.checks ? { checks: options.checks } : {}),
      ...(options.soft ? { soft: options.soft } : {}),
    };
    await writeFile(config, playgroundConfiguration(parts));
    const logFile = join(directory, "bot.log");
    const environment = {
      SLACK_BOT_TOKEN: slack.botToken,
      ...(http ? { SLACK_SIGNING_SECRET: slack.signingSecret } : { SLACK_APP_TOKEN: slack.appToken }),
      SLACK_API_URL: slack.apiUrl,
      DD_API_KEY: datadog.apiKey,
      DD_APP_KEY: datadog.appKey,
      DD_API_URL: datadog.url,
      DATA_DIR: join(directory, "data"),
      LOCKSTEP_CONFIG: config,
      PORT: String(port),
      ...options.environment,
    };
    const playground: Playground = {
      slack,
      datadog,
      fleet,
      repository,
      logFile,
      environment,
      bot: startBotProcess(environment, logFile, options.program),
      async restartBot() {
        playground.bot = startBotProcess(environment, logFile, options.program);
        await playground.bot.ready;
      },
      close,
    };
    closing.push(() => playground.bot.stop());
    await playground.bot.ready;
    return playground;
  } catch (error) {
    await close();
    throw error;
  }
}
