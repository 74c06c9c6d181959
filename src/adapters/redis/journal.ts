// The journal on Redis Streams: a stream of facts is a Redis Stream whose ids are the versions. Knows nothing of what facts mean.

import { EventEmitter } from "node:events";
import type { Journal, StoredFact, StreamName } from "../../ports/journal.ts";
import type { RedisConnection } from "./connection.ts";
import { HEADS, NEWS, streamKey } from "./scripts.ts";

/** Facts read at a time. */
const PAGE = 5_000;
/** How long one wait for news lasts before it is asked again; news come at once. */
const LISTEN_MS = 30_000;
const PAUSE_MS = 250;

export function redisJournal(connection: RedisConnection, listening: RedisConnection): Journal {
  const news = new EventEmitter().setMaxListeners(0);
  const closing = new AbortController();
  const listener = listen(listening, (stream) => news.emit("grown", stream), closing.signal);

  return {
    async read(stream, after = 0) {
      const found = [];
      for (let last = after; ; ) {
        const page = (await connection.xRange(streamKey(stream), `(${last}-0`, "+", { COUNT: PAGE })) ?? [];
        for (const { id, message } of page) {
          last = Number.parseInt(id, 10);
          found.push({ version: last, fact: JSON.parse(message.fact ?? "null") as StoredFact });
        }
        if (page.length < PAGE) return found;
      }
    },

    async append(writes) {
      const keys = [HEADS, NEWS, ...writes.map(({ stream }) => streamKey(stream))];
      const told = writes.map(({ stream, expected, facts }) => [
        stream,
        expected,
        facts.map((fact) => JSON.stringify(fact)),
      ]);
      const moved = await connection.append(keys, [JSON.stringify(told)]);
      return moved === null ? { ok: true } : { ok: false, moved: String(moved) };
    },

    async streams(prefix): Promise<StreamName[]> {
      const names = await connection.hKeys(HEADS);
      return names.filter((name) => name.startsWith(prefix)).sort();
    },

    watch(told) {
      news.on("grown", told);
      return () => news.off("grown", told);
    },

    async close() {
      closing.abort();
      listening.destroy();
      await listener;
      await connection.close();
    },
  };
}

/** Reads on in the stream of news, from where it stopped: what came while the connection was gone is told as soon as it is back. */
async function listen(
  connection: RedisConnection,
  tell: (stream: StreamName) => void,
  stop: AbortSignal,
): Promise<void> {
  let last = await newest(connection);
  while (!stop.aborted) {
    try {
      last ??= await newest(connection);
      const answer = await connection.xRead({ key: NEWS, id: last ?? "0" }, { BLOCK: LISTEN_MS, COUNT: 1_000 });
      for (const { id, message } of messagesOf(answer)) {
        last = id;
        tell(message.stream ?? "");
      }
    } catch {
      if (!stop.aborted) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

type Message = { id: string; message: Record<string, string> };

function messagesOf(answer: unknown): Message[] {
  return ((answer ?? []) as { messages: Message[] }[]).flatMap(({ messages }) => messages);
}

/** Id of the newest news; null while Redis cannot say. */
async function newest(connection: RedisConnection): Promise<string | null> {
  const entries = await connection.xRevRange(NEWS, "+", "-", { COUNT: 1 }).catch(() => null);
  return entries === null ? null : (entries[0]?.id ?? "0");
}
