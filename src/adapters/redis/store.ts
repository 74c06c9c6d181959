// The store in Redis: journal and leases of any number of processes. Knows nothing of what they are for.

import type { RedisProblem } from "../../chat/sentences/startup.ts";
import { type Journal, StoreUnreachable } from "../../ports/journal.ts";
import type { Leases } from "../../ports/leases.ts";
import type { Log } from "../../ports/log.ts";
import { ANSWER_MS, Connection } from "./connection.ts";
import { redisJournal } from "./journal.ts";
import { redisLeases } from "./leases.ts";
import { LISTEN_MS, redisNews } from "./news.ts";
import { suitability } from "./suitability.ts";
import { refusalIn } from "./trouble.ts";

export type OpenedRedis = { ok: true; journal: Journal; leases: Leases } | { ok: false; problems: RedisProblem[] };

export const FIRST_CONTACT_MS = 3_000;

/**
 * The Redis, or one node of the Redis Cluster, at `url`. It has to be reached and to be suitable at first; when it goes away later every request
 * rejects with `StoreUnreachable` until it is back, as it does when an answer takes longer than `answerMs`.
 */
export async function openRedisStore(url: string, log: Log, answerMs: number = ANSWER_MS): Promise<OpenedRedis> {
  const connection = new Connection(url, log, { answerMs, waitsMs: 0 });
  const listening = new Connection(url, log, { answerMs, waitsMs: LISTEN_MS });
  try {
    await Promise.all([connection.settle(FIRST_CONTACT_MS), listening.settle(FIRST_CONTACT_MS)]);
    const { problems, warnings, version, appendfsync } = await suitability(connection);
    for (const warning of warnings) log.warn(warning);
    if (problems.length === 0) {
      log.info("the journal is in Redis", { version, appendfsync, mayLose: LOSSES[appendfsync] ?? "unknown" });
      const news = await redisNews(listening, log);
      return { ok: true, journal: redisJournal(connection, news, log), leases: redisLeases(connection) };
    }
    connection.destroy();
    listening.destroy();
    return { ok: false, problems };
  } catch (error) {
    connection.destroy();
    listening.destroy();
    if (!(error instanceof StoreUnreachable)) throw error;
    return { ok: false, problems: [{ kind: "unreachable", detail: wordsOf(error, connection.trouble) }] };
  }
}

/** What a power cut may take, by how often Redis writes to disk. */
const LOSSES: Record<string, string> = {
  always: "nothing",
  everysec: "the last second before a power cut",
  no: "the last half minute before a power cut",
};

export function wordsOf({ cause }: StoreUnreachable, trouble: Error | null): string {
  const { code, message } = (trouble ?? cause) as NodeJS.ErrnoException;
  return refusalIn(cause) ?? code ?? (message || "no answer");
}
