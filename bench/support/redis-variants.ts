// Ways to take and give back a lock on one Redis: the shortest one there is, two npm packages, and ours.

import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { createClient } from "redis";
import { Mutex } from "redis-semaphore";
import Redlock from "redlock";
import { openRedisStore } from "../../src/adapters/redis/store.ts";
import type { Variant } from "./rounds.ts";
import { targetVariant } from "./target-variant.ts";

const LOCK_MS = 60_000;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** `SET NX PX`, and a script that deletes the key if it is still ours. Its client has no timer per request, as ours. */
export async function rawPair(url: string): Promise<Variant> {
  const client = await createClient({ url, commandOptions: { timeout: 0 } }).connect();
  const release = await client.scriptLoad(
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0",
  );
  return {
    name: "raw SET NX PX + compare-and-delete",
    async pair(lock) {
      const owner = randomUUID();
      const taken = await client.set(`raw:${lock}`, owner, {
        condition: "NX",
        expiration: { type: "PX", value: LOCK_MS },
      });
      const given = await client.evalSha(release, { keys: [`raw:${lock}`], arguments: [owner] });
      if (taken !== "OK" || given !== 1) throw new Error("a lock that nobody else wants was not taken");
    },
    close: async () => client.destroy(),
  };
}

export async function redlockPackage(url: string): Promise<Variant> {
  const client = new Redis(url);
  const redlock = new Redlock([client]);
  return {
    name: "npm redlock",
    async pair(lock) {
      const held = await redlock.lock(`redlock:${lock}`, LOCK_MS);
      await held.unlock();
    },
    close: async () => client.disconnect(),
  };
}

export async function semaphorePackage(url: string): Promise<Variant> {
  const client = new Redis(url);
  return {
    name: "npm redis-semaphore (Mutex)",
    async pair(lock) {
      const mutex = new Mutex(client, lock, { lockTimeout: LOCK_MS });
      await mutex.acquire();
      await mutex.release();
    },
    close: async () => client.disconnect(),
  };
}

export async function oursOnRedis(url: string): Promise<Variant> {
  const opened = await openRedisStore(url, silent);
  if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
  return targetVariant("ours on Redis", opened.journal, () => opened.journal.close());
}
