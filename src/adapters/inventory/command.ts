// Runs an inventory command: bounded in time and output, in a process group of its own, without the bot's secrets. Knows nothing of what it prints.

import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { withoutLogins } from "../../deploy/secrets.ts";
import type { FromInventory } from "../../ports/inventory.ts";

export interface RunLimits {
  timeoutMs: number;
  /** Of standard output. */
  mostBytes: number;
  signal: AbortSignal;
}

/** Never rejects, and leaves nothing of the group behind. */
export function runCommand(
  command: string,
  { folder, environment }: { folder: string; environment: NodeJS.ProcessEnv },
  { timeoutMs, mostBytes, signal }: RunLimits,
): Promise<FromInventory> {
  if (signal.aborted) return Promise.resolve(STOPPED);
  const child = spawn("/bin/sh", ["-c", command], {
    cwd: folder,
    env: withoutSecrets(environment),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  return new Promise((resolve) => {
    const stopped = () => settle(STOPPED);
    const timer = setTimeout(
      () => settle({ ok: false, trouble: "timedOut", detail: `stopped after ${timeoutMs / 1_000} s` }),
      timeoutMs,
    );
    const settle = (answer: FromInventory) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stopped);
      killGroup(child);
      // What a child in a group of its own still holds open must not keep anybody waiting.
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(answer);
    };
    signal.addEventListener("abort", stopped);
    const words = lastLineOf(child.stderr);
    const output: Buffer[] = [];
    let size = 0;
    child.stdout.on("data", (bytes: Buffer) => {
      size += bytes.length;
      if (size <= mostBytes) output.push(bytes);
      else settle({ ok: false, trouble: "tooMuch", detail: `more than ${mostBytes} bytes` });
    });
    child.once("error", (error: NodeJS.ErrnoException) => {
      // There is always a shell.
      const gone = error.code === "ENOENT";
      settle({ ok: false, trouble: "failed", detail: gone ? "the folder where it runs is gone" : error.message });
    });
    // Whatever it has left running in its group ends with it: otherwise its output might never.
    child.once("exit", () => killGroup(child));
    child.once("close", (code, by) => {
      if (code === 0) return settle({ ok: true, text: Buffer.concat(output).toString("utf8") });
      const how = code === null ? `it was ended by ${by}` : `exit code ${code}`;
      const said = words();
      settle({ ok: false, trouble: "failed", detail: said === "" ? how : `${how}: ${said}` });
    });
  });
}

const STOPPED: FromInventory = { ok: false, trouble: "failed", detail: "stopped before it had ended" };

type Child = ChildProcessByStdio<null, Readable, Readable>;

function killGroup({ pid }: Child): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // the group is gone
  }
}

/** Slack's, Datadog's and Redis' own, the passphrase, and the agent that holds the key to every host. */
const SECRET = /^(?:SLACK|DD|REDIS|SSH)_/;

function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !SECRET.test(name)));
}

const MOST_KEPT = 4_000;
const MOST_SAID = 300;

function lastLineOf(stream: Readable): () => string {
  let kept = "";
  stream.setEncoding("utf8").on("data", (text: string) => {
    kept = (kept + text).slice(-MOST_KEPT);
  });
  return () => {
    const lines = kept.split("\n").map((line) => line.trim());
    const last = lines.findLast((line) => line !== "") ?? "";
    return withoutLogins(last).slice(0, MOST_SAID);
  };
}
