// The real bot, unchanged, as a process of its own with only the environment that it needs. Knows no stand-in.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("../bin/lockstep.js", import.meta.url));
const READY_WITHIN_MS = 30_000;

export interface BotProcess {
  process: ChildProcess;
  /** Resolves once it can answer a command; rejects with its last words when it ends before. */
  ready: Promise<void>;
  /** SIGTERM, or another signal; resolves when the process is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** `logFile` gets everything that it prints. `program`: the one that users start, unless said otherwise. */
export function startBotProcess(
  environment: Record<string, string>,
  logFile: string,
  program: string = PROGRAM,
): BotProcess {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [program, "start"], {
    env: { PATH, HOME, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = createWriteStream(logFile, { flags: "a" });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const gone = once(child, "exit").then(() => log.end());
  return {
    process: child,
    ready: untilReady(child),
    async stop(signal = "SIGTERM") {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await gone;
    },
  };
}

async function untilReady(child: ChildProcess): Promise<void> {
  const words: string[] = [];
  child.stderr?.on("data", (chunk: Buffer) => words.push(chunk.toString()));
  const timeout = setTimeout(() => child.kill("SIGKILL"), READY_WITHIN_MS);
  try {
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
      if (line.includes('"msg":"ready"')) return;
      words.push(`${line}\n`);
    }
    throw new Error(`The bot did not start:\n${words.slice(-20).join("")}`);
  } finally {
    clearTimeout(timeout);
  }
}
