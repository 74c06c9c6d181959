// Hosts for the benches: an OpenSSH server each, with a port, a host key and a deploy directory of its own. All of them see their directory under one and the same path,
// as hosts of a fleet do, and only their own processes (each server lives in namespaces of its own), so this needs Linux and root. Knows nothing of what is deployed.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { freePorts } from "../../playground/ports.ts";
import type { Host } from "../../src/deploy/order.ts";
import { pool } from "../../src/runner/pool.ts";
import { type KeyPair, makeKey } from "../../test/support/sshd.ts";
import { cpuSeconds, processTree } from "./procfs.ts";

const run = promisify(execFile);
const AT_ONCE = 16;
/** What clients leave behind on the hosts may take so long to end. */
const LONGEST_GOODBYE_MS = 15_000;
const all = { atOnce: AT_ONCE, enough: () => false };
/** What runs on every host before each round. */
export const OLD_RELEASE = "20261101000000-0000000";

export interface Servers {
  hosts: Host[];
  /** The user's key, for all hosts. */
  key: KeyPair;
  /** Path of a known_hosts file with all of them. */
  knownHosts: string;
  /** The deploy path, the same on every host. */
  site: string;
  /** Processor time that the first `count` servers, and everything they began, have used so far. */
  cpuSeconds(count: number): number;
  /** Waits until no server has a session open. */
  untilQuiet(): Promise<void>;
  /** Puts the first `count` hosts back to where they run an old release and have seen nothing else. */
  reset(count: number): Promise<void>;
  /** Has the first `count` hosts run a release that is there, as after a switch. */
  run(count: number, release: string): Promise<void>;
  /** Throws unless each of the first `count` hosts runs this release, restarted. */
  demand(count: number, release: string): Promise<void>;
  /** Throws unless a file of the release has this content on each of the first `count` hosts. */
  demandFile(count: number, path: string, content: Buffer): Promise<void>;
  /** At once, without waiting. */
  kill(): void;
}

/** Starts `count` servers with files below `directory`, which whoever made it removes. */
export async function startServers(count: number, directory: string): Promise<Servers> {
  const site = join(directory, "site");
  await mkdir(site);
  await mkdir("/run/sshd", { recursive: true });
  const key = await makeKey(directory, "user");
  await writeFile(join(directory, "authorized_keys"), `${key.publicKey}\n`);
  const ports = await freePorts(count);
  const started: Server[] = [];
  const kill = () => killTree(started.map(({ process }) => process.pid ?? 0));
  try {
    await pool([...ports.entries()], all, async ([index, port]) => {
      started[index] = await startServer({ directory, site, index, port });
    });
  } catch (error) {
    kill();
    throw error;
  }
  const knownHosts = join(directory, "known_hosts");
  await writeFile(knownHosts, started.map(({ port, publicKey }) => `[127.0.0.1]:${port} ${publicKey}\n`).join(""));
  const pids = started.map(({ process }) => process.pid ?? 0);
  const homes = started.map(({ home }) => home);
  return {
    hosts: ports.map((port, i) => ({ name: nameOf(i), address: "127.0.0.1", port, user: userInfo().username })),
    key,
    knownHosts,
    site,
    cpuSeconds: (of) => cpuSeconds(pids.slice(0, of)),
    untilQuiet: () => untilAlone(pids),
    reset: (of) => pool(homes.slice(0, of), all, reset),
    run: (of, release) => pool(homes.slice(0, of), all, (home) => switchTo(home, release)),
    demand: (of, release) => pool(homes.slice(0, of), all, (home) => demandRelease(home, release)),
    demandFile: (of, path, content) => pool(homes.slice(0, of), all, (home) => demandFile(join(home, path), content)),
    kill,
  };
}

interface Server {
  process: ChildProcess;
  port: number;
  /** What it sees as the deploy path. */
  home: string;
  publicKey: string;
}

interface Plan {
  directory: string;
  site: string;
  index: number;
  port: number;
}

function nameOf(index: number): string {
  return `web-${String(index + 1).padStart(3, "0")}`;
}

