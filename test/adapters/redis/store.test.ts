// The journal and the leases on a real redis-server: the same contracts as on the embedded store.

import { expect } from "chai";
import { createClient } from "redis";
import { openRedisStore } from "../../../src/adapters/redis/store.ts";
import { journalContract } from "../../contracts/journal.ts";
import { leasesContract } from "../../contracts/leases.ts";
import { type RedisServer, startRedis } from "../../support/redis.ts";

describe("the store in Redis", () => {
  let server: RedisServer;
  before(async () => {
    server = await startRedis();
  });
  after(() => server.stop());

  const log = { debug() {}, info() {}, warn() {}, error() {} };

  async function remove(): Promise<void> {
    const client = await createClient({ url: server.url }).connect();
    await client.flushAll();
    await client.close();
  }

  async function open() {
    const opened = await openRedisStore(server.url, log);
    if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
    return opened;
  }

  journalContract("Redis", async () => ({ open: async () => (await open()).journal, remove }));
  leasesContract("Redis", async () => ({
    async open() {
      const { journal, leases } = await open();
      return { leases, close: () => journal.close() };
    },
    remove,
  }));

  it("is refused when it would forget, or throw facts away", async () => {
    const forgetful = await startRedis(["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"]);
    const opened = await openRedisStore(forgetful.url, log);
    expect(opened).to.deep.equal({
      ok: false,
      problems: [{ kind: "evicts", policy: "allkeys-lru" }, { kind: "forgets" }],
    });
    await forgetful.stop();
    const gone = await openRedisStore(forgetful.url, log);
    expect(gone).to.deep.equal({ ok: false, problems: [{ kind: "unreachable", detail: "ECONNREFUSED" }] });
  });

  it("refuses at once while Redis is away, goes on when it is back, and then tells what came meanwhile", async () => {
    await remove();
    const { journal, leases } = await open();
    const write = (stream: string, expected: number) =>
      journal.append([{ stream, expected, facts: [{ kind: "one", at: 1 }] }]);
    await write("a", 0);
    const restarting = server.restart();
    await write("a", 1).then(
      () => expect.fail("nobody may believe that this was written"),
      (error: Error) => expect(error).to.be.an("error"),
    );
    await restarting;
    const heard = new Promise<string>((resolve) => journal.watch(resolve));
    const again = async (): Promise<void> => {
      const done = await write("a", 1).catch(() => null);
      if (!done?.ok) await new Promise((resolve) => setTimeout(resolve, 20)).then(again);
    };
    await again();
    expect(await heard).to.equal("a");
    expect(await journal.read("a")).to.have.length(2);
    expect((await leases.acquire("a", "me", 1_000)).held).to.equal(true);
    await journal.close();
    await remove();
  });
});
