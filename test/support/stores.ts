// Both stores, for tests that run against each of them: a folder of its own, and a redis-server of its own. Knows no lock.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type RedisClientType } from "redis";
import { openEmbeddedStore } from "../../src/adapters/embedded/store.ts";
import { leaseKey } from "../../src/adapters/redis/scripts.ts";
import { openRedisStore } from "../../src/adapters/redis/store.ts";
import type { Journal } from "../../src/ports/journal.ts";
import type { Leases } from "../../src/ports/leases.ts";
import { type Damage, damageFolder, damageRedis } from "./damage.ts";
import { silentLog } from "./parts.ts";
import { type RedisServer, startRedis } from "./redis.ts";
import { until } from "./until.ts";

export type Store = { journal: Journal; leases: Leases };

export interface StoreUnderTest {
  name: string;
  start(): Promise<void>;
  /** Empty at first. Each one is as of a process of its own; the embedded store has one, so that bots share it. */
  open(): Promise<Store>;
  /** As it is for the next process when all that had it are gone: what they held is free, by a new opening or because it has run out. */
  left(): Promise<void>;
  /** Closes all that were opened and forgets what they held. */
  empty(): Promise<void>;
  stop(): Promise<void>;
}

/** Closes all that were opened. */
type Damaged = { damage(what: Damage): Promise<void> };

function embedded(): StoreUnderTest & Damaged {
  let opening: Promise<{ directory: string; store: Store }> | null = null;
  const openNew = async () => {
    const directory = await mkdtemp(join(tmpdir(), "lockstep-store-"));
    return { directory, store: await openEmbeddedStore(directory) };
  };
  const left = async () => {
    const opened = await opening;
    if (!opened) return;
    await opened.store.journal.close();
    const { directory } = opened;
    opening = openEmbeddedStore(directory).then((store) => ({ directory, store }));
  };
  const empty = async () => {
    const opened = await opening;
    opening = null;
    await opened?.store.journal.close();
    if (opened) await rm(opened.directory, { recursive: true });
  };
  return {
    name: "the embedded store",
    start: async () => {},
    async open() {
      opening ??= openNew();
      return (await opening).store;
    },
    left,
    async damage(what) {
      const opened = (await opening) ?? (await openNew());
      await opened.store.journal.close();
      await damageFolder(opened.directory, what);
      opening = openEmbeddedStore(opened.directory).then((store) => ({ ...opened, store }));
    },
    empty,
    stop: empty,
  };
}

function redis(answerMs?: number): StoreUnderTest & Damaged {
  let server: RedisServer;
  const opened: Store[] = [];
  const close = () => Promise.all(opened.splice(0).map(({ journal }) => journal.close()));
  const directly = async (work: (client: RedisClientType) => Promise<unknown>) => {
    const client: RedisClientType = createClient({ url: server.url });
    await client.connect();
    await work(client).finally(() => client.close());
  };
  return {
    name: "Redis",
    async start() {
      server = await startRedis();
    },
    async open() {
      // A bot gives up after three seconds at its start: a machine with other things to do is no Redis that is away.
      const store = await until("Redis is reached", () => openIfReached(server.url, answerMs), answerMs);
      opened.push(store);
      return store;
    },
    async left() {
      await close();
      // What their time being over comes to, without the waiting.
      await directly(async (client) => {
        const leases = await client.keys(leaseKey("*"));
        await Promise.all(leases.map((key) => client.hSet(key, "until", "0")));
      });
    },
    async damage(what) {
      await close();
      await damageRedis(server.url, what);
    },
    async empty() {
      await close();
      await directly((client) => client.flushAll());
    },
    async stop() {
      await close();
      await server.stop();
    },
  };
}

async function openIfReached(url: string, answerMs?: number): Promise<Store | null> {
  const store = await openRedisStore(url, silentLog, answerMs);
  if (store.ok) return store;
  if (store.problems.every(({ kind }) => kind === "unreachable")) return null;
  throw new Error(JSON.stringify(store.problems));
}

/** `answerMs`: how long Redis may take, where a busy test must not take it for one that is away. */
export const bothStores = (answerMs?: number): (StoreUnderTest & Damaged)[] => [embedded(), redis(answerMs)];
