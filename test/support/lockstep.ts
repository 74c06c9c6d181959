// The command line as a process, with nothing in its environment but what it is given.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { bundledProgram } from "./program.ts";

export interface Ran {
  /** Null when a signal ended it. */
  code: number | null;
  out: string;
  err: string;
}

export interface Running {
  ended: Promise<Ran>;
  signal(name: NodeJS.Signals): void;
  /** Resolves when standard error holds `text`. */
  says(text: string): Promise<void>;
}

/** With `open`, its standard input says nothing and does not end. */
export function startLockstep(
  args: string[],
  { cwd, env, stdin = "ignore" }: { cwd: string; env: Record<string, string>; stdin?: "ignore" | "open" },
): Running {
  const child = spawn(process.execPath, [bundledProgram(), ...args], { cwd, env });
  if (stdin === "ignore") child.stdin.end();
  const heard = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    heard.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    heard.err += text;
  });
  return {
    ended: once(child, "close").then(([code]) => ({ code, ...heard })),
    signal: (name) => void child.kill(name),
    async says(text) {
      while (!heard.err.includes(text)) await once(child.stderr, "data");
    },
  };
}
