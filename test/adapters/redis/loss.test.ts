// Losing Redis: killed, restarted, stopped, cut off and silent. Nothing is believed that was not answered, and everything goes on when it is back.

import { expect } from "chai";
import type { Journal } from "../../../src/ports/journal.ts";
import type { Leases } from "../../../src/ports/leases.ts";
import { type FaultyLine, startProxy } from "../../support/proxy.ts";
import { type RedisServer, SOUND, startRedis } from "../../support/redis.ts";
import { until } from "../../support/until.ts";
import { endOf, one, openAt, rawClient, recordingLog, untilAnswered } from "./opening.ts";

describe("a Redis that is lost", () => {
  let server: RedisServer;
  let journal: Journal;
  let leases: Leases;
  let other: Journal;
  let logged: ReturnType<typeof recordingLog>;

  beforeEach(async () => {
    server = await startRedis([...SOUND, "--appendfsync", "always"]);
    logged = recordingLog();
    ({ journal, leases } = await openAt(server.url, logged.log));
    other = (await openAt(server.url)).journal;
  });
  afterEach(async () => {
    await Promise.all([journal.close(), other.close()]);
    await server.stop();
  });

  /** Resolves at the next news of the stream. */
  const newsOf = (stream: string, from = journal) =>
    new Promise<void>((resolve) => {
      const off = from.watch((grown) => {
        if (grown !== stream) return;
        off();
        resolve();
      });
    });

  it("has everything that was answered, after it was killed and started again", async () => {
    const writing = (async () => {
      let version = 0;
      while ((await endOf(journal.append(one("a", version)))) === "answered") version += 1;
      return version;
    })();
    while ((await journal.read("a")).length < 50);
    await server.restart();
    const answered = await writing;
    const found = (await untilAnswered(() => journal.read("a"))).length;
    expect(found, "the last one may have been written without an answer").to.be.within(answered, answered + 1);
    expect(await journal.append(one("a", found))).to.deep.equal({ ok: true });
  });

  it("knows its leases again, with their tokens", async () => {
    const mine = await leases.acquire("web", "me", 60_000);
    await server.restart();
    const asked = await untilAnswered(() => leases.acquire("web", "another", 60_000));
    expect(asked.held).to.equal(false);
    const renewed = await leases.acquire("web", "me", 60_000);
    expect(renewed.held && renewed.token).to.equal(mine.held && mine.token);
  });

  it("is noticed when its facts went although the connection stayed, as behind a proxy that has turned to another one", async () => {
    const losses = () => logged.lines.filter(({ message }) => message.startsWith("Redis has lost facts that it had"));
    for (const expected of [0, 1, 2]) await journal.append(one("a", expected));
    expect(await journal.read("a", 3)).to.deep.equal([]);
    expect(losses()).to.deep.equal([]);
    const gaps = journal.gaps();
    const raw = await rawClient(server.url);
    await raw.flushAll();
    await raw.close();
    await other.append(one("a", 0));
    expect(await journal.read("a", 3)).to.deep.equal([]);
    expect(journal.gaps()).to.be.greaterThan(gaps);
    expect(losses().map(({ fields }) => fields)).to.deep.equal([{ stream: "a" }]);
    expect(await journal.read("a")).to.have.length(1);
    // Whoever remembers an older place on record asks again and again: that is no news.
    expect(await journal.read("a", 3)).to.deep.equal([]);
    expect(losses()).to.have.length(1);
  });

  it("gives a lease to the next one in time although its clock was set back by an hour", async () => {
    await leases.acquire("web", "one", 300);
    const raw = await rawClient(server.url);
    await raw.hIncrBy("{lockstep}:lease:web", "until", 3_600_000); // all that the next one sees of it
    await raw.close();
    const asked = Date.now();
    const second = await leases.acquire("web", "another", 300);
    expect(second.held).to.equal(false);
    expect(second.until).to.be.lessThan(asked + 60_000);
    await until("the lease is free", async () => (await leases.acquire("web", "another", 300)).held);
  });

  it("is refused at once while it is away, with the assurance that nothing was done", async () => {
    await server.crash();
    await untilOffline();
    const before = performance.now();
    expect(await endOf(journal.append(one("a", 0)))).to.equal("no");
    expect(await endOf(journal.read("a"))).to.equal("no");
    expect(await endOf(journal.streams(""))).to.equal("no");
    expect(await endOf(leases.acquire("web", "me", 1_000))).to.equal("no");
    expect(await endOf(leases.release("web", "me"))).to.equal("no");
    expect(performance.now() - before).to.be.lessThan(100);
    await server.start();
    expect(await untilAnswered(() => journal.append(one("a", 0)))).to.deep.equal({ ok: true });
    expect(logged.lines.map(({ message }) => message)).to.include.members([
      "Redis cannot be reached; deploys and locks wait until it can",
      "Redis is reached again",
    ]);
  });

  it("tells of what another process appends after the restart", async () => {
    await server.restart();
    const heard = newsOf("late");
    await untilAnswered(() => other.append(one("late", 0)));
    await heard;
  });

  it("is taken for lost when it is stopped, and then nobody knows what became of the request", async () => {
    await journal.append(one("a", 0));
    server.signal("SIGSTOP");
    expect(await endOf(journal.append(one("a", 1)))).to.equal("unknown");
    expect(await endOf(journal.append(one("a", 1)))).to.equal("no");
    server.signal("SIGCONT");
    const found = await untilAnswered(() => journal.read("a"));
    const heard = newsOf("a");
    expect(await journal.append(one("a", found.length, "after"))).to.deep.equal({ ok: true });
    await heard;
  });

  it("is taken for lost also while requests keep coming", async () => {
    server.signal("SIGSTOP");
    const ends: Promise<string>[] = [];
    const more = setInterval(() => ends.push(endOf(journal.read("a"))), 50);
    const first = await endOf(journal.read("a"));
    clearInterval(more);
    server.signal("SIGCONT");
    expect(first).to.equal("unknown");
    await Promise.all(ends);
    expect(await untilAnswered(() => journal.read("a"))).to.deep.equal([]);
  });

  /** Resolves once the connection is known to be gone. */
  async function untilOffline(): Promise<void> {
    while ((await endOf(journal.read("a"))) !== "no");
  }
});

