// A host of its own on this machine: a real OpenSSH server whose commands see a disk of their own at /srv, as on any other machine, so that many hosts can
// have the same deploy path. Needs Linux, and root or user namespaces. Knows no deploy.

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { chmod, mkdtemp, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Host } from "../../src/deploy/order.ts";
import { type FaultyLine, startProxy } from "./proxy.ts";
import { type Sshd, startSshd } from "./sshd.ts";

const run = promisify(execFile);

/** The same on every host. */
export const DEPLOY_PATH = "/srv/web";

export interface SshHostOptions {
  /** Reached through a line that can fail. */
  line?: boolean;
  /** Size of the disk at /srv, in MiB; 256 when left out, and nothing is taken before it is written to. */
  diskMiB?: number;
  /** Words put before every command that is run there, such as `faketime -f +1y`. */
  before?: string;
  /** More lines for sshd's configuration. */
  settings?: string[];
}

export class SshHost {
  readonly name: string;
  readonly sshd: Sshd;
  readonly line: FaultyLine | null;
  readonly #room: ChildProcess;
  readonly #directory: string;

  private constructor(
    name: string,
    parts: { sshd: Sshd; line: FaultyLine | null; room: ChildProcess; directory: string },
  ) {
    this.name = name;
    this.sshd = parts.sshd;
    this.line = parts.line;
    this.#room = parts.room;
    this.#directory = parts.directory;
  }

  static async start(name: string, authorizedKey: string, options: SshHostOptions = {}): Promise<SshHost> {
    const directory = await mkdtemp(join(tmpdir(), "lockstep-host-"));
    const room = await openRoom(options.diskMiB ?? 256);
    const login = join(directory, "login");
    const enter = ["nsenter", ...entering(room), "--", ...(options.before ? [options.before] : [])].join(" ");
    await writeFile(login, `#!/bin/sh\nexec ${enter} /bin/sh -c "\${SSH_ORIGINAL_COMMAND:-exec sh}"\n`);
    await chmod(login, 0o755);
    const settings = [`ForceCommand exec ${login}`, ...(options.settings ?? [])];
    const sshd = await startSshd({ authorizedKey, settings });
    const line = options.line ? await startProxy(sshd.port) : null;
    return new SshHost(name, { sshd, line, room, directory });
  }

  /** As an order names it: through the line, if it has one. */
  get host(): Host {
    return { ...this.sshd.host(this.name), port: this.line?.port ?? this.sshd.port };
  }

  /** Past the line. */
  get straight(): Host {
    return this.sshd.host(this.name);
  }

  /** Lines for a known_hosts file, for both ways. */
  get knownHosts(): string {
    const { knownHosts, port } = this.sshd;
    return this.line ? knownHosts + knownHosts.replaceAll(`:${port} `, `:${this.line.port} `) : knownHosts;
  }

  /** The name of the release that `current` points to, as the disk says; null when there is none. */
  async runs(): Promise<string | null> {
    const link = await readlink(join(this.#disk, "current")).catch(() => null);
    return link === null ? null : (link.split("/").at(-1) ?? null);
  }

  /** A file below the deploy path; null when it is not there. */
  read(path: string): Promise<string | null> {
    return readFile(join(this.#disk, path), "utf8").catch(() => null);
  }

  /** Runs a command on the host without SSH: what somebody at its console does. */
  async atConsole(command: string): Promise<string> {
    const { stdout } = await run("nsenter", [...entering(this.#room), "--", "/bin/sh", "-c", command]);
    return stdout;
  }

  /** As `atConsole`, but as whoever logs in sees the host. */
  async throughSsh(command: string, key: string): Promise<string> {
    const { port, user, address } = this.straight;
    const trust = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"];
    const { stdout } = await run("ssh", [...trust, "-i", key, "-p", `${port}`, `${user}@${address}`, command]);
    return stdout;
  }

  /** What is running there: the arguments of each process. Who logged in but runs nothing does not count. */
  processes(): string[] {
    return this.#inRoom().map(argumentsOf);
  }

  /** From here on nothing listens any more, and who is connected is cut off. */
  async down(): Promise<void> {
    await this.sshd.stop();
  }

  async stop(): Promise<void> {
    await this.line?.close();
    await this.sshd.stop();
    for (const pid of this.#inRoom()) end(Number(pid));
    if (this.#room.exitCode === null && this.#room.signalCode === null) {
      this.#room.kill("SIGKILL");
      await once(this.#room, "exit");
    }
    await rm(this.#directory, { recursive: true, force: true, maxRetries: 5 });
  }

  #inRoom(): string[] {
    const room = namespaceOf(String(this.#room.pid));
    return readdirSync("/proc").filter(
      (name) => /^\d+$/.test(name) && name !== String(this.#room.pid) && room !== null && namespaceOf(name) === room,
    );
  }

  get #disk(): string {
    return `/proc/${this.#room.pid}/root${DEPLOY_PATH}`;
  }
}

const isRoot = process.getuid?.() === 0;

/** A process that does nothing but hold the disk: it ends with us, and the disk with it. */
async function openRoom(diskMiB: number): Promise<ChildProcess> {
  const mount = `mount -t tmpfs -o size=${diskMiB}m,mode=755 lockstep /srv && echo ready && exec cat`;
  const words = [...(isRoot ? [] : ["--map-root-user"]), "--mount", "/bin/sh", "-c", mount];
  const room = spawn("unshare", words, { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  room.stderr.on("data", (bytes) => {
    said += bytes;
  });
  const ready = new Promise<boolean>((resolve) => {
    room.stdout.once("data", () => resolve(true));
    room.once("exit", () => resolve(false));
    room.once("error", () => resolve(false));
  });
  if (await ready) return room;
  throw new Error(`a host needs a disk of its own: be root on Linux, or allow user namespaces (${said.trim()})`);
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // it has ended meanwhile
  }
}

function entering({ pid }: ChildProcess): string[] {
  return [...(isRoot ? [] : ["--user", "--preserve-credentials"]), "--mount", `--target=${pid}`];
}

function namespaceOf(pid: string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    return null; // it has ended, or is somebody else's
  }
}

function argumentsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ").trim().slice(0, 200);
  } catch {
    return "";
  }
}