async function startServer({ directory, site, index, port }: Plan): Promise<Server> {
  const own = join(directory, nameOf(index));
  const home = join(own, "site");
  await mkdir(home, { recursive: true });
  const { path, publicKey } = await makeKey(own, "host_key");
  const configuration = join(own, "sshd_config");
  await writeFile(configuration, configurationOf({ port, hostKey: path, keys: join(directory, "authorized_keys") }));
  const mounts = 'mount --bind "$1" "$2" && mount --bind "$3" /etc/passwd';
  const enter = `${mounts} && exec "$4" -D -e -f "$5"`;
  const values = [home, site, await accountsOf(own), sshdPath(), configuration];
  const log = openSync(join(own, "log"), "w");
  // The server is the first of its own processes, so that it collects those that outlive their session, and their processor time.
  const apart = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const process = spawn("unshare", [...apart, "sh", "-c", enter, "sh", ...values], { stdio: ["ignore", log, log] });
  await untilListening(process, port).catch(async (error: Error) => {
    throw new Error(`${error.message}: ${await readFile(join(own, "log"), "utf8")}`);
  });
  return { process, port, home, publicKey };
}

/** The accounts as a host sees them: this user with an empty home, because what somebody's `.bashrc` does with every command is nobody's to measure. */
async function accountsOf(own: string): Promise<string> {
  const home = join(own, "home");
  const path = join(own, "passwd");
  await mkdir(home);
  const lines = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => {
    const fields = line.split(":");
    return fields[0] === userInfo().username ? fields.with(5, home).join(":") : line;
  });
  await writeFile(path, lines.join("\n"));
  return path;
}

/** Everything that is not named is OpenSSH's default, MaxStartups 10:30:100 among it. */
function configurationOf({ port, hostKey, keys }: { port: number; hostKey: string; keys: string }): string {
  return [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${hostKey}`,
    `AuthorizedKeysFile ${keys}`,
    "PidFile none",
    "UsePAM no",
    "StrictModes no",
    "PermitRootLogin prohibit-password",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    `Subsystem sftp ${firstThatExists(["/usr/lib/openssh/sftp-server", "/usr/libexec/sftp-server"]) ?? "internal-sftp"}`,
    "",
  ].join("\n");
}

function sshdPath(): string {
  const found = firstThatExists(["/usr/sbin/sshd", "/usr/local/sbin/sshd"]);
  if (!found) throw new Error("no sshd on this machine: apt-get install openssh-server");
  return found;
}

function firstThatExists(paths: string[]): string | undefined {
  return paths.find((path) => existsSync(path));
}

async function untilListening(process: ChildProcess, port: number): Promise<void> {
  for (;;) {
    if (process.exitCode !== null || process.signalCode !== null) throw new Error("a server does not start");
    if (await answers(port)) return;
    await pause(20);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

/** One that keeps the namespace, and the server. */
const PROCESSES_EACH = 2;

async function untilAlone(pids: number[]): Promise<void> {
  const until = performance.now() + LONGEST_GOODBYE_MS;
  while (performance.now() < until) {
    if (processTree(pids).length <= pids.length * PROCESSES_EACH) return;
    await pause(25);
  }
  throw new Error("what a client has left behind on the servers does not end");
}

async function reset(home: string): Promise<void> {
  for (const name of await readdir(home)) await rm(join(home, name), { recursive: true, maxRetries: 3 });
  await mkdir(join(home, "releases", OLD_RELEASE), { recursive: true });
  await symlink(`releases/${OLD_RELEASE}`, join(home, "current"));
}

async function switchTo(home: string, release: string): Promise<void> {
  await rm(join(home, "current"), { force: true });
  await symlink(`releases/${release}`, join(home, "current"));
}

/** The restart commands of all clients write down which release they have restarted. */
async function demandRelease(home: string, release: string): Promise<void> {
  const current = await readlink(join(home, "current"));
  const running = (await readFile(join(home, "running"), "utf8").catch(() => "nothing")).trim();
  if (current !== `releases/${release}` || running !== release)
    throw new Error(`${home} is at ${current} and runs ${running} instead of ${release}`);
}

async function demandFile(path: string, content: Buffer): Promise<void> {
  if (!(await readFile(path)).equals(content)) throw new Error(`${path} is not what was sent`);
}

/** The sessions first: nobody would find them without their server. */
function killTree(pids: number[]): void {
  for (const pid of processTree(pids).reverse()) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // already gone
    }
  }
}

/** Why hosts cannot be played here; null when they can. */
export async function whyNoServers(): Promise<string | null> {
  const tried = await run("unshare", ["--mount", "--pid", "--fork", "--mount-proc", "true"]).catch(
    (error: Error) => error,
  );
  return tried instanceof Error
    ? "this bench needs Linux and root: each host gets namespaces of its own (unshare)"
    : null;
}
