// The playground's fleet: SSH servers on this machine that really run the commands they are sent, each in a directory of
// its own. Knows no service, no release and no bot.

import { randomUUID } from "node:crypto";
import { mkdir, realpath, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePorts } from "../ports.ts";
import { makeHost, type RunningHost } from "./host.ts";
import { type KeyPair, makeKey } from "./keys.ts";
import { onLastResort } from "./last-resort.ts";
import { trackProcesses } from "./processes.ts";
import type { Ran } from "./run.ts";

export interface FleetOptions {
  /** Where the hosts' directories and the keys go; made when missing. */
  directory: string;
  count: number;
  /** Tag `env` of the demo service's metrics. */
  environment: string;
  /** Where DogStatsD listens; without it the demo service sends no metrics. */
  metrics?: { address: string; port: number };
  /** The name of host `i`, counted from 0; `web-01`, `web-02` … when left out. */
  hostName?: (i: number) => string;
}

export interface DemoHost {
  name: string;
  address: string;
  port: number;
  user: string;
  /** The deploy path to configure: the same for all hosts, and on each of them its own directory (see `host.ts`). */
  path: string;
  /** Where that path really lies on this machine. */
  realPath: string;
  /** Where the demo service answers over HTTP, on the same address. */
  servicePort: number;
  /** The host's home directory. */
  directory: string;
}

export interface DemoFleet {
  hosts: DemoHost[];
  privateKeyPath: string;
  knownHostsPath: string;
  /** Stops a host's SSH server: connections are cut, new ones refused. Its services go on. */
  down(host: Named): Promise<void>;
  /** Starts it again on the same port with the same key. */
  up(host: Named): Promise<void>;
  /** From now on the host's SSH server accepts connections and never answers. */
  hang(host: Named): Promise<void>;
  /** Runs a shell command on a host as SSH would, without SSH. Its two outputs come back as one text. */
  run(host: Named, command: string, input?: Buffer): Promise<Ran>;
  /** Stops the servers and ends every process the hosts' commands have started, detached ones too. */
  close(): Promise<void>;
}

/** A host by its name. */
export type Named = string | { name: string };

/** Starts `count` hosts on 127.0.0.1. Rejects when the directory cannot be used. */
export async function startFleet(options: FleetOptions): Promise<DemoFleet> {
  const directory = await prepare(options.directory);
  const described = await describeHosts(options, directory);
  const fleetId = randomUUID();
  const processes = trackProcesses(realPaths(described), fleetId);
  const stopWatching = onLastResort(processes.end);
  const clientKey = makeKey("playground");
  const hosts = described.map((host) =>
    makeHost(host, { hostKey: makeKey(host.name), clientKey, processes, options, fleetId }),
  );
  const files = await writeKeys(directory, clientKey, hosts.map((host) => host.knownHostsLine).join(""));
  await Promise.all(realPaths(described).map((path) => mkdir(path, { recursive: true })));
  await Promise.all(hosts.map((host) => host.up()));

  function named(wanted: Named): RunningHost {
    const name = typeof wanted === "string" ? wanted : wanted.name;
    const found = hosts.find((host) => host.name === name);
    if (found === undefined) throw new Error(`there is no demo host ${name}`);
    return found;
  }

  return {
    hosts: described,
    ...files,
    down: async (host) => named(host).down(),
    up: async (host) => named(host).up(),
    hang: async (host) => named(host).hang(),
    run: async (host, command, input) => named(host).run(command, input),
    async close() {
      await Promise.all(hosts.map((host) => host.down()));
      await processes.ended();
      stopWatching();
    },
  };
}

function realPaths(hosts: DemoHost[]): string[] {
  return hosts.map((host) => host.realPath);
}

async function prepare(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  const real = await realpath(directory);
  // Host paths are put into commands as they are (see host.ts), so they must mean nothing to a shell.
  if (!/^[\w./@+-]+$/.test(real)) throw new Error(`a fleet's directory holds plain characters only, not: ${real}`);
  await rm(join(real, "keys"), { recursive: true, force: true });
  return real;
}

async function describeHosts(options: FleetOptions, directory: string): Promise<DemoHost[]> {
  const { count, hostName = (i) => `web-${String(i + 1).padStart(2, "0")}` } = options;
  const ports = await freePorts(count * 2);
  return Array.from({ length: count }, (_, i) => {
    const home = join(directory, hostName(i));
    return {
      name: hostName(i),
      address: "127.0.0.1",
      port: ports[i] as number,
      user: "deploy",
      path: "/srv/web",
      realPath: join(home, "srv", "web"),
      servicePort: ports[count + i] as number,
      directory: home,
    };
  });
}

async function writeKeys(directory: string, key: KeyPair, knownHosts: string) {
  const keys = join(directory, "keys");
  const privateKeyPath = join(keys, "id_ed25519");
  const knownHostsPath = join(keys, "known_hosts");
  await mkdir(keys, { mode: 0o700 });
  await writeFile(privateKeyPath, key.private, { mode: 0o600 });
  await writeFile(`${privateKeyPath}.pub`, `${key.public}\n`);
  await writeFile(knownHostsPath, knownHosts);
  return { privateKeyPath, knownHostsPath };
}
