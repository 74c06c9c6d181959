// A journal as a whole, out of one store and into another: both stores, beside those who write, and everything that a file can have wrong.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "chai";
import { createClient } from "redis";
import { embeddedRestore, embeddedSnapshot } from "../../src/adapters/embedded/copies.ts";
import { openEmbeddedStore } from "../../src/adapters/embedded/store.ts";
import { redisSnapshot } from "../../src/adapters/redis/copies.ts";
import { redisRestore } from "../../src/adapters/redis/restore.ts";
import { streamKey } from "../../src/adapters/redis/scripts.ts";
import { openRedisStore } from "../../src/adapters/redis/store.ts";
import { linesOf } from "../../src/backup/lines.ts";
import { readBackup } from "../../src/backup/read.ts";
import { writeBackup } from "../../src/backup/write.ts";
import { backupProblemSentence } from "../../src/chat/sentences/backup.ts";
import type { Restore, Snapshot } from "../../src/ports/copies.ts";
import type { Journal } from "../../src/ports/journal.ts";
import { type Damage, damageFolder, damageRedis } from "../support/damage.ts";
import { silentLog } from "../support/parts.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";
import { until } from "../support/until.ts";

const WRITER = join(import.meta.dirname, "writer.ts");

const never = new AbortController().signal;

/** Breaks of lines that are none, a key that is more than a key, and an emoji that may be cut in two. */
const ODD = 'first\nsecond\u2028third\u0085"\\ __proto__ 🚢';

interface Kind {
  name: string;
  where(): string;
  open(): Promise<Journal>;
  snapshot(): Promise<Snapshot>;
  restore(): Promise<Restore | null>;
  /** Names of everything that the store keeps, the journal's own or not. */
  kept(): Promise<string[]>;
  empty(): Promise<void>;
  damage(what: Damage): Promise<void>;
}

