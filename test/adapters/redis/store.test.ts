// The journal and the leases on a real redis-server: the same contracts as on the embedded store, and what this Redis has to be like.

import { expect } from "chai";
import { openRedisStore } from "../../../src/adapters/redis/store.ts";
import { journalContract } from "../../contracts/journal.ts";
import { leasesContract } from "../../contracts/leases.ts";
import { type RedisServer, SOUND, startRedis } from "../../support/redis.ts";
import { openAt, rawClient, recordingLog } from "./opening.ts";

describe("the store in Redis", () => {
  let server: RedisServer;
  before(async () => {
    server = await startRedis();
  });
  after(() => server.stop());

  async function remove(): Promise<void> {
    const client = await rawClient(server.url);
    await client.flushAll();
    await client.close();
  }

  journalContract("Redis", async () => ({ open: async () => (await openAt(server.url)).journal, remove }));
  leasesContract("Redis", async () => ({
    async open() {
      const { journal, leases } = await openAt(server.url);
      return { leases, close: () => journal.close() };
    },
    remove,
  }));
});

describe("a Redis that the store is to be kept in", () => {
  const servers: RedisServer[] = [];
  const start = async (settings: string[]) => {
    const server = await startRedis(settings);
    servers.push(server);
    return server;
  };
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  async function openingOf({ url }: RedisServer) {
    const { lines, log } = recordingLog();
    const opened = await openRedisStore(url, log);
    if (opened.ok) await opened.journal.close();
    return { problems: opened.ok ? [] : opened.problems, lines };
  }
  const warnings = ({ lines }: Awaited<ReturnType<typeof openingOf>>) =>
    lines.filter(({ level }) => level === "warn").map(({ message }) => message);

  it("is refused when it would throw facts away, or does not write each change to disk", async () => {
    const opening = await openingOf(await start(["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"]));
    expect(opening.problems).to.deep.equal([{ kind: "evicts", policy: "allkeys-lru" }, { kind: "forgets" }]);
  });

  it("is refused when it only makes snapshots, because they are minutes old", async () => {
    const opening = await openingOf(await start(["--save", "60 1000"]));
    expect(opening.problems).to.deep.equal([{ kind: "forgets" }]);
  });

  it("is refused when it is a replica", async () => {
    const first = await start(SOUND);
    const opening = await openingOf(await start([...SOUND, "--replicaof", `127.0.0.1 ${first.port}`]));
    expect(opening.problems).to.deep.equal([{ kind: "replica" }]);
  });

  it("is refused when it is not there", async () => {
    const gone = await start(SOUND);
    await gone.crash();
    expect((await openingOf(gone)).problems).to.deep.equal([{ kind: "unreachable", detail: "ECONNREFUSED" }]);
  });

  it("is taken with a warning when only a limit of its memory is missing for throwing facts away", async () => {
    const opening = await openingOf(await start(["--appendonly", "yes", "--maxmemory-policy", "volatile-ttl"]));
    expect(opening.problems).to.deep.equal([]);
    expect(warnings(opening)).to.deep.equal([
      "Redis would throw facts away if maxmemory were set: set maxmemory-policy to noeviction, it is volatile-ttl",
    ]);
  });

  it("is taken with a warning when it leaves to the system when it writes", async () => {
    const opening = await openingOf(await start([...SOUND, "--appendfsync", "no"]));
    expect(opening.problems).to.deep.equal([]);
    expect(warnings(opening)).to.deep.equal([
      "Redis leaves to the system when it writes to disk: set appendfsync to everysec, or always",
    ]);
  });

  it("is taken with a warning when it may not be asked for its settings, but says that it does not write each change", async () => {
    const opening = await openingOf(await start(["--rename-command", "CONFIG", ""]));
    expect(opening.problems).to.deep.equal([]);
    expect(warnings(opening)).to.deep.equal(["this Redis does not write each change to disk (aof_enabled 0)"]);
  });

  it("says what a power cut may take", async () => {
    const opening = await openingOf(await start(SOUND));
    const { fields } = opening.lines.find(({ message }) => message === "the journal is in Redis") ?? {};
    expect(fields).to.include({ appendfsync: "everysec", mayLose: "the last second before a power cut" });
    expect(warnings(opening)).to.deep.equal([]);
  });
});
