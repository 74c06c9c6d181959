// Appends to the journal in Redis: those that are asked for at the same time go there together, each by itself all or nothing. Knows nothing of what facts
// mean.

import type { Appended, Journal, StreamName, Write } from "../../ports/journal.ts";
import type { RedisClient } from "./client.ts";
import type { Connection } from "./connection.ts";
import { HEADS, NEWS, streamKey } from "./scripts.ts";

/** Redis does nothing else meanwhile. */
const MOST_TOGETHER = 100;

interface Asked {
  writes: Write[];
  /** The facts of all writes, as they are stored. */
  facts: string[];
  resolve(appended: Appended): void;
  reject(error: unknown): void;
}

export function redisAppends(connection: Connection): Journal["append"] {
  let asked: Asked[] = [];

  async function send(together: Asked[]): Promise<void> {
    try {
      const moved = await connection.ask((client) => question(client, together));
      for (const [i, { resolve }] of together.entries()) {
        const stream = moved[i] ?? null;
        resolve(stream === null ? { ok: true } : { ok: false, moved: stream });
      }
    } catch (error) {
      for (const { reject } of together) reject(error);
    }
  }

  function sendAll(): void {
    const all = asked;
    asked = [];
    for (let i = 0; i < all.length; i += MOST_TOGETHER) void send(all.slice(i, i + MOST_TOGETHER));
  }

  return (writes) =>
    new Promise((resolve, reject) => {
      if (writes.length === 0) return resolve({ ok: true });
      const facts = writes.flatMap((write) => write.facts.map((fact) => JSON.stringify(fact)));
      if (asked.length === 0) process.nextTick(sendAll);
      asked.push({ writes, facts, resolve, reject });
    });
}

/** For each append null, or the stream that has moved. */
type Moved = Promise<(StreamName | null)[]>;

function question(client: RedisClient, together: Asked[]): Moved {
  const keys = [HEADS, NEWS];
  for (const { writes } of together) for (const { stream } of writes) keys.push(streamKey(stream));
  const [first] = together;
  const one = together.length === 1 && first ? oneFact(first) : null;
  const answer = one ? client.appendOne(keys, one) : client.append(keys, together.flatMap(anyWrites));
  return answer as Moved;
}

/** As the script for one fact reads it; null when it is something else. */
function oneFact({ writes, facts }: Asked): string[] | null {
  const [write, fact] = [writes[0], facts[0]];
  if (writes.length !== 1 || facts.length !== 1 || !write || fact === undefined) return null;
  return [write.stream, String(write.expected), String(write.expected + 1), fact];
}

/** As the script for any appends reads them. */
function anyWrites({ writes, facts }: Asked): string[] {
  const values = [String(writes.length)];
  let next = 0;
  for (const { expected, facts: own } of writes) {
    values.push(String(expected), String(own.length));
    for (let version = expected + 1; version <= expected + own.length; version += 1)
      values.push(String(version), facts[next++] ?? "");
  }
  return values;
}
