// Several targets and any number of real bots that share them: processes of the real program, on stand-ins for Slack and Datadog, SSH servers that run what
// they are sent, a git repository, and a real redis-server or a folder. Hosts write down each restart. Knows no deploy.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import manifest from "../../manifest.json" with { type: "json" };
import { type BotProcess, startBotProcess } from "../../playground/botProcess.ts";
import { type DatadogStandIn, startDatadog } from "../../playground/datadog/server.ts";
import { type DemoFleet, startFleet } from "../../playground/fleet/hosts.ts";
import { type SlackStandIn, startSlack } from "../../playground/slack/server.ts";
import type { Environment } from "../../src/config/environment.ts";
import { Conversation } from "./conversation.ts";
import { bundledProgram } from "./program.ts";
import { type RedisServer, startRedis } from "./redis.ts";
import { makeRepository, type Repository } from "./repository.ts";
import { until } from "./until.ts";

/** Two at once on one host are written down as `overlap`. */
const RESTART = [
  'exec 8>>"$LOCKSTEP_PATH/restarting"',
  'flock -n 8 || echo "overlap $LOCKSTEP_RELEASE" >>"$LOCKSTEP_PATH/restarts"',
  'echo "begin $LOCKSTEP_RELEASE" >>"$LOCKSTEP_PATH/restarts"',
  'while [ -e "$LOCKSTEP_PATH/wait" ]; do sleep 0.05; done',
  'echo "end $LOCKSTEP_RELEASE" >>"$LOCKSTEP_PATH/restarts"',
].join("\n");

const RUNBOOKS = fileURLToPath(new URL("../../runbooks", import.meta.url));
const EVERYONE = { deploy: "everyone", lock: "everyone", rollBack: "everyone", freeze: "everyone" };

export interface CrowdOptions {
  services: string[];
  hosts?: number;
  /** Left out: bots have a folder of their own each. */
  redis?: boolean;
  /** What is different for one service: merged over the usual. */
  different?: Record<string, { repository?: string; checks?: object; place?: object }>;
}

export class Crowd {
  readonly directory: string;
  readonly slack: SlackStandIn;
  readonly datadog: DatadogStandIn;
  readonly fleet: DemoFleet;
  readonly repository: Repository;
  readonly redis: RedisServer | null;
  readonly options: CrowdOptions;
  readonly bots = new Map<string, BotProcess>();

  private constructor(
    options: CrowdOptions,
    parts: Pick<Crowd, "directory" | "slack" | "datadog" | "fleet" | "repository" | "redis">,
  ) {
    this.options = options;
    this.directory = parts.directory;
    this.slack = parts.slack;
    this.datadog = parts.datadog;
    this.fleet = parts.fleet;
    this.repository = parts.repository;
    this.redis = parts.redis;
  }

  static async start(options: CrowdOptions): Promise<Crowd> {
    const directory = await mkdtemp(join(tmpdir(), "lockstep-crowd-"));
    const [slack, datadog, fleet, repository, redis] = await Promise.all([
      startSlack({ manifest }),
      startDatadog({}),
      startFleet({ directory: join(directory, "fleet"), count: options.hosts ?? 2, environment: "production" }),
      makeRepository(join(directory, "repository")),
      options.redis ? startRedis() : null,
    ]);
    await repository.commit("Begin");
    const crowd = new Crowd(options, { directory, slack, datadog, fleet, repository, redis });
    await writeFile(crowd.config, stringify(crowd.#configuration()));
    return crowd;
  }

  get config(): string {
    return join(this.directory, "lockstep.yml");
  }

  /** What the bot of this name is started with. */
  environment(name: string): Record<string, string> & Partial<Record<keyof Environment, string>> {
    const { slack, datadog, redis } = this;
    return {
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
      DD_API_KEY: datadog.apiKey,
      DD_APP_KEY: datadog.appKey,
      DD_API_URL: datadog.url,
      DATA_DIR: join(this.directory, `data-${name}`),
      LOCKSTEP_CONFIG: this.config,
      PORT: "0",
      ...(redis ? { REDIS_URL: redis.url } : {}),
    };
  }

  /** Resolves once it is ready; rejects when it is gone before. */
  async startBot(name: string): Promise<BotProcess> {
    const bot = startBotProcess(this.environment(name), this.logOf(name), bundledProgram());
    this.bots.set(name, bot);
    await bot.ready;
    return bot;
  }

  logOf(name: string): string {
    return join(this.directory, `${name}.log`);
  }

  /** What bots logged that an operator is woken for. */
  async errors(): Promise<string[]> {
    const logs = [...this.bots.keys()].map((name) => readFile(this.logOf(name), "utf8").catch(() => ""));
    const lines = (await Promise.all(logs)).flatMap((log) => log.split("\n"));
    return lines.filter((line) => line.includes('"level":"error"') || /^\S*Error/.test(line));
  }

  conversation(): Conversation {
    return new Conversation(this.slack);
  }

  /** Lines such as `begin <release>` and `end <release>`, of one service on one host. */
  async restarts(service: string, host: string): Promise<string[]> {
    const { output } = await this.fleet.run(host, `cat ${pathOf(service)}/restarts 2>/dev/null`);
    return output.split("\n").filter((line) => line !== "");
  }

  /** From now on a restart of this service on this host waits; the returned function lets it go on. */
  async hold(service: string, host: string): Promise<() => Promise<void>> {
    await this.fleet.run(host, `mkdir -p ${pathOf(service)} && touch ${pathOf(service)}/wait`);
    return async () => void (await this.fleet.run(host, `rm -f ${pathOf(service)}/wait`));
  }

  /** Resolves when the newest restart on this host has begun and is not over. */
  async begins(service: string, host: string): Promise<void> {
    const newest = async () => (await this.restarts(service, host)).at(-1);
    await until(`${service} is being restarted on ${host}`, async () => (await newest())?.startsWith("begin"), 60_000);
  }

  async close(): Promise<void> {
    for (const { process } of this.bots.values()) process.kill("SIGCONT");
    await Promise.all([...this.bots.values()].map((bot) => bot.stop("SIGKILL")));
    await Promise.all([this.slack.close(), this.datadog.close(), this.fleet.close(), this.redis?.stop()]);
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }

  #configuration(): object {
    return {
      channel: "#deploys",
      publicUrl: "http://127.0.0.1:1",
      runbooks: RUNBOOKS,
      ssh: { key: this.fleet.privateKeyPath, knownHosts: [this.fleet.knownHostsPath] },
      environments: { production: { who: EVERYONE } },
      services: Object.fromEntries(this.options.services.map((service) => [service, this.#service(service)])),
    };
  }

  #service(service: string): object {
    const { repository = this.repository.url, checks = {}, place = {} } = this.options.different?.[service] ?? {};
    const hosts = this.fleet.hosts.map(({ name, address, port, user }) => ({ name, address, port, user }));
    return {
      repository,
      defaultEnvironment: "production",
      release: { path: pathOf(service), shared: [], keep: 3, restart: RESTART, restartTimeout: "5m" },
      checks,
      environments: { production: { hosts, canary: "none", batches: 1, ...place } },
    };
  }
}

const pathOf = (service: string) => `/srv/web/${service}`;
