// A command's two outputs on their way into one SSH channel, with backpressure. Knows no command.

import type { Readable, Writable } from "node:stream";
import type { ServerChannel } from "ssh2";

export interface Output {
  /** Writes everything that `from` gives to `to`; resolves when all of it has been taken, or `from` was destroyed. */
  pass(from: Readable, to: Writable): Promise<void>;
}

/** Both directions of a channel share one window, and ssh2 can wait for it with only one of them: so one piece at a time. */
export function makeOutput(channel: ServerChannel): Output {
  let turn: Promise<void> = Promise.resolve();

  async function write(to: Writable, piece: Buffer): Promise<void> {
    await new Promise<void>((taken) => to.write(piece, () => taken()));
    forgetPiece(channel);
  }

  return {
    async pass(from, to) {
      try {
        for await (const piece of from) {
          turn = turn.then(() => write(to, piece));
          await turn;
        }
      } catch {
        // destroyed because the session is over: there is nobody left to tell
      }
    },
  };
}

/**
 * ssh2 1.17 keeps a piece that had to wait for the window also after it was sent, and sends it once more when the other
 * output has to wait. Its own fields are the only place where it can be forgotten.
 */
function forgetPiece(channel: ServerChannel): void {
  Object.assign(channel, { _chunk: undefined, _chunkcb: undefined, _chunkErr: undefined, _chunkcbErr: undefined });
}
