// A bot with many targets, all of them baking: the real program with stand-ins for Slack and Datadog, SSH hosts of its own, and metrics that go on. Knows nothing of what is measured.

import { createSocket } from "node:dgram";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import manifest from "../../manifest.json" with { type: "json" };
import { type BotProcess, startBotProcess } from "../../playground/botProcess.ts";
import { startDatadog } from "../../playground/datadog/server.ts";
import { makeDemoRepository } from "../../playground/demo/repository.ts";
import { type DemoFleet, startFleet } from "../../playground/fleet/hosts.ts";
import { freePort } from "../../playground/ports.ts";
import { type SlackStandIn, startSlack } from "../../playground/slack/server.ts";
import { until } from "../../test/support/until.ts";

const ENVIRONMENT = "production";
const EVERYONE = { deploy: "everyone", lock: "everyone", rollBack: "everyone", freeze: "everyone" };
const STARTED_WITHIN_MS = 600_000;

export interface ManyTargets {
  services: string[];
  slack: SlackStandIn;
  bot: BotProcess;
  /** Of the bot's own web server. */
  origin: string;
  inspectorPort: number;
  /** Deploys to all of them, and waits until their canaries bake. */
  bakeAll(): Promise<void>;
  close(): Promise<void>;
}

export async function startManyTargets(
  directory: string,
  { targets, people }: { targets: number; people: string[] },
): Promise<ManyTargets> {
  const services = Array.from({ length: targets }, (_, i) => `web${String(i + 1).padStart(2, "0")}`);
  const [port, inspectorPort] = [await freePort(), await freePort()];
  const origin = `http://127.0.0.1:${port}`;
  const slack = await startSlack({
    manifest,
    mode: { requestUrl: `${origin}/slack/events` },
    people: people.map((id) => ({ id, name: id.toLowerCase() })),
  });
  const datadog = await startDatadog({});
  const hostName = (i: number) => `${services[Math.floor(i / 2)]}-${i % 2}`;
  const room = join(directory, "fleet");
  const fleet = await startFleet({ directory: room, count: 2 * targets, environment: ENVIRONMENT, hostName });
  const repository = await makeDemoRepository(join(directory, "repository"));
  const config = join(directory, "lockstep.yml");
  await writeFile(config, configuration({ services, fleet, repository: repository.url, datadog: datadog.url }));
  const traffic = sendMetrics(services, datadog.statsd);
  const variables = {
    ...{ SLACK_BOT_TOKEN: slack.botToken, SLACK_SIGNING_SECRET: slack.signingSecret, SLACK_API_URL: slack.apiUrl },
    ...{ DD_API_KEY: datadog.apiKey, DD_APP_KEY: datadog.appKey, DD_API_URL: datadog.url },
    ...{ DATA_DIR: join(directory, "data"), LOCKSTEP_CONFIG: config, PORT: String(port) },
    NODE_OPTIONS: `--inspect=127.0.0.1:${inspectorPort}`,
  };
  const bot = startBotProcess(variables, join(directory, "bot.log"));
  await bot.ready;
  return {
    ...{ services, slack, bot, origin, inspectorPort },
    async bakeAll() {
      const [person = ""] = people;
      for (const service of services) await slack.type(person, "#deploys", `/deploy ${service}`);
      await until("all canaries bake", async () => (await baking(origin)) === targets, STARTED_WITHIN_MS);
    },
    async close() {
      traffic.stop();
      await bot.stop();
      await Promise.all([fleet.close(), slack.close(), datadog.close()]);
    },
  };
}

/** How many targets have a canary that bakes. */
export async function baking(origin: string): Promise<number> {
  const page = await (await fetch(`${origin}/metrics`)).text();
  return page.match(/^lockstep_deploy_stage_age_seconds\{.*stage="baking"/gm)?.length ?? 0;
}

function configuration(parts: { services: string[]; fleet: DemoFleet; repository: string; datadog: string }): string {
  const { services, fleet, repository, datadog } = parts;
  const filter = "service:$service,env:$environment";
  const service = (name: string) => ({
    repository,
    defaultEnvironment: ENVIRONMENT,
    release: { path: fleet.hosts[0]?.path ?? "/srv/web", restart: "true" },
    checks: {
      jobs: {
        limit: { query: `sum:web.jobs{${filter},$canary} by {host}.as_count()`, atLeast: 1, for: "1m", unit: "jobs" },
        means: "Background jobs are finished.",
        runbook: "background-jobs.md#no-jobs",
      },
      errors: {
        counts: {
          errors: `sum:web.errors{${filter},$hosts}.as_count()`,
          total: `sum:web.requests{${filter},$hosts}.as_count()`,
        },
        means: "Requests that fail.",
        runbook: "latency.md#more-failing-requests",
      },
    },
    environments: {
      [ENVIRONMENT]: {
        hosts: fleet.hosts
          .filter((host) => host.name.startsWith(`${name}-`))
          .map(({ name: host, address, port, user }) => ({ name: host, address, port, user })),
        canary: 1,
        // Longer than any run of the bench; every look sees all of it so far.
        bake: { for: "2h", warmUp: "10s", settle: "10s", every: "15s", bucket: "10s" },
      },
    },
  });
  return stringify({
    channel: "#deploys",
    runbooks: join(process.cwd(), "runbooks"),
    datadog: { app: datadog },
    ssh: { key: fleet.privateKeyPath, knownHosts: [fleet.knownHostsPath] },
    environments: { [ENVIRONMENT]: { who: EVERYONE } },
    services: Object.fromEntries(services.map((name) => [name, service(name)])),
  });
}

/** Two hosts of each service report once a second. */
function sendMetrics(services: string[], { address, port }: { address: string; port: number }): { stop(): void } {
  const socket = createSocket("udp4");
  const timer = setInterval(() => {
    for (const service of services) {
      for (const host of [0, 1]) {
        const tags = `|#service:${service},env:${ENVIRONMENT},host:${service}-${host}`;
        socket.send(`web.jobs:2|c${tags}\nweb.requests:20|c${tags}\nweb.errors:0|c${tags}`, port, address);
      }
    }
  }, 1_000);
  return {
    stop() {
      clearInterval(timer);
      socket.close();
    },
  };
}
