// The journal in Redis as a whole: read at one moment beside bots that write, for backups. Knows no format of them.

import type { RedisProblem } from "../../chat/sentences/startup.ts";
import { FactsGone, type Kept, type Snapshot } from "../../ports/copies.ts";
import { StoreUnreachable, type StreamName } from "../../ports/journal.ts";
import type { Log } from "../../ports/log.ts";
import { Connection } from "./connection.ts";
import { type Entry, recordedOf } from "./journal.ts";
import { HEADS, streamKey } from "./scripts.ts";
import { FIRST_CONTACT_MS, wordsOf } from "./store.ts";
import { suitability } from "./suitability.ts";

/** Facts at a time: few enough to be held in memory, whatever they are. */
const PAGE = 200;
/** All heads of a journal are one answer, and all of it gets its names in one step. */
const LONGEST_ANSWER_MS = 60_000;

export type Opened<T> = { ok: true; value: T } | { ok: false; problems: RedisProblem[] };

/** A stream never changes but at its end, and all heads are written with their facts: so the heads of one moment are the journal of that moment. */
export async function redisSnapshot(url: string, log: Log): Promise<Opened<Snapshot>> {
  return opened(url, log, async (connection) => {
    const heads = new Map(Object.entries(await connection.ask((client) => client.hGetAll(HEADS))));
    const names = [...heads.keys()].sort();

    async function* pages(): AsyncGenerator<Kept[]> {
      let [together, size]: [Part[], number] = [[], 0];
      for (const stream of names) {
        for (const part of partsOf(stream, Number(heads.get(stream)))) {
          together.push(part);
          size += part.to - part.from + 1;
          if (size < PAGE) continue;
          yield await readParts(connection, together);
          [together, size] = [[], 0];
        }
      }
      yield await readParts(connection, together);
    }

    return { facts: pages, close: () => connection.close() };
  });
}

/** Versions `from` to `to` of a stream, both among them. */
interface Part {
  stream: StreamName;
  from: number;
  to: number;
}

function* partsOf(stream: StreamName, head: number): Generator<Part> {
  for (let from = 1; from <= head; from += PAGE) yield { stream, from, to: Math.min(head, from + PAGE - 1) };
}

async function readParts(connection: Connection, parts: Part[]): Promise<Kept[]> {
  return (await Promise.all(parts.map((part) => readPart(connection, part)))).flat();
}

async function readPart(connection: Connection, { stream, from, to }: Part): Promise<Kept[]> {
  const words = ["XRANGE", streamKey(stream), String(from), String(to)];
  const entries = await connection.ask((client) => client.sendCommand<Entry[]>(words));
  // A Redis that lost its last second has fewer: half a journal must not pass for one.
  if (entries.length !== to - from + 1)
    throw new FactsGone(
      `Redis no longer has all facts that it had of ${stream} a moment ago: it may have lost its last second in a restart. Export again.`,
    );
  return entries.map((entry) => ({ stream, ...recordedOf(stream, entry) }));
}

/** Connects for as long as `use` gives something to close; what Redis cannot do is said. */
export async function opened<T>(
  url: string,
  log: Log,
  use: (connection: Connection) => Promise<T>,
): Promise<Opened<T>> {
  const connection = new Connection(url, log, { answerMs: LONGEST_ANSWER_MS, waitsMs: 0 });
  try {
    await connection.settle(FIRST_CONTACT_MS);
    const { problems } = await suitability(connection);
    if (problems.length === 0) return { ok: true, value: await use(connection) };
    connection.destroy();
    return { ok: false, problems };
  } catch (error) {
    connection.destroy();
    if (!(error instanceof StoreUnreachable)) throw error;
    return { ok: false, problems: [{ kind: "unreachable", detail: wordsOf(error, connection.trouble) }] };
  }
}