describe("a line to Redis", () => {
  let server: RedisServer;
  let line: FaultyLine;
  let journal: Journal;
  let other: Journal;

  before(async () => {
    server = await startRedis();
  });
  after(() => server.stop());
  beforeEach(async () => {
    line = await startProxy(server.port);
    journal = (await openAt(`redis://127.0.0.1:${line.port}`)).journal;
    other = (await openAt(server.url)).journal;
  });
  afterEach(async () => {
    await Promise.all([journal.close(), other.close()]);
    await line.close();
    const raw = await rawClient(server.url);
    await raw.flushAll();
    await raw.close();
  });

  const heardNews = () => {
    const heard: string[] = [];
    journal.watch((stream) => heard.push(stream));
    return heard;
  };

  for (const [words, cut] of [
    ["is reset", () => line.reset()],
    ["ends", () => line.finish()],
  ] as const) {
    it(`that ${words} loses the answer, and is there again for the next request`, async () => {
      const lost = endOf(journal.append(one("a", 0)));
      cut();
      expect(await lost).to.equal("unknown");
      const found = await untilAnswered(() => journal.read("a"));
      expect(await journal.append(one("a", found.length))).to.deep.equal({ ok: true });
    });
  }

  it("that falls silent loses the answer", async () => {
    line.fallSilent();
    expect(await endOf(journal.append(one("a", 0)))).to.equal("unknown");
  });

  it("tells what others appended while it was cut", async () => {
    const heard = heardNews();
    line.reset();
    await other.append(one("meanwhile", 0));
    await until("the listener hears of it", () => heard.includes("meanwhile"));
  });

  it("tells of every stream when the news were thrown away that it did not hear", async () => {
    for (const stream of ["a", "b", "c"]) await other.append(one(stream, 0));
    const heard = heardNews();
    await other.append(one("c", 1));
    await until("the listener hears of it", () => heard.includes("c"));
    const raw = await rawClient(server.url);
    line.reset();
    // In one step: the listener is back sooner than two requests of ours take.
    await raw
      .multi()
      .xAdd("{lockstep}:news", "*", { stream: "a" })
      .xAdd("{lockstep}:news", "*", { stream: "c" })
      .xTrim("{lockstep}:news", "MAXLEN", 1)
      .exec();
    await raw.close();
    await until("the listener hears of it", () => heard.includes("a") && heard.includes("b"));
  });

  it("tells of every stream when Redis has lost the news that it had told", async () => {
    await other.append(one("a", 0));
    const heard = heardNews();
    await other.append(one("b", 0));
    await until("the listener hears of it", () => heard.includes("b"));
    const raw = await rawClient(server.url);
    line.reset();
    await raw.del("{lockstep}:news");
    await raw.close();
    await until("the listener hears of it", () => heard.includes("a"));
    await other.append(one("c", 0));
    await until("the listener hears of it", () => heard.includes("c"));
  });
});
