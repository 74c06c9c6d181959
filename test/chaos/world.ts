// Everything around the bots of a chaos run, and the bots: Slack, Datadog, hosts behind lines that can be cut, Redis. Starts it and ends it; does nothing to it.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import manifest from "../../manifest.json" with { type: "json" };
import { type DatadogStandIn, startDatadog } from "../../playground/datadog/server.ts";
import { type DemoFleet, startFleet } from "../../playground/fleet/hosts.ts";
import { type SlackStandIn, startSlack } from "../../playground/slack/server.ts";
import { type FaultyLine, startProxy } from "../support/proxy.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";
import { BotProcess } from "./botProcess.ts";
import { ALL_HOSTS, configuration, isCommands, serviceOf } from "./configuration.ts";
import type { Options } from "./options.ts";
import { Releases } from "./releases.ts";

export const PEOPLE = ["one", "two", "three", "four", "five", "six"].map((name) => ({
  id: `U0${name.toUpperCase()}`,
  name,
}));
/** The monitor that alerts by hand, group by group. */
export const MONITOR = 101;

export interface World {
  options: Options;
  directory: string;
  slack: SlackStandIn;
  datadog: DatadogStandIn;
  fleet: DemoFleet;
  /** The line to each host. */
  lines: ReadonlyMap<string, FaultyLine>;
  releases: Releases;
  /** Null with the embedded store. */
  redis: RedisServer | null;
  bots: BotProcess[];
  /** Where the embedded store is. */
  dataDirectory: string;
  /** Ends everything, bots by SIGKILL if they still run. With `keep` what they have written stays. */
  close(keep: boolean): Promise<void>;
}

const RUNBOOKS = fileURLToPath(new URL("../../runbooks", import.meta.url));

export async function startWorld(options: Options): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), "lockstep-chaos-"));
  const closing: (() => Promise<unknown> | unknown)[] = [];
  const close = async (keep: boolean) => {
    for (const end of closing.splice(0).reverse()) await end();
    if (!keep) await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  const closedBy = <T>(part: T, end: (part: T) => Promise<unknown> | unknown): T => {
    closing.push(() => end(part));
    return part;
  };
  try {
    const slack = closedBy(await startSlack({ manifest, people: PEOPLE }), (one) => one.close());
    const datadog = closedBy(await startDatadog({ monitors: [monitor] }), (one) => one.close());
    const fleet = closedBy(await startFleet(fleetOptions(directory)), (one) => one.close());
    const lines = new Map<string, FaultyLine>();
    for (const { name, port } of fleet.hosts)
      lines.set(
        name,
        closedBy(await startProxy(port), (one) => one.close()),
      );
    const releases = await Releases.make(join(directory, "repository"));
    await installFirst(fleet, releases);
    const redis = options.store === "redis" ? closedBy(await startRedis(), (one) => one.stop()) : null;
    const world = { options, directory, slack, datadog, fleet, lines, releases, redis };
    const bots = await prepareBots(world);
    closing.push(() => Promise.all(bots.map((bot) => bot.end("SIGKILL"))));
    for (const bot of bots) bot.begin();
    return { ...world, bots, dataDirectory: join(directory, "bot-1"), close };
  } catch (error) {
    await close(false);
    throw error;
  }
}

const monitor = {
  id: MONITOR,
  name: "Something about web",
  query: "sum(last_5s):sum:chaos.jobs{service:web,env:production} by {host}.as_count() < -1",
  tags: ["service:web", "env:production"],
};

const fleetOptions = (directory: string) => ({
  directory: join(directory, "fleet"),
  count: ALL_HOSTS.length,
  environment: "production",
  hostName: (i: number) => ALL_HOSTS[i] ?? "",
});

/** Each host runs something before the first deploy, as hosts do. */
async function installFirst(fleet: DemoFleet, releases: Releases): Promise<void> {
  const archive = await releases.archive("main");
  const name = `20260101000000-${(await releases.sha("main")).slice(0, 7)}`;
  const install = `mkdir -p "$1/releases/$2" && tar -xf - -C "$1/releases/$2" && ln -sfn "releases/$2" "$1/current"`;
  for (const host of fleet.hosts.filter((one) => !isCommands(serviceOf(one.name))))
    await fleet.run(host, `sh -c '${install}' install ${host.path} ${name}`, archive);
}

async function prepareBots(world: Omit<World, "bots" | "dataDirectory" | "close">): Promise<BotProcess[]> {
  const { options, directory, slack, datadog, fleet, lines, releases, redis } = world;
  const knownHosts = join(directory, "known_hosts");
  await writeFile(knownHosts, await throughLines(world));
  const config = join(directory, "lockstep.yml");
  const around = {
    ...{ repositoryUrl: releases.url, datadogUrl: datadog.url, runbooks: RUNBOOKS },
    ...{ botUrl: "http://127.0.0.1:3000", key: fleet.privateKeyPath, knownHosts },
    ports: new Map([...lines].map(([name, { port }]) => [name, port])),
  };
  await writeFile(config, configuration(around));
  return Array.from({ length: options.bots }, (_, i) => {
    const name = `bot-${i + 1}`;
    const environment = {
      ...{ SLACK_BOT_TOKEN: slack.botToken, SLACK_APP_TOKEN: slack.appToken, SLACK_API_URL: slack.apiUrl },
      ...{ DD_API_KEY: datadog.apiKey, DD_APP_KEY: datadog.appKey, DD_API_URL: datadog.url },
      ...{ DATA_DIR: join(directory, name), LOCKSTEP_CONFIG: config, PORT: "0" },
      ...(redis ? { REDIS_URL: redis.url } : {}),
    };
    return new BotProcess(name, join(directory, `${name}.log`), environment);
  });
}

/** The hosts' keys, under the ports at which the lines to them are. */
async function throughLines({ fleet, lines }: Pick<World, "fleet" | "lines">): Promise<string> {
  const keys = await readFile(fleet.knownHostsPath, "utf8");
  return fleet.hosts.reduce(
    (text, { name, port }) => text.replace(`[127.0.0.1]:${port} `, `[127.0.0.1]:${lines.get(name)?.port} `),
    keys,
  );
}
