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
    // Like OpenSSH without a terminal: no signal. The command finds that its input has ended and that nobody reads what it prints.
    for (const stream of [command.stdin, command.stdout, command.stderr]) stream.destroy();
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

function isRunning(command: ChildProcess): boolean {
  return command.pid !== undefined && command.exitCode === null && command.signalCode === null;
}

function groupOf(command: ChildProcess): number {
  if (command.pid === undefined) throw new Error("the command was never started");
  return command.pid;
}
