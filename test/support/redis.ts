// A real redis-server of a test's own, on loopback, in a directory that goes with it.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface RedisServer {
  url: string;
  /** Ends the process as it would crash, and starts it again with what it had on disk. */
  restart(): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  stop(): Promise<void>;
}

export async function startRedis(
  settings: string[] = ["--appendonly", "yes", "--maxmemory-policy", "noeviction"],
): Promise<RedisServer> {
  const directory = await mkdtemp(join(tmpdir(), "lockstep-redis-"));
  const port = await freePort();
  let child = await launch();

  async function launch(): Promise<ChildProcess> {
    const started = spawn(
      "redis-server",
      ["--port", String(port), "--bind", "127.0.0.1", "--dir", directory, "--save", "", ...settings],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    await new Promise<void>((resolve, reject) => {
      started.once("error", () => reject(new Error("redis-server is missing: install Debian's package redis-server")));
      started.once("exit", () => reject(new Error("redis-server ended at once")));
      started.stdout?.on("data", (chunk) => String(chunk).includes("Ready to accept connections") && resolve());
    });
    started.removeAllListeners("exit");
    return started;
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  }

  return {
    url: `redis://127.0.0.1:${port}`,
    async restart() {
      await end("SIGKILL");
      child = await launch();
    },
    signal: (signal) => void child.kill(signal),
    async stop() {
      await end("SIGKILL");
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
