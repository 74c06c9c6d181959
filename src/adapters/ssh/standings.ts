// The programs that stand behind a connection: which of them takes the next order, and how many there may be. Knows no fleet.

import type { Connection } from "./connect.ts";
import { converse, type Heard, type Talk } from "./conversation.ts";
import { type Demand, standingCommand } from "./programs.ts";
import { Standing, Unheard } from "./standing.ts";

/** OpenSSH allows ten sessions per connection (`MaxSessions`); those at work come on top of the idle ones. */
const mostIdle = 5;

export class Standings {
  /** By the words with which they were started; the one that rests the longest comes first. They end with their connection. */
  readonly #idle = new WeakMap<Connection, Map<string, Standing>>();

  /**
   * Gives the order to the program of these words that stands idle behind the connection, and to a new one when there is none. Rejects with `NotStarted`;
   * with `Unheard` when the program was gone, and giving the order again is all that can be done: every order may be repeated.
   */
  async give(
    connection: Connection,
    { words, talk }: { words: string; talk: Talk },
    signal: AbortSignal,
  ): Promise<Heard> {
    const old = this.#take(connection, words);
    const standing = old ?? (await this.#open(connection, { words, talk }, signal));
    const along = old && (await alongWith(talk, old));
    if (old?.over) throw new Unheard();
    const heard = await converse(standing, { ...talk, ...along }, { over: connection.over, signal });
    standing.saw = sawReleases(talk.demand, heard);
    const gone = heard.ending.how === "lost" || heard.ending.how === "exited";
    if (old && gone && !heard.report.heard) throw new Unheard();
    if (!standing.over) this.#keep(connection, words, standing);
    return heard;
  }

  #open(
    connection: Connection,
    { words, talk }: { words: string; talk: Talk },
    signal: AbortSignal,
  ): Promise<Standing> {
    const idle = this.#of(connection);
    const [oldest] = idle;
    if (oldest && idle.size > mostIdle) {
      idle.delete(oldest[0]);
      oldest[1].end();
    }
    return Standing.open(connection, standingCommand(words), { timeoutMs: talk.limitMs("starting"), signal });
  }

  #take(connection: Connection, words: string): Standing | null {
    const standing = this.#of(connection).get(words);
    this.#of(connection).delete(words);
    return standing && !standing.over ? standing : null;
  }

  #keep(connection: Connection, words: string, standing: Standing): void {
    const idle = this.#of(connection);
    if (idle.has(words)) standing.end();
    else idle.set(words, standing);
  }

  #of(connection: Connection): Map<string, Standing> {
    const idle = this.#idle.get(connection) ?? new Map<string, Standing>();
    this.#idle.set(connection, idle);
    return idle;
  }
}

/** A small archive that the host certainly lacks goes with the order: waiting to be asked for it would be a round trip more. */
async function alongWith(
  { demand: { archive, release }, parcels }: Talk,
  { saw }: Standing,
): Promise<Pick<Talk, "along">> {
  const along = archive && saw && !saw.has(release) ? await parcels.small(archive) : null;
  return along ? { along } : {};
}

/** Only a look that is just over tells what is not there. */
function sawReleases({ word }: Demand, { ending, report }: Heard): Set<string> | null {
  const looked = word === "inspect" || word === "fence";
  return looked && ending.how === "exited" && report.code === 0 ? new Set(report.releases) : null;
}
