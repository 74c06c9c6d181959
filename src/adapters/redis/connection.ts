// A connection to Redis that fails closed: while Redis cannot be reached, commands are refused at once instead of being kept for later. Knows no key.

import { createClient, defineScript } from "redis";
import type { Log } from "../../ports/log.ts";
import { ACQUIRE, APPEND, RELEASE } from "./scripts.ts";

/** Waiting for an answer longer than this is taken for a broken connection. */
const ANSWER_MS = 5_000;
const LONGEST_PAUSE_MS = 2_000;

const script = (text: string) =>
  defineScript({
    SCRIPT: text,
    NUMBER_OF_KEYS: undefined,
    parseCommand(parser, keys: string[], values: string[]) {
      parser.push(String(keys.length));
      parser.pushKeys(keys);
      parser.push(...values);
    },
    transformReply: (reply: unknown) => reply,
  });

export function redisClient(url: string, log: Log, { patient }: { patient: boolean }) {
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: ANSWER_MS,
      // A connection that waits for news is silent for as long as there are none.
      ...(patient ? {} : { socketTimeout: ANSWER_MS }),
      reconnectStrategy: (attempts: number) => Math.min(50 * 2 ** attempts, LONGEST_PAUSE_MS),
    },
    pingInterval: 2_000,
    scripts: { append: script(APPEND), acquire: script(ACQUIRE), release: script(RELEASE) },
  });
  let said = "";
  client.on("error", (error: Error) => {
    if (said !== error.message)
      log.warn("Redis cannot be reached; deploys and locks wait until it can", { detail: error.message });
    said = error.message;
  });
  client.on("ready", () => {
    if (said !== "") log.info("Redis is reached again");
    said = "";
  });
  return client;
}

export type RedisConnection = ReturnType<typeof redisClient>;
