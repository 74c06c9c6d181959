// A directory and servers for one run of a bench, and their end, however the run ends. Knows nothing of what is measured.

import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { killClients } from "./client.ts";
import { openFilesLimit } from "./procfs.ts";
import { type Servers, startServers, whyNoServers } from "./servers.ts";

/** Connections, and a few files for each host that is worked on. */
const FILES_PER_HOST = 4;
const FILES_BESIDES = 200;

export interface Stage {
  servers: Servers;
  directory: string;
}

/** Ends this process with a sentence when hosts cannot be played here. Everything is gone again when this process is. */
export async function openStage(hosts: number): Promise<Stage> {
  const reason = (await whyNoServers()) ?? whyTooMany(hosts);
  if (reason) {
    console.error(reason);
    process.exit(1);
  }
  // Below the working directory: a temporary directory may be in memory, which has nothing to flush.
  const directory = await mkdtemp(join(process.cwd(), "bench-"));
  let servers: Servers | undefined;
  process.on("exit", () => {
    killClients();
    servers?.kill();
    rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(1));
  console.log(`starting ${hosts} servers`);
  servers = await startServers(hosts, directory);
  return { servers, directory };
}

/** Node has raised the limit to the most that it may have; more is up to whoever starts it. */
function whyTooMany(hosts: number): string | null {
  const needed = hosts * FILES_PER_HOST + FILES_BESIDES;
  const limit = openFilesLimit();
  if (limit >= needed) return null;
  return `${hosts} hosts need ${needed} open files and this shell allows ${limit}: \`ulimit -n ${needed}\` first`;
}
