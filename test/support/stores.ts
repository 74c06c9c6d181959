// Both stores, for tests that run against each of them: a folder of its own, and a redis-server of its own. Knows no lock.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "redis";
import { openEmbeddedStore } from "../../src/adapters/embedded/store.ts";
import { openRedisStore } from "../../src/adapters/redis/store.ts";
import type { Journal } from "../../src/ports/journal.ts";
import type { Leases } from "../../src/ports/leases.ts";
import { silentLog } from "./parts.ts";
import { type RedisServer, startRedis } from "./redis.ts";

export type Store = { journal: Journal; leases: Leases };

export interface StoreUnderTest {
  name: string;
  start(): Promise<void>;
  /** Empty at first. Each one is as of a process of its own; the embedded store has one, so that bots share it. */
  open(): Promise<Store>;
  /** Closes all that were opened and forgets what they held. */
  empty(): Promise<void>;
  stop(): Promise<void>;
}

function embedded(): StoreUnderTest {
  let opening: Promise<{ directory: string; store: Store }> | null = null;
  const openNew = async () => {
    const directory = await mkdtemp(join(tmpdir(), "lockstep-store-"));
    return { directory, store: await openEmbeddedStore(directory) };
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
    empty,
    stop: empty,
  };
}

function redis(): StoreUnderTest {
  let server: RedisServer;
  const opened: Store[] = [];
  const close = () => Promise.all(opened.splice(0).map(({ journal }) => journal.close()));
  return {
    name: "Redis",
    async start() {
      server = await startRedis();
    },
    async open() {
      const store = await openRedisStore(server.url, silentLog);
      if (!store.ok) throw new Error(JSON.stringify(store.problems));
      opened.push(store);
      return store;
    },
    async empty() {
      await close();
      const client = createClient({ url: server.url });
      await client.connect();
      await client.flushAll();
      await client.close();
    },
    async stop() {
      await close();
      await server.stop();
    },
  };
}

export const bothStores = (): StoreUnderTest[] => [embedded(), redis()];
