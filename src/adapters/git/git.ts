// Runs git: without a shell, without questions, with a time limit. Knows no repository.

import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { withoutLogins } from "../../deploy/secrets.ts";
import type { SourceProblem } from "../../ports/source.ts";

export interface Limits {
  timeoutMs: number;
  signal: AbortSignal;
}

/** git did not do what it was asked; `message` is for people and holds no credentials. */
export class GitProblem extends Error {
  override name = "GitProblem";
  readonly problem: SourceProblem;

  constructor(problem: SourceProblem, detail: string) {
    super(detail);
    this.problem = problem;
  }

  /** What is no problem of git's is the repository's. */
  static of(error: unknown): GitProblem {
    return error instanceof GitProblem ? error : new GitProblem("repositoryBroken", String(error));
  }
}

/** Longest text of git's that is kept; lists are asked for with limits of their own. */
const outputLimit = 8 * 1024 * 1024;

/**
 * What git printed on standard output. `onBytes`, when given, gets it instead, piece by piece, and is waited for.
 * Rejects with `GitProblem`: `timedOut` after `timeoutMs` or when the signal aborts, otherwise `repositoryBroken`.
 */
export async function git(args: string[], limits: Limits, onBytes?: (bytes: Buffer) => Promise<void>): Promise<string> {
  const name = `git ${args.find((arg) => !arg.startsWith("-"))}`;
  const child = start(args);
  const ended = endOf(child);
  let reason: string | null = null;
  const stop = (why: string) => {
    reason ??= why;
    killGroup(child);
  };
  const onAbort = () => stop(`${name} was stopped`);
  const timer = setTimeout(() => stop(`${name} took longer than ${limits.timeoutMs / 1000} s`), limits.timeoutMs);
  limits.signal.addEventListener("abort", onAbort, { once: true });
  if (limits.signal.aborted) onAbort();
  try {
    const words = lastWordsOf(child);
    const output: Buffer[] = [];
    let size = 0;
    for await (const bytes of child.stdout) {
      size += bytes.length;
      if (onBytes) await onBytes(bytes);
      else if (size > outputLimit) throw new GitProblem("repositoryBroken", `${name} printed too much`);
      else output.push(bytes);
    }
    const code = await ended;
    if (reason !== null) throw new GitProblem("timedOut", reason);
    if (code !== 0) throw new GitProblem("repositoryBroken", firstWords(words()) || `${name} exited with ${code}`);
    return Buffer.concat(output).toString("utf8");
  } catch (error) {
    stop("it failed");
    await ended.catch(() => {});
    throw error;
  } finally {
    clearTimeout(timer);
    limits.signal.removeEventListener("abort", onAbort);
  }
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** Those that run end with this process: nobody would be left to stop one that hangs. */
const running = new Set<Child>();
process.once("exit", () => {
  for (const child of running) signalGroup(child, "SIGKILL");
});

/** In a group of its own: git starts ssh and others, and they must end with it. */
function start(args: string[]): Child {
  const child = spawn("git", [...safeSettings, ...args], {
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  running.add(child);
  child.once("close", () => running.delete(child));
  child.once("error", () => running.delete(child));
  return child;
}

function endOf(child: Child): Promise<number | null> {
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", (error) =>
      reject(new GitProblem("repositoryBroken", `git cannot be started: ${error.message}`)),
    );
    child.once("close", resolve);
  });
  ended.catch(() => {}); // it is waited for later
  return ended;
}

/** Asked first, so that git takes its lock files with it. */
function killGroup(child: Child): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  signalGroup(child, "SIGTERM");
  const harder = setTimeout(() => signalGroup(child, "SIGKILL"), 1_000);
  child.once("close", () => clearTimeout(harder));
}

function signalGroup({ pid }: Child, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // the group is gone
  }
}

function lastWordsOf(child: Child): () => string {
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-4_000);
  });
  return () => words;
}

// Nothing but transports that fetch: `ext::` would run a command that somebody wrote into a URL.
const safeSettings = [
  ...["-c", "protocol.allow=never"],
  ...["ssh", "https", "http", "git", "file"].flatMap((name) => ["-c", `protocol.${name}.allow=always`]),
  ...["-c", "core.quotePath=false", "-c", "gc.autoDetach=false", "-c", "maintenance.autoDetach=false"],
];

function environment(): NodeJS.ProcessEnv {
  const { GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, GIT_CONFIG_PARAMETERS, ...rest } = process.env;
  return {
    GIT_SSH_COMMAND: "ssh -o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout=10",
    ...rest,
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "true",
    SSH_ASKPASS: "true",
    GIT_OPTIONAL_LOCKS: "0",
    LC_ALL: "C",
  };
}

/** The lines that say why, without the credentials that a URL in them may hold. */
function firstWords(text: string): string {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const told = lines.filter((line) => /^(fatal|error|remote|ssh|Permission denied|Host key)/.test(line));
  return withoutLogins((told.length > 0 ? told : lines).slice(0, 3).join("; ")).slice(0, 500);
}
