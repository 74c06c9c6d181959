// The programs that stand behind a connection: which of them takes the next order, and how many there may be. Knows no fleet.

import type { Connection } from "./connect.ts";
import { converse, type Heard, type Talk } from "./conversation.ts";
import { Standing, Unheard } from "./standing.ts";

/** OpenSSH allows ten sessions per connection (`MaxSessions`); those at work come on top of the idle ones. */
const mostIdle = 5;

export class Standings {
  /** By the command that has started them; the one that rests the longest comes first. They end with their connection. */
  readonly #idle = new WeakMap<Connection, Map<string, Standing>>();

  /**
   * Gives the order to the program of this command that stands idle behind the connection, and to a new one when there is none. Rejects with `NotStarted`;
   * with `Unheard` when the program was gone, and giving the order again is all that can be done: every order may be repeated.
   */
  async give(
    connection: Connection,
    { command, talk }: { command: string; talk: Talk },
    signal: AbortSignal,
  ): Promise<Heard> {
    const old = this.#take(connection, command);
    const standing = old ?? (await this.#open(connection, { command, talk }, signal));
    const heard = await converse(standing, talk, { over: connection.over, signal });
    const gone = heard.ending.how === "lost" || heard.ending.how === "exited";
    if (old && gone && !heard.report.heard) throw new Unheard();
    if (!standing.over) this.#keep(connection, command, standing);
    return heard;
  }

  #open(
    connection: Connection,
    { command, talk }: { command: string; talk: Talk },
    signal: AbortSignal,
  ): Promise<Standing> {
    const idle = this.#of(connection);
    const [oldest] = idle;
    if (oldest && idle.size > mostIdle) {
      idle.delete(oldest[0]);
      oldest[1].end();
    }
    return Standing.open(connection, command, { timeoutMs: talk.limitMs("starting"), signal });
  }

  #take(connection: Connection, command: string): Standing | null {
    const standing = this.#of(connection).get(command);
    this.#of(connection).delete(command);
    return standing && !standing.over ? standing : null;
  }

  #keep(connection: Connection, command: string, standing: Standing): void {
    const idle = this.#of(connection);
    if (idle.has(command)) standing.end();
    else idle.set(command, standing);
  }

  #of(connection: Connection): Map<string, Standing> {
    const idle = this.#idle.get(connection) ?? new Map<string, Standing>();
    this.#idle.set(connection, idle);
    return idle;
  }
}
