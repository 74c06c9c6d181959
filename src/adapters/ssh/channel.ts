// Opens one channel with a command on a connection, or says that the host did not. Knows nothing of the command.

import type { ClientChannel } from "ssh2";
import type { Connection } from "./connect.ts";

/** The host did not confirm the command. `maybeRun`: it was sent, and nobody said that it was refused. */
export class NotStarted extends Error {
  override name = "NotStarted";
  readonly maybeRun: boolean;

  constructor(detail: string, maybeRun: boolean) {
    super(detail);
    this.maybeRun = maybeRun;
  }
}

/** How long a channel is waited for that was asked for before the caller stopped. */
const patienceAfterStopMs = 1_000;

/** Rejects with `NotStarted`. A channel that comes too late is closed. */
export function openChannel(
  connection: Connection,
  command: string,
  within: { timeoutMs: number; signal: AbortSignal },
): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    let over = false;
    const end = (settle: () => void) => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      connection.over.removeEventListener("abort", lost);
      within.signal.removeEventListener("abort", stop);
      settle();
    };
    const fail = (reason: string, maybeRun = true) => end(() => reject(new NotStarted(reason, maybeRun)));
    const lost = () => fail("the connection was lost");
    const stop = () => {
      clearTimeout(timer);
      timer = setTimeout(() => fail("stopped before the command was confirmed"), patienceAfterStopMs);
    };
    let timer = setTimeout(() => {
      fail("the host opens no channel");
      connection.destroy(); // it would not open the next one either
    }, within.timeoutMs);
    connection.over.addEventListener("abort", lost);
    within.signal.addEventListener("abort", stop);
    if (connection.over.aborted) return lost();
    try {
      connection.client.exec(command, (error, channel) => {
        if (error) return fail(error.message, false);
        if (over) return channel.close();
        end(() => resolve(channel));
      });
    } catch (error) {
      fail((error as Error).message, false);
    }
  });
}
