// One SSH session channel and the command that runs behind it: input, output, exit and signals, as an OpenSSH server
// passes them. Knows no host: how a command is started comes from outside.

import type { ChildProcess, ChildProcessByStdio } from "node:child_process";
import { constants } from "node:os";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { ServerChannel, Session } from "ssh2";
import { makeOutput } from "./output.ts";
import { signalGroup } from "./processes.ts";

/** A command with a process group of its own. */
export type Command = ChildProcessByStdio<Writable, Readable, Readable>;

/** How long a command has after the polite signal before it is killed. */
const politeMs = 5_000;
/** How long the exit code waits for output that is still on its way. A child left in the background may hold it for ever. */
const outputMs = 100;

/** Serves one session: `exec` and `signal`; everything else is refused by ssh2 itself. Returns what to call when the connection is gone. */
export function serveSession(session: Session, start: (command: string) => Command): () => void {
  let command: Command | null = null;
  let channel: ServerChannel | null = null;
  let over = false;

  function hungUp(): void {
    if (over || command === null || channel === null) return;
    over = true;
    const { stdout, stderr } = command;
    // As on a real host, what a command left behind in the background stays once the command itself has ended.
    if (isRunning(command)) endCommand(command);
    stdout.destroy();
    stderr.destroy();
    channel.resume();
  }

  session.on("exec", (accept, _reject, asked) => {
    channel = accept();
    command = start(asked.command);
    carry(command, channel);
  });
  session.on("signal", (accept, reject, asked) => {
    const known = command !== null && isRunning(command) && passSignal(command, asked.name);
    if (known) accept?.();
    else reject?.();
  });
  session.on("close", hungUp);
  return hungUp;
}

function carry(command: Command, channel: ServerChannel): void {
  channel.on("error", () => {});
  command.stdin.on("error", () => {}); // a command may end before it has read everything
  channel.pipe(command.stdin);
  const output = makeOutput(channel);
  const passed = Promise.all([output.pass(command.stdout, channel), output.pass(command.stderr, channel.stderr)]);

  command.once("error", (error) => {
    channel.stderr.write(`cannot start a shell: ${error.message}\n`);
    channel.exit(127);
    channel.end();
  });
  command.once("exit", async (code, signal) => {
    await Promise.race([passed, sleep(outputMs)]);
    tellExit(channel, code, signal);
    await passed;
    channel.resume(); // input that nobody reads any more would keep the channel open
    channel.end();
  });
}

function tellExit(channel: ServerChannel, code: number | null, signal: NodeJS.Signals | null): void {
  if (signal === null) {
    channel.exit(code ?? 255);
    return;
  }
  try {
    channel.exit(signal);
  } catch {
    channel.exit(128 + constants.signals[signal]); // SSH has no name for it
  }
}

function passSignal(command: Command, name: string): boolean {
  const signal = `SIG${name.replace(/^SIG/, "")}`;
  return signal in constants.signals && signalGroup(groupOf(command), signal as NodeJS.Signals);
}

function endCommand(command: Command): void {
  signalGroup(groupOf(command), "SIGTERM");
  const timer = setTimeout(() => signalGroup(groupOf(command), "SIGKILL"), politeMs);
  command.once("exit", () => {
    clearTimeout(timer);
    signalGroup(groupOf(command), "SIGKILL"); // whoever of the group did not listen to the polite signal
  });
}

function isRunning(command: ChildProcess): boolean {
  return command.pid !== undefined && command.exitCode === null && command.signalCode === null;
}

function groupOf(command: ChildProcess): number {
  if (command.pid === undefined) throw new Error("the command was never started");
  return command.pid;
}