describe("a journal as a whole", function () {
  this.timeout(60_000);
  let server: RedisServer;
  let directory = "";
  before(async () => {
    server = await startRedis();
    directory = await mkdtemp(join(tmpdir(), "lockstep-backup-"));
  });
  after(async () => {
    await server.stop();
    await rm(directory, { recursive: true });
  });

  const embedded: Kind = {
    name: "the embedded store",
    where: () => directory,
    open: async () => (await openEmbeddedStore(directory)).journal,
    snapshot: () => embeddedSnapshot(directory),
    restore: () => embeddedRestore(directory),
    kept: () => readdir(directory),
    damage: (what) => damageFolder(directory, what),
    async empty() {
      await rm(directory, { recursive: true });
      directory = await mkdtemp(join(tmpdir(), "lockstep-backup-"));
    },
  };
  const redis: Kind = {
    name: "Redis",
    where: () => server.url,
    async open() {
      const store = await openRedisStore(server.url, silentLog);
      if (!store.ok) throw new Error(JSON.stringify(store.problems));
      return store.journal;
    },
    snapshot: async () => opened(await redisSnapshot(server.url, silentLog)),
    restore: async () => opened(await redisRestore(server.url, silentLog)),
    kept: () => withClient(server, (client) => client.keys("*")),
    damage: (what) => damageRedis(server.url, what),
    empty: () => withClient(server, async (client) => void (await client.flushAll())),
  };
  afterEach(() => Promise.all([embedded.empty(), redis.empty()]));

  for (const [from, to] of [
    [embedded, redis],
    [redis, embedded],
    [embedded, embedded],
    [redis, redis],
  ] as [Kind, Kind][]) {
    it(`goes out of ${from.name} and into ${to.name}: every fact in its place, as it was`, async () => {
      const journal = await from.open();
      await fill(journal);
      await journal.close();
      const text = await exported(await from.snapshot());
      await from.empty();
      expect(await imported(to, text)).to.deep.include({ ok: true });
      const restored = await to.open();
      expect(await restored.streams("")).to.deep.equal(["deploy/a", "freezes", "target/web/production"]);
      expect(await restored.read("deploy/a")).to.have.length(450);
      const [odd] = await restored.read("freezes");
      expect(odd).to.deep.equal({ version: 1, fact: { kind: "odd", at: 1, reason: ODD, list: [null, { a: 1.5 }] } });
      // The next append is behind what was restored, and nowhere else.
      const next = (expected: number) =>
        restored.append([{ stream: "deploy/a", expected, facts: [{ kind: "next", at: 2 }] }]);
      expect(await next(0)).to.deep.equal({ ok: false, moved: "deploy/a" });
      expect(await next(450)).to.deep.equal({ ok: true });
      await restored.close();
    });
  }

  for (const store of [embedded, redis]) {
    describe(`in ${store.name}`, () => {
      it("is exported as it stood at one moment, while a bot writes", async () => {
        const writer = spawn(process.execPath, ["--import", "tsx", WRITER, store.where()], {
          stdio: ["ignore", "pipe", "inherit"],
        });
        const told = createInterface({ input: writer.stdout })[Symbol.asyncIterator]();
        const untilMore = async (facts: number) => {
          for (const end = Number((await told.next()).value) + facts; ; )
            if (Number((await told.next()).value) >= end) return;
        };
        await untilMore(300);
        const snapshot = await store.snapshot();
        await untilMore(100);
        const lines = (await exported(snapshot)).split("\n");
        writer.kill("SIGKILL");
        await once(writer, "exit");
        const count = (stream: string) => lines.filter((line) => line.startsWith(`{"stream":"${stream}`)).length;
        expect([count("left"), count("right")]).to.deep.equal([count("m/"), count("m/")]);
        expect(count("left")).to.be.greaterThan(300);
        // What was appended after the moment is not in it.
        const later = (await exported(await store.snapshot())).split("\n").length;
        expect(later).to.be.greaterThan(lines.length);
      });

      it("is not exported with a fact that is no JSON any more, which is named without its text", async () => {
        const journal = await store.open();
        await fill(journal);
        await journal.close();
        await store.damage({ stream: "deploy/a", version: 250, text: '{"kind":"hunter2' });
        const why = await exported(await store.snapshot()).catch((error: Error) => error);
        expect(why).to.include({ name: "UnreadableFact", stream: "deploy/a", version: 250 });
        expect(String(why)).to.not.include("hunter2");
      });

      it("is not put where one is already, and that one stays", async () => {
        const journal = await store.open();
        await fill(journal);
        await journal.close();
        const text = await exported(await store.snapshot());
        expect(await store.restore()).to.equal(null);
        expect(await exported(await store.snapshot())).to.equal(text);
      });

      it("leaves nothing behind when the file is not whole, and a second try goes well", async () => {
        const text = await aBackup();
        const cut = await imported(store, text.split("\n").slice(0, 300).join("\n"));
        expect(cut).to.deep.equal({ ok: false, problem: { kind: "cutOff", facts: 299 } });
        expect(await store.kept()).to.deep.equal([]);
        expect(await imported(store, text)).to.deep.include({ ok: true });
      });
    });
  }

  it("is not put into a folder that a bot has open", async () => {
    const journal = await embedded.open();
    const refused = await embedded.restore().catch((error: Error) => error.name);
    expect(refused).to.equal("StoreInUse");
    await journal.close();
  });

  it("is seen by a bot that is at that Redis already, at once and whole", async () => {
    const text = await aBackup();
    const journal = await redis.open();
    const heard = new Set<string>();
    const seen: number[] = [];
    journal.watch((stream) => {
      heard.add(stream);
      void journal.streams("").then(({ length }) => seen.push(length));
    });
    expect(await imported(redis, text)).to.deep.include({ ok: true });
    await until("the bot has heard of all of it", () => heard.size === 3 && seen.length >= 3);
    expect(new Set(seen)).to.deep.equal(new Set([3]));
    const late = [{ stream: "deploy/a", expected: 0, facts: [{ kind: "late", at: 1 }] }];
    expect(await journal.append(late)).to.deep.equal({ ok: false, moved: "deploy/a" });
    await journal.close();
  });

  it("is no backup when Redis has lost some of it meanwhile", async () => {
    const journal = await redis.open();
    await fill(journal);
    const snapshot = await redis.snapshot();
    await withClient(server, (client) => client.xTrim(streamKey("deploy/a"), "MAXLEN", 449));
    const name = await exported(snapshot).catch((error: Error) => error.name);
    expect(name).to.equal("FactsGone");
    await snapshot.close();
    await journal.close();
  });

  it("is not put there when somebody has removed some of it meanwhile", async () => {
    const text = await aBackup();
    const restore = (await redis.restore()) as Restore;
    const lines = text.split("\n");
    async function* removing() {
      yield Buffer.from(`${lines.slice(0, 300).join("\n")}\n`);
      await until("it is there", async () => (await redis.kept()).length > 0);
      await redis.empty();
      yield Buffer.from(lines.slice(300).join("\n"));
    }
    const name = await readBackup(linesOf(removing()), restore, never).catch((error: Error) => error.name);
    expect(name).to.equal("FactsGone");
    await restore.close();
    expect(await redis.kept()).to.deep.equal([]);
  });

  it("is not put beside facts that somebody wrote into Redis meanwhile", async () => {
    const text = await aBackup();
    const restore = (await redis.restore()) as Restore;
    const journal = await redis.open();
    await journal.append([{ stream: "deploy/a", expected: 0, facts: [{ kind: "mine", at: 1 }] }]);
    const result = await readBackup(linesOf(bytes(text)), restore, never);
    await restore.close();
    expect(result).to.deep.equal({ ok: false, problem: { kind: "notEmpty" } });
    expect(await journal.read("deploy/a")).to.have.length(1);
    expect(await journal.streams("")).to.deep.equal(["deploy/a"]);
    await journal.close();
  });

  /** What is wrong with the file, how it comes about, and what is said of it. */
  const wrong: [what: string, change: (lines: string[]) => string[], said: RegExp][] = [
    ["is empty", () => [], /is no backup of Lockstep/],
    ["is something else", () => ["hosts:", "  - web-01"], /is no backup of Lockstep/],
    ["is a newer one's", ([, ...rest]) => ['{"lockstep":"journal","format":2}', ...rest], /newer Lockstep .*format 2/],
    ["ends early", (lines) => lines.slice(0, -1), /cut off after 452 facts/],
    ["ends in the middle of a line", (lines) => [...lines.slice(0, 4), '{"stream":"deploy/a","ver'], /Line 5 is not/],
    ["lacks a line", (lines) => lines.filter((_, i) => i !== 9), /Line 10 has version 10 .* and 9 is next/],
    ["has a changed fact", (lines) => lines.map((one) => one.replace('"n":7', '"n":8')), /other contents/],
    ["has two of them in it", (lines) => [...lines, ...lines], /something behind the last line .*\(line 455\)/],
    ["has a line too many", (lines) => [...lines, "{}"], /something behind the last line/],
    ["has a version that is none", (lines) => lines.map((one) => one.replace(":9,", ":1e400,")), /Line 10 is not/],
  ];
  for (const [what, change, said] of wrong) {
    it(`is not restored from a file that ${what}`, async () => {
      const lines = (await aBackup()).trimEnd().split("\n");
      const result = await imported(embedded, change(lines).join("\n"));
      expect(result.ok ? "restored" : backupProblemSentence(result.problem)).to.match(said);
      expect(await embedded.kept()).to.deep.equal([]);
    });
  }

  async function aBackup(): Promise<string> {
    const journal = await embedded.open();
    await fill(journal);
    await journal.close();
    const text = await exported(await embedded.snapshot());
    await embedded.empty();
    return text;
  }
});

