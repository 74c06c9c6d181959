// A whole journal put into a Redis that has none: beside where it belongs, and to its place in one step at the end. A bot that is there already sees
// nothing of it until then, and hears of all of it then. Knows no format of backups.

import { FactsGone, type Restore } from "../../ports/copies.ts";
import type { StreamName } from "../../ports/journal.ts";
import type { Log } from "../../ports/log.ts";
import type { Connection } from "./connection.ts";
import { type Opened, opened } from "./copies.ts";
import { comingKey, HEADS, NEWS, streamKey } from "./scripts.ts";

/** `value` is null when it holds a journal already. */
export async function redisRestore(url: string, log: Log): Promise<Opened<Restore | null>> {
  return opened(url, log, async (connection) => {
    const held = await connection.ask((client) => client.exists(HEADS));
    if (held === 0) return restoreInto(connection);
    await connection.close();
    return null;
  });
}

async function restoreInto(connection: Connection): Promise<Restore> {
  const heads = new Map<StreamName, number>();
  await removeComing(connection);
  return {
    async add(kept) {
      const adding = kept.map(({ stream, version, fact }) => {
        heads.set(stream, version);
        return connection.ask((client) =>
          client.xAdd(comingKey(stream), String(version), { fact: JSON.stringify(fact) }),
        );
      });
      await Promise.all(adding);
    },
    async finish() {
      const streams = [...heads];
      const keys = [HEADS, NEWS, ...streams.flatMap(([stream]) => [comingKey(stream), streamKey(stream)])];
      const values = streams.flatMap(([stream, version]) => [stream, String(version)]);
      const problem = await connection.ask((client) => client.finishRestore(keys, values));
      if (problem === "lost")
        throw new FactsGone(
          "Nothing was restored. What was put into Redis is no longer all there: see that nobody else restores into it, and import again.",
        );
      await connection.ask((client) => client.sendCommand(["WAITAOF", "1", "0", "10000"]).catch(() => null));
      return problem === "notEmpty" ? { ok: false, problem } : { ok: true };
    },
    async close() {
      await removeComing(connection).catch(() => {});
      await connection.close();
    },
  };
}

/** What is left of a restore that was not finished. */
async function removeComing(connection: Connection): Promise<void> {
  let cursor = "0";
  do {
    const at = cursor;
    const page = await connection.ask((client) => client.scan(at, { MATCH: comingKey("*"), COUNT: 1_000 }));
    if (page.keys.length > 0) await connection.ask((client) => client.unlink(page.keys));
    cursor = String(page.cursor);
  } while (cursor !== "0");
}
