// Tells which streams have grown, whoever wrote: waits at Redis for the next entry of the stream of news. Knows no fact.

import { EventEmitter } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { StoreUnreachable, type StreamName } from "../../ports/journal.ts";
import type { Log } from "../../ports/log.ts";
import type { Connection } from "./connection.ts";
import { HEADS, NEWS } from "./scripts.ts";

/** How long one wait lasts before it is asked again, to notice a connection that is gone; news come at once. */
export const LISTEN_MS = 5_000;
const PAUSE_MS = 100;
/** News that come one upon the other are told together: asking again for each costs both sides more than an append. */
const GATHER_MS = 10;
const BEFORE_ALL = "0-0";

export interface News {
  watch(listener: (stream: StreamName) => void): () => void;
  close(): Promise<void>;
}

/** Resolves once it listens: nothing that is appended from then on is missed. Needs a connection of its own, which it closes. */
export async function redisNews(connection: Connection, log: Log): Promise<News> {
  const told = new EventEmitter().setMaxListeners(0);
  const closing = new AbortController();
  const tell = (stream: StreamName) => told.emit("grown", stream);
  const listening = listen(connection, { last: await newest(connection), tell, stop: closing.signal, log });
  return {
    watch(listener) {
      told.on("grown", listener);
      return () => told.off("grown", listener);
    },
    async close() {
      closing.abort();
      connection.destroy();
      await listening;
    },
  };
}

type Listening = { last: string; tell: (stream: StreamName) => void; stop: AbortSignal; log: Log };

/** Reads on from where it stopped, so that what came while the connection was gone is told as soon as it is back. */
async function listen(connection: Connection, { last, tell, stop, log }: Listening): Promise<void> {
  let sure = true;
  while (!stop.aborted) {
    try {
      if (!sure) {
        const { all, from } = await lookAround(connection, last);
        last = from;
        for (const stream of all) tell(stream);
        sure = true;
      }
      for (const [id, fields] of await next(connection, last)) {
        last = id;
        for (const [i, name] of fields.entries()) if (i % 2 === 1) tell(name);
      }
      await pause(GATHER_MS, null, { signal: stop });
    } catch (error) {
      sure = false;
      // The connection says itself when Redis cannot be reached.
      const expected = stop.aborted || error instanceof StoreUnreachable;
      if (!expected) log.error("news could not be told; it is tried again", { error });
      await pause(expected ? PAUSE_MS : LISTEN_MS, null, { signal: stop }).catch(() => {});
    }
  }
}

/** Entries as Redis says them; one may tell of several streams: `["stream", name, "stream", name, …]`. */
type Entry = [id: string, fields: string[]];

async function next(connection: Connection, last: string): Promise<Entry[]> {
  const words = ["XREAD", "COUNT", "1000", "BLOCK", String(LISTEN_MS), "STREAMS", NEWS, last];
  const answer = await connection.ask((client) => client.sendCommand<Record<string, Entry[]> | null>(words));
  return answer?.[NEWS] ?? [];
}

/**
 * After a gap: usually nothing is missing. When news were thrown away that nobody here has heard, or Redis has lost its last ones, every
 * stream may have grown.
 */
async function lookAround(connection: Connection, last: string): Promise<{ all: StreamName[]; from: string }> {
  const [oldest] = (await connection.ask((client) => client.xRange(NEWS, "-", "+", { COUNT: 1 }))) ?? [];
  const from = await newest(connection);
  const missed = oldest !== undefined && isBehind(last, oldest.id);
  if (!missed && !isBehind(from, last)) return { all: [], from: last };
  return { all: await connection.ask((client) => client.hKeys(HEADS)), from };
}

async function newest(connection: Connection): Promise<string> {
  const [entry] = (await connection.ask((client) => client.xRevRange(NEWS, "+", "-", { COUNT: 1 }))) ?? [];
  return entry?.id ?? BEFORE_ALL;
}

/** Whether the id of one entry is before another's: milliseconds, then a number. */
function isBehind(id: string, other: string): boolean {
  const [ms = 0, number = 0] = id.split("-").map(Number);
  const [otherMs = 0, otherNumber = 0] = other.split("-").map(Number);
  return ms === otherMs ? number < otherNumber : ms < otherMs;
}