async function fill(journal: Journal): Promise<void> {
  const facts = Array.from({ length: 450 }, (_, n) => ({ kind: "written", at: 1, n }));
  await journal.append([
    { stream: "deploy/a", expected: 0, facts },
    { stream: "target/web/production", expected: 0, facts: facts.slice(0, 1) },
    { stream: "freezes", expected: 0, facts: [{ kind: "odd", at: 1, reason: ODD, list: [null, { a: 1.5 }] }] },
  ]);
}

async function exported(snapshot: Snapshot): Promise<string> {
  let text = "";
  const write = async (more: string) => {
    text += more;
  };
  await writeBackup(snapshot, write, never).finally(() => snapshot.close());
  return text;
}

async function imported(to: Kind, text: string) {
  const restore = await to.restore();
  if (!restore) throw new Error("the store is not empty");
  try {
    return await readBackup(linesOf(bytes(text)), restore, never);
  } finally {
    await restore.close();
  }
}

/** In pieces that end anywhere, also in the middle of a character. */
async function* bytes(text: string): AsyncGenerator<Buffer> {
  const all = Buffer.from(text);
  for (let at = 0; at < all.length; at += 1_237) yield all.subarray(at, at + 1_237);
}

function opened<T>(one: { ok: true; value: T } | { ok: false; problems: unknown }): T {
  if (!one.ok) throw new Error(JSON.stringify(one.problems));
  return one.value;
}

async function withClient<T>({ url }: RedisServer, use: (client: ReturnType<typeof clientOf>) => Promise<T>) {
  const client = clientOf(url);
  await client.connect();
  return use(client).finally(() => client.close());
}

const clientOf = (url: string) => createClient({ url });
