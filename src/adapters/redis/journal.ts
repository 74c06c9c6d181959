// The journal on Redis Streams: a stream of facts is a Redis Stream whose ids are the versions. With `appendfsync everysec` a power cut may take the last
// second of what was appended. Knows nothing of what facts mean.

import type { Journal, Recorded, StoredFact, StreamName } from "../../ports/journal.ts";
import { redisAppends } from "./appends.ts";
import type { Connection } from "./connection.ts";
import type { News } from "./news.ts";
import { HEADS, streamKey } from "./scripts.ts";

/** Facts read at a time: few enough that others are answered in between. */
const PAGE = 1_000;

/** Entries as Redis says them: `[id, [field, value]]`. The client's own reading of them makes an object for each. */
export type Entry = [id: string, fields: [field: string, value: string]];

export function redisJournal(connection: Connection, news: News): Journal {
  /** The page behind version `after`; versions have no gaps, so its last one is known before it is there. */
  const page = (key: string, after: number) =>
    connection.ask((client) =>
      client.sendCommand<Entry[]>(["XRANGE", key, String(after + 1), String(after + PAGE), "COUNT", String(PAGE)]),
    );

  return {
    async read(stream, after = 0) {
      const key = streamKey(stream);
      const found: Recorded[] = [];
      let coming = page(key, after);
      for (let from = after; ; from += PAGE) {
        const entries = await coming;
        const full = entries.length === PAGE;
        if (full) coming = page(key, from + PAGE);
        for (const [id, fields] of entries)
          found.push({ version: Number.parseInt(id, 10), fact: JSON.parse(fields[1]) as StoredFact });
        if (!full) return found;
      }
    },

    append: redisAppends(connection),

    async streams(prefix): Promise<StreamName[]> {
      const names = await connection.ask((client) => client.hKeys(HEADS));
      return names.filter((name) => name.startsWith(prefix)).sort();
    },

    watch: (listener) => news.watch(listener),

    gaps: () => connection.gaps,

    async close() {
      await news.close();
      await connection.close();
    },
  };
}
