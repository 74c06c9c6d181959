// A Redis that answers, but does not take anything: it is as good as not there, and nothing was done. A mistake of ours is not taken for that.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { ErrorReply } from "redis";
import { storeError } from "../../../src/adapters/redis/trouble.ts";
import { type Journal, StoreUnreachable } from "../../../src/ports/journal.ts";
import { type RedisServer, startRedis } from "../../support/redis.ts";
import { endOf, one, openAt, rawClient, untilAnswered } from "./opening.ts";

describe("a Redis that takes nothing", () => {
  let server: RedisServer;
  let journal: Journal;
  let raw: Awaited<ReturnType<typeof rawClient>>;

  beforeEach(async () => {
    server = await startRedis();
    journal = (await openAt(server.url)).journal;
    raw = await rawClient(server.url);
    await journal.append(one("a", 0));
  });
  afterEach(async () => {
    await journal.close();
    raw.destroy();
    await server.stop();
  });

  async function refusal(): Promise<StoreUnreachable> {
    const error = await journal.append(one("a", 1)).catch((refused: unknown) => refused);
    if (!(error instanceof StoreUnreachable)) throw new Error(`not refused: ${error}`);
    return error;
  }
  const works = async () => expect(await untilAnswered(() => journal.append(one("a", 1)))).to.deep.equal({ ok: true });

  it("because its memory is full, says so, and takes it when there is room again", async () => {
    await raw.configSet("maxmemory", "1");
    expect(await refusal()).to.include({ done: "no", message: "Redis does not take it (OOM)" });
    expect(await journal.read("a")).to.have.length(1);
    await raw.configSet("maxmemory", "0");
    await works();
  });

  it("because it has become a replica", async () => {
    await raw.replicaOf("127.0.0.1", 1);
    expect(await refusal()).to.include({ done: "no", message: "Redis does not take it (READONLY)" });
    await raw.sendCommand(["REPLICAOF", "NO", "ONE"]);
    await works();
  });

  it("because it cannot write to its disk", async () => {
    await mkdir(join(server.directory, "dump.rdb"));
    await raw.configSet("save", "3600 1");
    await raw.bgSave();
    while (!(await raw.info("persistence")).includes("rdb_last_bgsave_status:err"));
    expect(await refusal()).to.include({ done: "no", message: "Redis does not take it (MISCONF)" });
    await raw.configSet("stop-writes-on-bgsave-error", "no");
    await works();
  });

  it("because it still reads what it has on disk", async () => {
    for (let version = 0; version < 100; version += 1) await journal.append(one(`stream ${version}`, 0));
    await raw.bgRewriteAof();
    while (!(await raw.info("persistence")).includes("aof_rewrite_in_progress:0"));
    await server.crash();
    // 20 ms for each key; a reader is let in between a few of them.
    await server.start(["--key-load-delay", "20000", "--loading-process-events-interval-bytes", "1024"], true);
    const seen: string[] = [];
    for (let error: unknown; !seen.includes("LOADING"); ) {
      error = await journal.read("a").catch((refused: unknown) => refused);
      if (error instanceof StoreUnreachable) seen.push(/\((\w+)\)/.exec(error.message)?.[1] ?? "offline");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await endOf(journal.append(one("a", 1)))).to.equal("no");
    await works();
  });
});

describe("an error of the client of Redis", () => {
  const doneOf = (error: unknown) => {
    const told = storeError(error);
    return told instanceof StoreUnreachable ? told.done : "a bug";
  };

  it("is a refusal also in the words of Redis 6.2, which wraps those of a command in a script", () => {
    const wrapped = (words: string) =>
      new ErrorReply(`ERR Error running script (call to f_1028a5db): @user_script:14: @user_script: 14: ${words}`);
    expect(doneOf(wrapped("-READONLY You can't write against a read only replica."))).to.equal("no");
    expect(doneOf(wrapped("-OOM command not allowed when used memory > 'maxmemory'."))).to.equal("no");
    expect(doneOf(wrapped("ERR The ID specified in XADD is equal or smaller"))).to.equal("a bug");
  });

  it("is a refusal when the cluster is down, or the keys are under way", () => {
    for (const words of ["CLUSTERDOWN The cluster is down", "TRYAGAIN Multiple keys request", "ASK 42 127.0.0.1:1"])
      expect(doneOf(new ErrorReply(words)), words).to.equal("no");
  });

  it("stays what it is when it is a mistake of ours, and keeps its cause otherwise", () => {
    for (const mistake of [
      new ErrorReply("ERR wrong number of arguments for 'xadd' command"),
      new ErrorReply("WRONGTYPE Operation against a key holding the wrong kind of value"),
      new TypeError("undefined is not a function"),
    ])
      expect(storeError(mistake)).to.equal(mistake);
    const cause = new ErrorReply("LOADING Redis is loading the dataset in memory");
    expect((storeError(cause) as StoreUnreachable).cause).to.equal(cause);
  });
});
