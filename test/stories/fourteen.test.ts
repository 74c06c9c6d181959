// Those of the fourteen lock tests that need the whole bot: the list is in ../runner/fourteen.test.ts.

import { expect } from "chai";
import { Requests } from "../../playground/slack/delivery/requests.ts";
import type { PlaygroundOptions } from "../../playground/start.ts";
import { RecordedService } from "../support/recorded-service.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";
import { CHANNEL, MATE, plainText, quick, quickPlayground, type Story, YOU } from "../support/story.ts";
import { until } from "../support/until.ts";

const PACE = quick({ bake: "4s", settle: "1s", every: "300ms" });
/** "Within a few seconds", for somebody who waits for an answer. */
const SOON_MS = 6_000;

interface Stage {
  name: string;
  story: Story;
  service: RecordedService;
}

async function stage(name: string, options: PlaygroundOptions): Promise<Stage> {
  const story = await quickPlayground({ pace: PACE, ...options });
  return { name, story, service: new RecordedService(story.playground) };
}

/** Ends the bot while web-01 is being restarted, starts it again, and tells how the deploy went. */
async function endInARestart({ story, service }: Stage, signal: NodeJS.Signals): Promise<void> {
  const { playground } = story;
  await service.commit(`Survive ${signal}`);
  const earlier = (await service.restarts("web-01")).length;
  const roots = story.roots().length;
  const [before] = await story.releases();
  const letGo = await service.hold("web-01");
  await story.deploy("web@recorded");
  await service.isWell("web-02", before);
  await service.begins("web-01");
  await playground.bot.stop(signal);
  await playground.restartBot();
  expect(await story.type("/deploy web", MATE)).to.match(/^<@U0YOU> has been deploying \*web\*/);
  expect(await story.type("/lock web", MATE)).to.match(/is held by the deploy that <@U0YOU> started/);
  await until(
    "the host is restarted again",
    async () => begins(await service.restarts("web-01"), earlier) === 2,
    30_000,
  );
  await letGo();
  await story.until("canary baking");
  story.slack.faults.onPayload("duplicate");
  await story.press("promote");
  await story.until(": deployed.");
  await story.said(/All 3 hosts run/);
  expect(story.roots()).to.have.length(roots + 1);
  await expectAsOftenAsNeeded({ story, service });
}

const begins = (lines: string[], after: number) => lines.slice(after).filter((line) => line.startsWith("begin")).length;

async function expectAsOftenAsNeeded({ story, service }: Pick<Stage, "story" | "service">): Promise<void> {
  const [release = "", ...others] = new Set(await story.releases());
  expect(others, "one release everywhere").to.deep.equal([]);
  for (const { name } of story.playground.fleet.hosts) {
    const lines = await service.restarts(name);
    expect(lines.join("\n"), name).to.not.include("overlap");
    expect(
      lines.filter((line) => line === `end ${release}`),
      name,
    ).to.have.length(1);
    expect(
      lines.filter((line) => line === `begin ${release}`),
      name,
    ).to.have.length(name === "web-01" ? 2 : 1);
  }
  const thread = story.thread();
  expect(new Set(thread).size, thread.join("\n")).to.equal(thread.length);
  expect(await story.type("/canary web")).to.include("Nobody holds the lock.");
}

