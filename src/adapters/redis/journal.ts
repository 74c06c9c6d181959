// The journal on Redis Streams: a stream of facts is a Redis Stream whose ids are the versions. With `appendfsync everysec` a power cut may take the last
// second of what was appended. Knows nothing of what facts mean.

import { type Journal, type Recorded, type StoredFact, type StreamName, UnreadableFact } from "../../ports/journal.ts";
import type { Log } from "../../ports/log.ts";
import { redisAppends } from "./appends.ts";
import type { Connection } from "./connection.ts";
import type { News } from "./news.ts";
import { HEADS, streamKey } from "./scripts.ts";

/** Facts read at a time: few enough that others are answered in between. */
const PAGE = 1_000;

/** Entries as Redis says them: `[id, [field, value]]`. The client's own reading of them makes an object for each. */
export type Entry = [id: string, fields: [field: string, value: string]];

export function redisJournal(connection: Connection, news: News, log: Log): Journal {
  /** The newest version of each stream that this process knows to have been there. */
  const known = new Map<StreamName, number>();
  const appends = redisAppends(connection);
  let losses = 0;

  /** Versions `first` to `last`: they have no gaps, so the last one of a page is known before it is there. */
  const page = (key: string, first: number, last: number) =>
    connection.ask((client) => client.sendCommand<Entry[]>(["XRANGE", key, String(first), String(last)]));

  function lost(stream: StreamName): void {
    known.delete(stream);
    losses += 1;
    log.warn("Redis has lost facts that it had; what is there now counts", { stream });
  }

  return {
    async read(stream, after = 0) {
      const key = streamKey(stream);
      const found: Recorded[] = [];
      // Another server may answer on the same connection, or this one may have been emptied: the fact before has to be there still.
      const looksBack = after > 0 && (known.get(stream) ?? 0) >= after;
      let coming = page(key, looksBack ? after : after + 1, after + PAGE);
      for (let from = after; ; from += PAGE) {
        const entries = await coming;
        if (looksBack && from === after && Number.parseInt(entries.shift()?.[0] ?? "", 10) !== after) {
          lost(stream);
          return [];
        }
        const full = entries.length === PAGE;
        if (full) coming = page(key, from + PAGE + 1, from + 2 * PAGE);
        for (const entry of entries) found.push(recordedOf(stream, entry));
        if (full) continue;
        const last = found.at(-1);
        if (last) known.set(stream, last.version);
        return found;
      }
    },

    async append(writes) {
      const appended = await appends(writes);
      if (appended.ok)
        for (const { stream, expected, facts } of writes)
          if (facts.length > 0) known.set(stream, expected + facts.length);
      return appended;
    },

    async streams(prefix): Promise<StreamName[]> {
      const names = await connection.ask((client) => client.hKeys(HEADS));
      return names.filter((name) => name.startsWith(prefix)).sort();
    },

    watch: (listener) => news.watch(listener),

    gaps: () => connection.gaps + losses,

    async close() {
      await news.close();
      await connection.close();
    },
  };
}

/** What JSON says of an error holds some of the text. */
export function recordedOf(stream: StreamName, [id, [, text]]: Entry): Recorded {
  const version = Number.parseInt(id, 10);
  try {
    return { version, fact: JSON.parse(text) as StoredFact };
  } catch {
    throw new UnreadableFact({ stream, version }, "no JSON");
  }
}
