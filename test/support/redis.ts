// Real redis-servers of a test's own, on loopback, in a directory that goes with them: one by itself, or three as a cluster.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../../playground/ports.ts";

export interface RedisServer {
  url: string;
  port: number;
  directory: string;
  /** Ends the process as it would crash, and starts it again with what it had on disk. */
  restart(): Promise<void>;
  /** Ends the process as it would crash. */
  crash(): Promise<void>;
  /** Starts it again after a crash. Resolves once it takes requests, or at once with `early`. */
  start(more?: string[], early?: boolean): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  stop(): Promise<void>;
}

/** Nodes of a cluster talk to each other on the port 10,000 above their own: that one, too, has to be below those of outgoing connections. */
const HIGHEST_PORT = 22_000;

export const SOUND = ["--appendonly", "yes", "--maxmemory-policy", "noeviction"];

export async function startRedis(settings: string[] = SOUND): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), "lockstep-redis-"));
  const port = await freePort(HIGHEST_PORT);
  const always = ["--port", String(port), "--bind", "127.0.0.1", "--dir", directory, "--save", ""];
  let child = await launch([], false);

  async function launch(more: string[], early: boolean): Promise<ChildProcess> {
    const started = spawn("redis-server", [...always, ...settings, ...more], { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise<void>((resolve, reject) => {
      started.once("error", () => reject(new Error("redis-server is missing: install Debian's package redis-server")));
      started.once("exit", () => reject(new Error("redis-server ended at once")));
      const enough = early ? "Server initialized" : "Ready to accept connections";
      started.stdout?.on("data", (chunk) => String(chunk).includes(enough) && resolve());
    });
    started.removeAllListeners("exit");
    return started;
  }

  async function crash(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    directory,
    crash,
    async start(more = [], early = false) {
      child = await launch(more, early);
    },
    async restart() {
      await crash();
      child = await launch([], false);
    },
    signal: (signal) => void child.kill(signal),
    async stop() {
      await crash();
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Three masters that share the slots. Their settings are those of a server by itself. */
export async function startRedisCluster(): Promise<{ nodes: RedisServer[]; stop(): Promise<void> }> {
  const clustered = ["--cluster-enabled", "yes", "--cluster-node-timeout", "2000"];
  const nodes = await Promise.all([1, 2, 3].map(() => startRedis([...SOUND, ...clustered])));
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  const ask = (...words: string[]) => promisify(execFile)("redis-cli", words);
  await ask("--cluster", "create", ...addresses, "--cluster-yes");
  for (const { port } of nodes)
    while (!(await ask("-p", String(port), "cluster", "info")).stdout.includes("cluster_state:ok"));
  return {
    nodes,
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}
