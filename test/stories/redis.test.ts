// The story of two bots on one Redis: the one that drives is killed, the other goes on at once when the lease has run out.

import { join } from "node:path";
import { expect } from "chai";
import { type BotProcess, startBotProcess } from "../../playground/botProcess.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";
import { quick, quickPlayground, type Story } from "../support/story.ts";

describe("two bots on one Redis", () => {
  let redis: RedisServer;
  let story: Story;
  let other: BotProcess;
  before(async function () {
    this.timeout(60_000);
    redis = await startRedis();
    story = await quickPlayground({ environment: { REDIS_URL: redis.url }, pace: quick({ bake: "10s" }) });
  });
  after(async () => {
    await other?.stop();
    await story.close();
    await redis.stop();
  });

  it("go on with a deploy whose bot was killed, without saying anything twice", async function () {
    this.timeout(120_000);
    await story.deploy("web");
    await story.until("canary baking");
    const { environment, logFile, bot } = story.playground;
    const itsOwn = { PORT: "0", DATA_DIR: `${environment.DATA_DIR}-other` };
    other = startBotProcess({ ...environment, ...itsOwn }, join(logFile, "..", "other.log"));
    await other.ready;
    await bot.stop("SIGKILL");
    await story.until(": deployed.");
    const thread = story.thread();
    expect(new Set(thread).size, thread.join("\n")).to.equal(thread.length);
    expect(new Set(await story.releases()).size).to.equal(1);
    expect(story.roots()).to.have.length(1);
    expect(await story.type("/canary web")).to.include("Nobody holds the lock.");
  });
});
