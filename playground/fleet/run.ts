// Runs a command of a demo host to its end and keeps what it printed. Knows no SSH.

import type { Command } from "./session.ts";

export interface Ran {
  /** Null when a signal ended it. */
  code: number | null;
  /** Standard output and standard error, in the order in which they came. */
  output: string;
}

/** Resolves when the command has ended and its outputs are closed; rejects when it could not be started. */
export function runToEnd(command: Command, input?: Buffer): Promise<Ran> {
  const pieces: Buffer[] = [];
  command.stdout.on("data", (piece: Buffer) => pieces.push(piece));
  command.stderr.on("data", (piece: Buffer) => pieces.push(piece));
  command.stdin.on("error", () => {}); // a command may end before it has read everything
  command.stdin.end(input);
  return new Promise((done, failed) => {
    command.once("error", failed);
    command.once("close", (code) => done({ code, output: Buffer.concat(pieces).toString() }));
  });
}
