// The store in Redis: journal and leases of any number of processes. Knows nothing of what they are for.

import type { RedisProblem } from "../../chat/sentences/startup.ts";
import type { Journal } from "../../ports/journal.ts";
import type { Leases } from "../../ports/leases.ts";
import type { Log } from "../../ports/log.ts";
import { redisClient } from "./connection.ts";
import { redisJournal } from "./journal.ts";
import { redisLeases } from "./leases.ts";
import { unsuitable } from "./suitability.ts";

export type OpenedRedis = { ok: true; journal: Journal; leases: Leases } | { ok: false; problems: RedisProblem[] };

/** Has to be reached and to be suitable at first; when it goes away later it is waited for. */
export async function openRedisStore(url: string, log: Log): Promise<OpenedRedis> {
  const connection = redisClient(url, log, { patient: false });
  const listening = redisClient(url, log, { patient: true });
  let last: unknown = new Error("no answer");
  connection.on("error", (error: unknown) => {
    last = error;
  });
  try {
    await withinMs(FIRST_CONTACT_MS, Promise.all([connection.connect(), listening.connect()]));
  } catch {
    connection.destroy();
    listening.destroy();
    return { ok: false, problems: [{ kind: "unreachable", detail: wordsOf(last) }] };
  }
  const problems = await unsuitable(connection);
  if (problems === "unknown")
    log.warn("this Redis does not tell its settings: maxmemory-policy has to be noeviction, appendonly yes");
  else if (problems.length > 0) {
    connection.destroy();
    listening.destroy();
    return { ok: false, problems };
  }
  return { ok: true, journal: redisJournal(connection, listening), leases: redisLeases(connection) };
}

const FIRST_CONTACT_MS = 3_000;

function withinMs(ms: number, work: Promise<unknown>): Promise<unknown> {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("no answer")), ms).unref());
  return Promise.race([work, late]);
}

function wordsOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}
