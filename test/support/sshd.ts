// A real OpenSSH server on loopback, with a host key, a configuration and a directory of its own. Works for root and for any other user.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "../../playground/ports.ts";
import type { Host } from "../../src/deploy/order.ts";

const run = promisify(execFile);

export interface KeyPair {
  /** Path of the private key. */
  path: string;
  /** The line for `authorized_keys` and, without its comment, for `known_hosts`. */
  publicKey: string;
}

export interface SshdOptions {
  /** Public keys that may log in. */
  authorizedKey: string | string[];
  /** Types of the host's keys; ed25519 alone when left out. */
  hostKeys?: ("ed25519" | "ecdsa" | "rsa")[];
  /** More lines for the configuration, such as `SetEnv PATH=/only/this`. */
  settings?: string[];
}

export interface Sshd {
  port: number;
  /** For releases; removed by `stop`. */
  directory: string;
  /** Lines for a known_hosts file, one per host key. */
  knownHosts: string;
  host(name: string): Host;
  /** Kills the processes that serve connections, but not the server: every connection ends with a FIN. */
  killSessions(): Promise<void>;
  /** As `killSessions`, but what runs in the sessions lives on and only loses its line. */
  killLogins(): Promise<void>;
  stop(): Promise<void>;
}

/** Makes a key pair in `directory`. */
export async function makeKey(directory: string, name = "id", type = "ed25519", passphrase = ""): Promise<KeyPair> {
  const path = join(directory, name);
  const size = type === "rsa" ? ["-b", "2048"] : [];
  await run("ssh-keygen", ["-q", "-t", type, ...size, "-N", passphrase, "-C", "", "-f", path]);
  return { path, publicKey: (await readFile(`${path}.pub`, "utf8")).trim() };
}

export async function startSshd(options: SshdOptions): Promise<Sshd> {
  const directory = await mkdtemp(join(tmpdir(), "lockstep-sshd-"));
  const keys = await Promise.all(
    (options.hostKeys ?? ["ed25519"]).map((type) => makeKey(directory, `host_${type}`, type)),
  );
  const authorized = join(directory, "authorized_keys");
  await writeFile(authorized, `${[options.authorizedKey].flat().join("\n")}\n`);
  await mkdir(join(directory, "releases"));
  // Root's sshd insists on this directory; on a machine that never ran sshd it is missing.
  if (process.getuid?.() === 0) await mkdir("/run/sshd", { recursive: true });
  const { server, port } = await startListening(directory, configuration(authorized, keys, options.settings ?? []));
  const lines = keys.map(({ publicKey }) => `[127.0.0.1]:${port} ${publicKey}\n`);
  return {
    port,
    directory: join(directory, "releases"),
    knownHosts: lines.join(""),
    host: (name) => ({ name, address: "127.0.0.1", port, user: userInfo().username }),
    killSessions: async () => killAll((await descendants(server.pid ?? 0)).map(({ pid }) => pid)),
    killLogins: async () => killAll((await descendants(server.pid ?? 0)).filter(isLogin).map(({ pid }) => pid)),
    async stop() {
      const below = await descendants(server.pid ?? 0);
      await kill(server);
      killAll(below.map(({ pid }) => pid));
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function configuration(authorized: string, keys: KeyPair[], settings: string[]): string {
  return [
    ...keys.map(({ path }) => `HostKey ${path}`),
    `AuthorizedKeysFile ${authorized}`,
    "ListenAddress 127.0.0.1",
    "PidFile none",
    "UsePAM no",
    "StrictModes no",
    "PermitRootLogin yes",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "MaxStartups 100",
    "LogLevel INFO",
    ...settings,
    // As from another shell: bash would read the ~/.bashrc of whoever runs the tests for every command. Of two such lines the first one counts.
    "SetEnv SHLVL=2",
    "",
  ].join("\n");
}

/** sshd knows no port 0: a free one is looked for, and another one if somebody was faster. */
async function startListening(directory: string, text: string): Promise<{ server: ChildProcess; port: number }> {
  const path = join(directory, "sshd_config");
  for (let tries = 0; ; tries += 1) {
    const port = await freePort();
    await writeFile(path, `Port ${port}\n${text}`);
    const server = spawn(sshdPath(), ["-D", "-e", "-f", path], { stdio: ["ignore", "ignore", "pipe"] });
    const said = await untilListening(server);
    if (said === null) return { server, port };
    await kill(server);
    if (tries === 4) throw new Error(`sshd does not start: ${said}`);
  }
}

/** null once it listens, otherwise what it said. */
function untilListening(server: ChildProcess): Promise<string | null> {
  return new Promise((resolve) => {
    let said = "";
    server.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-4_000);
      if (said.includes("Server listening on")) resolve(null);
    });
    server.once("error", (error) => resolve(error.message));
    server.once("exit", () => resolve(said));
  });
}

function sshdPath(): string {
  const found = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/opt/homebrew/sbin/sshd"].find((path) => existsSync(path));
  if (!found) throw new Error("no sshd on this machine: install openssh-server");
  return found;
}

interface Process {
  pid: number;
  parent: number;
  name: string;
}

const isLogin = ({ name }: Process) => name.includes("sshd");

/** Every process that was started by this one, however far down. */
async function descendants(pid: number): Promise<Process[]> {
  const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid=,comm="]);
  const all = stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, parent, ...name]) => ({ pid: Number(pid), parent: Number(parent), name: name.join(" ") }));
  const found = all.filter(({ parent }) => parent === pid);
  for (const one of found) found.push(...all.filter(({ parent }) => parent === one.pid));
  return found;
}

/** Waits until this process has ended. One that nobody has collected yet counts as ended. */
export async function untilEnded(pid: number): Promise<void> {
  for (;;) {
    const state = await run("ps", ["-o", "stat=", "-p", String(pid)]).then(
      ({ stdout }) => stdout.trim(),
      () => "",
    );
    if (state === "" || state.startsWith("Z")) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function killAll(pids: number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // already gone
    }
  }
}

function kill(server: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (server.exitCode !== null || server.signalCode !== null || server.pid === undefined) return resolve();
    server.once("exit", () => resolve());
    server.kill("SIGKILL");
  });
}
