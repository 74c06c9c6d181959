// Runs one client in a process of its own and measures it. The client says `ready` when it has loaded everything, waits for a line, says `done` with what it has to tell, and stays until
// its standard input ends, so that its processor time and memory can be read. Knows nothing of what it does.

import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import {
  cpuSeconds,
  forgetPeak,
  loopbackBytes,
  peakBytes,
  processesBegun,
  residentBytes,
  treeBytes,
} from "./procfs.ts";

const MB = 1_000_000;
/** How often the memory of clients is read that begin other processes. */
const SAMPLE_MS = 250;

export interface Client {
  command: string;
  args: string[];
  /** It does its work in other processes: memory is sampled over all of them, and counts from nothing. */
  manyProcesses?: boolean;
  environment?: Record<string, string>;
}

export interface Measured {
  /** From the order to its end. */
  seconds: number;
  clientCpu: number;
  serverCpu: number;
  /** The most memory above what the client had when it was ready. */
  peakMb: number;
  /** Processes and threads that the machine began meanwhile. */
  processes: number;
  /** What went over the loopback meanwhile. */
  wireMb: number;
  told: Record<string, unknown>;
}

export interface Around {
  /** Processor time of the servers so far, in seconds; read when nothing of the client is left under way. */
  serverCpu(): number;
  /** Waits until the servers have collected what the client left behind. */
  settle(): Promise<void>;
  /** While the client works, until the promise that it is given is settled. */
  meanwhile?(done: Promise<unknown>, told: Record<string, unknown>): Promise<unknown>;
}

type Process = ChildProcessByStdio<Writable, Readable, Readable>;
const running = new Set<Process>();

/** All that run just now, and what they have begun. */
export function killClients(): void {
  for (const { pid } of running) {
    try {
      if (pid !== undefined) process.kill(-pid, "SIGKILL");
    } catch {
      // already gone
    }
  }
}

/** Rejects with what the client said last when it fails. */
export async function measureClient(client: Client, around: Around): Promise<Measured> {
  const env = { ...process.env, ...client.environment };
  const child = spawn(client.command, client.args, { stdio: ["pipe", "pipe", "pipe"], env, detached: true });
  running.add(child);
  const heard = listen(child);
  try {
    const greeting = await heard.next("ready");
    return await measure(child, { client, around, greeting, done: () => heard.next("done") });
  } finally {
    child.stdin.end();
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    running.delete(child);
    await around.settle();
  }
}

interface Course {
  client: Client;
  around: Around;
  greeting: Record<string, unknown>;
  done(): Promise<Record<string, unknown>>;
}

async function measure(child: Process, { client, around, greeting, done }: Course): Promise<Measured> {
  const pid = child.pid ?? 0;
  const before = {
    client: cpuSeconds([pid]),
    servers: around.serverCpu(),
    processes: processesBegun(),
    wire: loopbackBytes(),
  };
  const memory = client.manyProcesses ? sampledMemory(pid) : ownMemory(pid);
  const began = performance.now();
  child.stdin.write("go\n");
  const ending = done();
  const besides = around.meanwhile?.(
    ending.catch(() => null),
    greeting,
  );
  const told = await ending;
  const seconds = (performance.now() - began) / 1000;
  const seen = await besides;
  const after = { client: cpuSeconds([pid]), processes: processesBegun(), wire: loopbackBytes() };
  const peakMb = memory() / MB;
  child.stdin.end();
  await around.settle();
  return {
    seconds,
    clientCpu: after.client - before.client,
    serverCpu: around.serverCpu() - before.servers,
    peakMb,
    processes: after.processes - before.processes,
    wireMb: (after.wire - before.wire) / MB,
    told: { ...told, ...(typeof seen === "object" ? seen : {}) },
  };
}

function ownMemory(pid: number): () => number {
  const idle = residentBytes(pid);
  forgetPeak(pid);
  return () => peakBytes(pid) - idle;
}

function sampledMemory(pid: number): () => number {
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, treeBytes(pid));
  }, SAMPLE_MS);
  return () => {
    clearInterval(timer);
    return most;
  };
}

/** The lines of the protocol, and the last of everything else for whoever looks for a mistake. */
function listen(child: Process) {
  const noise: string[] = [];
  const waiting = new Map<string, (told: Record<string, unknown>) => void>();
  const keep = (line: string) => void noise.splice(0, noise.length, ...noise.slice(-20), line);
  createInterface(child.stderr).on("line", keep);
  createInterface(child.stdout).on("line", (line) => {
    const [word = "", rest = ""] = line.split(/ (.*)/s);
    const hear = waiting.get(word);
    if (hear) hear(rest === "" ? {} : JSON.parse(rest));
    else keep(line);
  });
  const ended = once(child, "close").then(([code]) => {
    throw new Error(`it ended with ${code}:\n${noise.join("\n")}`);
  });
  ended.catch(() => undefined);
  return {
    next: (word: string) =>
      Promise.race([ended, new Promise<Record<string, unknown>>((resolve) => waiting.set(word, resolve))]),
  };
}

/** A command line that knows nothing of the protocol; its values come as `$1` and so on. Its exit code has to be 0. What follows in `afterwards` is not measured. */
export function shellClient(script: string, values: string[], afterwards = "true"): Client {
  const around = `echo ready; read -r _; (${script}) >&2 </dev/null || exit 1; echo done; read -r _; ${afterwards}`;
  return { command: "sh", args: ["-c", around, "sh", ...values], manyProcesses: true };
}

/** A TypeScript program of this project, with its collector of garbage within reach, so that it is idle when it says so. */
export function nodeClient(path: string, values: string[], options: string[] = []): Client {
  return { command: process.execPath, args: ["--expose-gc", ...options, "--import", "tsx", path, ...values] };
}