describe("The fourteen lock tests, on the whole bot", () => {
  let redis: RedisServer;
  let onEmbedded: Stage;
  let onRedis: Stage;
  let begun = false;
  after(end);

  /** Once, while all is well: starting them is most of the work. */
  async function begin(): Promise<void> {
    if (begun) return;
    begun = true;
    redis = await startRedis();
    const environment = { REDIS_URL: redis.url };
    [onEmbedded, onRedis] = await Promise.all([
      stage("the embedded store", { mode: "http" }),
      stage("Redis", { environment }),
    ]);
  }

  async function end(): Promise<void> {
    begun = false;
    await Promise.all([onEmbedded?.story.close(), onRedis?.story.close()]);
    await redis?.stop();
  }

  /** What a test that failed leaves behind is nothing for the next one. */
  async function endUnlessWell(this: Mocha.Context): Promise<void> {
    if (this.currentTest?.state !== "passed") await end();
  }

  /** On both stores at the same time: most of the time is waiting. */
  async function onBoth(work: (stage: Stage) => Promise<void>): Promise<void> {
    const done = await Promise.allSettled([onEmbedded, onRedis].map(work));
    for (const [i, one] of done.entries())
      if (one.status === "rejected") throw new Error(`on ${[onEmbedded, onRedis][i]?.name}`, { cause: one.reason });
  }

  describe("6. a bot that is ended in the middle of a deploy", function () {
    this.timeout(90_000);
    beforeEach(begin);
    afterEach(endUnlessWell);

    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      it(`with ${signal} goes on when it is back: nothing overlaps, each host is switched once, and the lock is free`, async () => {
        await onBoth((stage) => endInARestart(stage, signal));
      });
    }
  });

  describe("14. a command", function () {
    this.timeout(90_000);
    beforeEach(begin);
    afterEach(endUnlessWell);

    it("that Slack delivers twice begins one deploy, and a button that it delivers twice orders once", async () => {
      await onBoth(deliverTwice);
    });

    it("that arrives only as a retry begins one deploy, and the same retry once more none", async () => {
      await deliverAsRetry(onEmbedded);
    });
  });

  // Last: it leaves a Redis that was away.
  describe("13. while Redis is away", function () {
    this.timeout(90_000);
    after(end);
    before(async () => {
      await begin();
      await onRedis.story.deploy("web");
      await onRedis.story.until("canary baking");
      await redis.crash();
    });

    const away = /^The bot (?:cannot reach|lost) its store/;
    const commands = ["/deploy web", "/lock web tidying", "/unlock web", "/lock all incident", "/locks", "/canary web"];
    for (const command of commands) {
      it(`${command} is answered with a sentence that says so, soon`, async () => {
        const asked = Date.now();
        expect(await onRedis.story.type(command, MATE)).to.match(away);
        expect(Date.now() - asked).to.be.lessThan(SOON_MS);
      });
    }

    it("the buttons of a deploy are answered so too, and /healthz says it", async () => {
      expect(await onRedis.story.press("promote")).to.match(away);
      const health = await fetch(`http://127.0.0.1:${onRedis.story.playground.environment.PORT}/healthz`);
      expect(health.status).to.equal(503);
      expect(await health.json()).to.deep.include({ store: { reachable: false, tookMs: null } });
    });

    it("nothing is done; when it is back the deploy that was running ends, and everything works again", async () => {
      const { story } = onRedis;
      const roots = story.roots().length;
      await redis.start();
      await story.until(": deployed.");
      await story.said(/All 3 hosts run/);
      expect(story.roots()).to.have.length(roots);
      const thread = story.thread();
      expect(new Set(thread).size, thread.join("\n")).to.equal(thread.length);
      expect(thread.join("\n")).to.not.include("promoted it");
      expect(await story.type("/locks", MATE)).to.match(/Nothing is locked/i);
      expect(await story.type("/lock web tidying", MATE)).to.match(/^You have locked \*?web\*?/);
      expect(await story.type("/deploy web")).to.match(/is locked by <@U0MATE>/);
      expect(await story.type("/unlock web", MATE)).to.match(/^You have unlocked \*?web\*?/);
    });
  });
});

async function deliverTwice({ story }: Stage): Promise<void> {
  const before = story.roots().length;
  story.slack.faults.onPayload("duplicate");
  await story.deploy("web@good-change");
  await story.until("canary baking");
  story.slack.faults.onPayload("duplicate");
  await expectOne(story, before);
}

/** Slack sends a command once; what stands between it and the bot may lose it and try again. */
async function deliverAsRetry({ story }: Stage): Promise<void> {
  const { slack } = story;
  const before = story.roots().length;
  slack.faults.onPayload("drop");
  expect((await slack.type(YOU, CHANNEL, "/deploy web")).error).to.equal("operation_timeout");
  expect(story.roots()).to.have.length(before);
  const { payload } = slack.payloads.at(-1) ?? expect.fail();
  const road = new Requests(slack.requestUrl ?? "", slack.signingSecret);
  const retry = (attempt: number) =>
    road.send(
      { kind: "slash_commands", payload, retry: { attempt, reason: "http_timeout" } },
      AbortSignal.timeout(SOON_MS),
    );
  await retry(1);
  await story.until("canary baking");
  await expectOne(story, before);
  // Long over, and nothing else stands in the way of another deploy: the next one is somebody else's.
  await retry(2);
  expect(plainText(await story.deploy("web", MATE))).to.include("by <@U0MATE>");
  expect(story.roots()).to.have.length(before + 2);
}

/** The newest deploy, promoted, ends; it is the only one since. */
async function expectOne(story: Story, before: number): Promise<void> {
  await story.press("promote");
  await story.until(": deployed.");
  await story.said(/All 3 hosts run/);
  expect(story.thread().filter((line) => line.includes("promoted it"))).to.have.length(1);
  expect(await story.type("/canary web")).to.include("Nobody holds the lock.");
  expect(story.roots()).to.have.length(before + 1);
}
