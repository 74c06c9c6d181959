// Looks at the Redis of REDIS_URL for doctor: reached, and fit to keep a journal. Writes nothing. Knows nothing of what the facts mean.

import type { RedisExam } from "../../ports/examination.ts";
import { StoreUnreachable } from "../../ports/journal.ts";
import type { Log } from "../../ports/log.ts";
import { ANSWER_MS, Connection } from "./connection.ts";
import { FIRST_CONTACT_MS, wordsOf } from "./store.ts";
import { suitability } from "./suitability.ts";

/** Never rejects for what the server did. */
export async function examineRedis(url: string, log: Log): Promise<RedisExam> {
  const connection = new Connection(url, log, { answerMs: ANSWER_MS, waitsMs: 0 });
  try {
    await connection.settle(FIRST_CONTACT_MS);
    return await suitability(connection);
  } catch (error) {
    if (!(error instanceof StoreUnreachable)) throw error;
    const detail = wordsOf(error, connection.trouble);
    return { problems: [{ kind: "unreachable", detail }], warnings: [], version: "", appendfsync: "" };
  } finally {
    connection.destroy();
  }
}
