// A client of one Redis server that keeps nothing for later: while the server cannot be reached, requests are refused at once. Knows no key.

import { createClient, defineScript } from "redis";
import { ACQUIRE, APPEND, APPEND_ONE, FINISH_RESTORE, RELEASE } from "./scripts.ts";
import type { Node } from "./trouble.ts";

export const CONNECT_MS = 5_000;
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

/** `node`: where the URL's user, password and encryption are used instead of at its own host. `silentMs`: longest time without a byte. */
export function redisClient(url: string, node: Node | null, silentMs: number) {
  return createClient({
    url: node === null ? url : atNode(url, node),
    disableOfflineQueue: true,
    socket: {
      connectTimeout: CONNECT_MS,
      socketTimeout: silentMs,
      reconnectStrategy: (attempts: number) => Math.min(50 * 2 ** attempts, LONGEST_PAUSE_MS),
    },
    // A timer for each request costs more than the request; the connection's pulse notices a server that does not answer.
    commandOptions: { timeout: 0 },
    maintNotifications: "disabled",
    scripts: {
      append: script(APPEND),
      appendOne: script(APPEND_ONE),
      acquire: script(ACQUIRE),
      release: script(RELEASE),
      finishRestore: script(FINISH_RESTORE),
    },
  });
}

export type RedisClient = ReturnType<typeof redisClient>;

function atNode(url: string, { host, port }: Node): string {
  const at = new URL(url);
  at.hostname = host.includes(":") ? `[${host}]` : host;
  at.port = String(port);
  return at.href;
}
