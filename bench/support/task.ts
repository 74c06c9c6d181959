// What every client is told to do: the same release to the same hosts. Written to a file, so that clients in any language find their part. Knows no client.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Host } from "../../src/deploy/order.ts";
import type { Archive } from "../../src/ports/source.ts";
import type { Servers } from "./servers.ts";

export interface Task {
  hosts: Host[];
  /** Path of the user's private key. */
  key: string;
  knownHosts: string;
  /** The deploy path on every host. */
  site: string;
  archive: Archive;
  /** Name of the release's directory. */
  release: string;
  /** Hosts that are worked on at the same time. */
  atOnce: number;
  /** For files of the client's own, on a disk. */
  scratch: string;
  /** Where the archive goes by clients that upload it first, and what is run then. */
  uploaded: string;
  command: string;
}

/** Where a task lies: as JSON, and in the forms that other programs read. */
export interface TaskFiles {
  json: string;
  /** `address:port` a line. */
  hosts: string;
  /** Ansible's. */
  inventory: string;
}

export interface Wanted {
  servers: Servers;
  archive: Archive;
  directory: string;
  atOnce: number;
}

let count = 0;

/** A release that no host has seen yet, for the first `hosts` of the servers. */
export async function newTask(hosts: number, { servers, archive, directory, atOnce }: Wanted): Promise<Task> {
  count += 1;
  const release = `${20261120000000 + count}-${count.toString(16).padStart(7, "0")}`;
  const scratch = join(directory, `task-${count}`);
  await mkdir(scratch);
  const { site, knownHosts, key } = servers;
  const uploaded = `${site}/${release}.tar.gz`;
  const command = hostCommand({ site, release }, uploaded);
  const own = { archive, release, atOnce, scratch, uploaded, command };
  return { hosts: servers.hosts.slice(0, hosts), key: key.path, knownHosts, site, ...own };
}

export async function writeTask(task: Task): Promise<TaskFiles> {
  const files = { json: "task.json", hosts: "hosts", inventory: "inventory" };
  const at = (name: keyof TaskFiles) => join(task.scratch, files[name]);
  const lines = task.hosts.map(({ address, port }) => `${address}:${port}\n`);
  const named = task.hosts.map(({ name, address, port }) => `${name} ansible_host=${address} ansible_port=${port}\n`);
  await writeFile(at("json"), JSON.stringify(task));
  await writeFile(at("hosts"), lines.join(""));
  await writeFile(at("inventory"), named.join(""));
  return { json: at("json"), hosts: at("hosts"), inventory: at("inventory") };
}

export async function readTask(path: string): Promise<Task> {
  return JSON.parse(await readFile(path, "utf8"));
}

/**
 * What a host has to do once the archive is there: unpack, switch in one instant, restart. A program that never changes; `$1` is the site, `$2` the release,
 * `$3` the archive, `-` for standard input.
 */
const hostProgram = [
  'cd "$1"',
  'mkdir "releases/$2"',
  'tar -xzf "$3" -C "releases/$2"',
  'ln -s "releases/$2" .next',
  "mv -Tf .next current",
  'printf "%s\\n" "$2" >running',
].join(" && ");

/** The same as one line for a login shell. Names of releases and sites of the bench need no quotes. */
export function hostCommand({ site, release }: Pick<Task, "site" | "release">, archive: string): string {
  return `sh -c '${hostProgram}' sh ${site} ${release} ${archive}`;
}
