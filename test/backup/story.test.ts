// A deploy whose bot is moved to another store in the middle of it: exported beside the running bot, which is then killed, and restored into a Redis, where
// another bot ends it. And the command line with a journal that does not fit into its memory.

import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { embeddedRestore } from "../../src/adapters/embedded/copies.ts";
import { readEmbeddedJournal } from "../../src/adapters/embedded/readOnly.ts";
import { type Ran, startLockstep } from "../support/lockstep.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";
import { quickPlayground, type Story } from "../support/story.ts";
import { until } from "../support/until.ts";

const { PATH = "" } = process.env;
const lockstep = (args: string[], env: Record<string, string>): Promise<Ran> =>
  startLockstep(args, { cwd: tmpdir(), env: { PATH, ...env } }).ended;

describe("a backup of a deploy that is under way", () => {
  let story: Story;
  let redis: RedisServer;
  let directory = "";
  before(async function () {
    this.timeout(60_000);
    directory = await mkdtemp(join(tmpdir(), "lockstep-backup-"));
    [story, redis] = await Promise.all([quickPlayground(), startRedis()]);
  });
  after(async () => {
    await story.close();
    await redis.stop();
    await rm(directory, { recursive: true });
  });

  it("is restored into the other store, and a bot there ends the deploy: one release everywhere, each line once, the lock free", async function () {
    this.timeout(120_000);
    const { environment, restartBot, bot } = story.playground;
    const DATA_DIR = environment.DATA_DIR ?? "";
    const file = join(directory, "backup.jsonl");
    await story.deploy("web");
    await story.said(/bak/i);
    const exported = await lockstep(["export", "--out", file], { DATA_DIR });
    await bot.stop("SIGKILL");
    expect(exported.err).to.match(/^Exported \d+ facts of \d+ streams to /);
    expect(exported.code).to.equal(0);
    // Only its owner may read it: it holds names and what commands have said.
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
    const imported = await lockstep(["import", file], { REDIS_URL: redis.url });
    expect(imported.err).to.match(/^Restored .* into Redis\. Start the bot with this store/);
    const again = await lockstep(["import", file], { REDIS_URL: redis.url });
    expect([again.code, again.err]).to.deep.equal([
      2,
      "Nothing was restored. The store has a journal already, and two cannot be joined: name an empty one with DATA_DIR or REDIS_URL, or move the old one away.\n",
    ]);

    environment.REDIS_URL = redis.url;
    await restartBot();
    await story.until(": deployed.");
    expect(new Set(await story.releases()).size).to.equal(1);
    expect(story.roots()).to.have.length(1);
    const thread = story.thread();
    expect(new Set(thread).size, thread.join("\n")).to.equal(thread.length);
    expect(await story.type("/canary web")).to.include("Nobody holds the lock.");
  });
});

describe("a journal that is larger than the memory of the command line", () => {
  it("goes through it, out and in again", async function () {
    this.timeout(120_000);
    const directory = await mkdtemp(join(tmpdir(), "lockstep-backup-"));
    const [from, to, file] = ["from", "to", "backup.jsonl"].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ];
    const padding = "x".repeat(4_000);
    const restore = await embeddedRestore(from);
    for (let stream = 0; stream < 125; stream += 1)
      await restore?.add(
        Array.from({ length: 100 }, (_, n) => ({
          stream: `deploy/${stream}`,
          version: n + 1,
          fact: { kind: "written", at: n, padding },
        })),
      );
    await restore?.finish();
    await restore?.close();
    // Less than the facts would take.
    const small = { NODE_OPTIONS: "--max-old-space-size=40" };
    const exported = await lockstep(["export", "--out", file], { DATA_DIR: from, ...small });
    expect(exported).to.include({ code: 0, err: `Exported 12500 facts of 125 streams to ${file}.\n` });
    expect((await stat(file)).size).to.be.greaterThan(50_000_000);
    const imported = await lockstep(["import", file], { DATA_DIR: to, ...small });
    expect(imported.err).to.match(/^Restored 12500 facts of 125 streams into /);
    const journal = await readEmbeddedJournal(to);
    expect(await journal.read("deploy/124")).to.have.length(100);
    await journal.close();
    await rm(directory, { recursive: true });
  });
});

describe("lockstep export and import", () => {
  it("end when they are told to, also while nothing comes in", async function () {
    this.timeout(60_000);
    const directory = await mkdtemp(join(tmpdir(), "lockstep-backup-"));
    const DATA_DIR = join(directory, "data");
    const running = startLockstep(["import"], { cwd: tmpdir(), env: { PATH, DATA_DIR }, stdin: "open" });
    await until("it waits for the backup", async () => (await readdir(DATA_DIR).catch(() => [])).length > 0, 40_000);
    running.signal("SIGTERM");
    expect(await running.ended).to.include({
      code: 2,
      err: "Stopped before it was done: nothing was restored, and what was written is no whole backup.\n",
    });
    await rm(directory, { recursive: true });
  });

  it("say in one sentence what cannot be done", async function () {
    this.timeout(60_000);
    const missing = join(tmpdir(), "lockstep-nowhere");
    const refused = await Promise.all([
      lockstep(["export"], { DATA_DIR: missing }),
      lockstep(["export", "file"], { DATA_DIR: missing }),
      lockstep(["import", join(missing, "backup.jsonl")], { DATA_DIR: missing }),
      lockstep(["export"], { REDIS_URL: "redis://:hunter2secret@127.0.0.1:1" }),
    ]);
    expect(refused.map(({ code }) => code)).to.deep.equal([2, 2, 2, 2]);
    const said = refused.map(({ out, err }) => out + err);
    expect(said[0]).to.match(/^There is no journal in .*: set DATA_DIR/);
    expect(said[1]).to.match(/^Nothing can be done with file: leave it out/);
    expect(said[2]).to.match(/backup\.jsonl cannot be used \(it is not there\)/);
    expect(said[3]).to.match(/^Redis cannot be reached \(ECONNREFUSED\)/);
    expect(said.join("")).to.not.include("hunter2secret").and.not.include("    at ");
  });
});
