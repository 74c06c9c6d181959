// The real command as a process, with everything that it looks at: stand-ins for Slack and Datadog, a git repository, a real sshd
// behind many doors.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import manifest from "../../manifest.json" with { type: "json" };
import { type DatadogStandIn, startDatadog } from "../../playground/datadog/server.ts";
import { type SlackStandIn, startSlack } from "../../playground/slack/server.ts";
import { startLockstep } from "../support/lockstep.ts";
import { startProxy } from "../support/proxy.ts";
import { makeRepository, type Repository } from "../support/repository.ts";
import { type KeyPair, makeKey, type Sshd, startSshd } from "../support/sshd.ts";

const ROOT = join(import.meta.dirname, "../..");

// biome-ignore lint/suspicious/noExplicitAny: tests write what the schema does not allow
export type Anything = any;

export interface Ran {
  code: number | null;
  /** Line breaks inside of cells are spaces. */
  flat: string;
  out: string;
  err: string;
  tookMs: number;
}

export interface Running {
  ended: Promise<Ran>;
  signal(name: NodeJS.Signals): void;
}

export interface Bench {
  slack: SlackStandIn;
  datadog: DatadogStandIn;
  repository: Repository;
  sshd: Sshd;
  folder: string;
  /** A host at a port of its own, which leads to the sshd; from 1 on. */
  host(number: number): object;
  /** A configuration in which all is well: web-01 and web-02, of which web-01 is the canary. */
  configuration(): Anything;
  start(args: string[], configuration?: Anything, environment?: Record<string, string>): Promise<Running>;
  run(args: string[], configuration?: Anything, environment?: Record<string, string>): Promise<Ran>;
  close(): Promise<void>;
}

const nameOf = (number: number) => `web-${String(number).padStart(2, "0")}`;

/** With so many hosts, which are all the same sshd. */
export async function startBench(count: number): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-doctor-"));
  const key = await makeKey(folder);
  const [slack, datadog, repository, sshd] = await Promise.all([
    startSlack({ manifest }),
    startDatadog({ evaluateMs: 0, flushMs: 0 }),
    makeRepository(join(folder, "repository")),
    startSshd({ authorizedKey: key.publicKey }),
  ]);
  await repository.commit("first");
  await writeFile(join(folder, "known_hosts"), sshd.knownHosts.replaceAll(`:${sshd.port}`, ":*"));
  const doors = await Promise.all(Array.from({ length: count }, () => startProxy(sshd.port)));
  const host = (number: number) => ({ ...sshd.host(nameOf(number)), port: doors[number - 1]?.port });
  const bench: Omit<Bench, "run"> = {
    ...{ slack, datadog, repository, sshd, folder, host },
    configuration: () => configurationWith(bench, key),
    start: async (args, configuration = bench.configuration(), environment = {}) => {
      const path = join(folder, `lockstep-${Math.random().toString(36).slice(2)}.yml`);
      await writeFile(path, typeof configuration === "string" ? configuration : stringify(configuration));
      return start(args, { ...environmentOf(bench), LOCKSTEP_CONFIG: path, ...environment }, folder);
    },
    async close() {
      await Promise.all([slack.close(), datadog.close(), sshd.stop(), ...doors.map((door) => door.close())]);
      await rm(folder, { recursive: true });
    },
  };
  return { ...bench, run: async (...how) => (await bench.start(...how)).ended };
}

function configurationWith({ folder, repository, sshd, host }: Omit<Bench, "run">, key: KeyPair): Anything {
  return {
    channel: "#deploys",
    runbooks: join(ROOT, "runbooks"),
    ssh: { key: key.path, knownHosts: [join(folder, "known_hosts")], connectTimeout: "15s" },
    environments: { production: { who: { deploy: ["S0SRE"], lock: "everyone", rollBack: "everyone" } } },
    services: {
      web: {
        repository: repository.url,
        defaultEnvironment: "production",
        release: { path: join(sshd.directory, "web"), restart: "true" },
        checks: {
          hits: {
            limit: { query: "sum:web.hits{service:$service,$canary} by {host}.as_count()", atLeast: 1 },
            means: "Somebody is there.",
            runbook: "background-jobs.md#no-jobs",
          },
        },
        environments: { production: { hosts: [host(1), host(2)], canary: 1 } },
      },
    },
  };
}

function environmentOf({ slack, datadog, folder }: Omit<Bench, "run">): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "",
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    DD_API_KEY: datadog.apiKey,
    DD_APP_KEY: datadog.appKey,
    DD_API_URL: datadog.url,
    DATA_DIR: join(folder, "data"),
  };
}

function start(args: string[], env: Record<string, string>, cwd: string): Running {
  const begun = performance.now();
  const { ended, signal } = startLockstep(["doctor", ...args], { cwd, env });
  return {
    ended: ended.then((ran) => {
      const flat = ran.out.replace(/\n {12,}(?![ →])/g, " ").replace(/ {2,}/g, " ");
      return { ...ran, flat, tookMs: performance.now() - begun };
    }),
    signal,
  };
}

/** Points of these hosts, now and some minutes ago. */
export function submit({ datadog }: Bench, hosts: number[]): void {
  for (const number of hosts) {
    datadog.submit("web.hits", Date.now() - 300_000, 1, ["service:web", `host:${nameOf(number)}`]);
  }
}

/** Hosts that take a call and say nothing, each at a port of its own. */
export async function startBlackHoles(first: number, count: number): Promise<{ hosts: object[]; close(): void }> {
  const servers: Server[] = [];
  const hosts: object[] = [];
  for (let i = 0; i < count; i += 1) {
    const server = createServer((socket) => socket.on("error", () => {}));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    servers.push(server);
    hosts.push({ name: nameOf(first + i), address: "127.0.0.1", port });
  }
  return {
    hosts,
    close: () => {
      for (const server of servers) server.close();
    },
  };
}
