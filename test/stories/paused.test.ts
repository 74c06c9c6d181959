// The story of a bot that stands still for longer than its lease, in the middle of a deploy, while another one goes on; and then wakes up. Two pairs of bots
// at the same time: fifteen seconds are over sooner together.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { createClient } from "redis";
import { type BotProcess, startBotProcess } from "../../playground/botProcess.ts";
import { leaseKey } from "../../src/adapters/redis/scripts.ts";
import { bundledProgram } from "../support/program.ts";
import { RecordedService } from "../support/recorded-service.ts";
import { type RedisServer, startRedis } from "../support/redis.ts";
import { quick, quickPlayground, type Story } from "../support/story.ts";
import { until } from "../support/until.ts";

const DRIVING = "target/web/production";

class TwoBots {
  readonly redis: RedisServer;
  readonly story: Story;
  readonly service: RecordedService;
  other: BotProcess | null = null;

  private constructor(redis: RedisServer, story: Story) {
    this.redis = redis;
    this.story = story;
    this.service = new RecordedService(story.playground);
  }

  static async start(bake: string): Promise<TwoBots> {
    const redis = await startRedis();
    const environment = { REDIS_URL: redis.url };
    const bots = new TwoBots(redis, await quickPlayground({ environment, pace: quick({ bake, settle: "1s" }) }));
    await bots.service.commit("Say when it restarts");
    return bots;
  }

  /** Only once the first one drives. */
  async startOther(): Promise<void> {
    const { environment, logFile } = this.story.playground;
    const itsOwn = { PORT: "0", DATA_DIR: `${environment.DATA_DIR}-other` };
    this.other = startBotProcess({ ...environment, ...itsOwn }, join(logFile, "..", "other.log"), bundledProgram());
    await this.other.ready;
  }

  signal(signal: NodeJS.Signals): void {
    this.story.playground.bot.process.kill(signal);
  }

  /** Stops the first one; resolves once the other one drives. */
  async pauseUntilTakenOver(): Promise<void> {
    const driver = await this.driver();
    this.signal("SIGSTOP");
    await until("the other bot drives", async () => ![driver, ""].includes(await this.driver()), 90_000);
  }

  /** Wakes the first one up; resolves once it knows that it was asleep. */
  async wakeUp(): Promise<void> {
    this.signal("SIGCONT");
    const says = async () => (await readFile(this.story.playground.logFile, "utf8")).includes("a lease is lost");
    await until("the first bot says that its lease is lost", says, 60_000);
    // Slack hands what is typed to each of them in turn: both are awake and answer.
    const answers = /Nobody holds the lock|Held by the running deploy/;
    for (const _ of [1, 2]) expect(await this.story.typeUntilTaken("/canary web")).to.match(answers);
  }

  async driver(): Promise<string> {
    const client = createClient({ url: this.redis.url });
    await client.connect();
    const owner = await client.hGet(leaseKey(DRIVING), "owner");
    await client.close();
    return owner ?? "";
  }

  async stop(): Promise<void> {
    this.signal("SIGCONT");
    await this.other?.stop();
    await this.story.close();
    await this.redis.stop();
  }
}

/** One release everywhere, restarted once on each host, by one driver after the other, and told once. */
async function expectOneDeploy({ story, service }: TwoBots): Promise<void> {
  const [release = "", ...others] = new Set(await story.releases());
  expect(others).to.deep.equal([]);
  for (const { name } of story.playground.fleet.hosts)
    expect(await service.restarts(name), name).to.deep.equal([`begin ${release}`, `end ${release}`]);
  const thread = story.thread();
  expect(new Set(thread).size, thread.join("\n")).to.equal(thread.length);
  expect(thread.at(-1)).to.match(/All 3 hosts run/);
  expect(story.roots()).to.have.length(1);
  expect(story.root()?.text).to.include(": deployed.");
  expect(story.thread().join("\n")).to.not.match(/failed|stopped|aborted/i);
}

describe("a bot that stands still for longer than its lease, and then wakes up,", () => {
  let baking: TwoBots;
  let switching: TwoBots;
  /** What the hosts knew before the first bot woke up, and after. */
  const records = { before: {}, after: {} };

  before(async function () {
    this.timeout(240_000);
    [baking, switching] = await Promise.all([TwoBots.start("10s"), TwoBots.start("5s")]);
    await Promise.all([pauseInTheBake(), pauseInARestart()]);
  });
  after(() => Promise.all([baking?.stop(), switching?.stop()]));

  async function pauseInTheBake(): Promise<void> {
    await baking.story.deploy("web@recorded");
    await baking.story.until("canary baking");
    await baking.startOther();
    await baking.pauseUntilTakenOver();
    await baking.story.until(": deployed.");
    await baking.story.said(/All 3 hosts run/);
    records.before = await baking.service.records();
    await baking.wakeUp();
    records.after = await baking.service.records();
  }

  /** On web-02 the old driver's command still runs when the new one comes, and the old one wakes up while the new one goes on. */
  async function pauseInARestart(): Promise<void> {
    const { service, story } = switching;
    const [before] = await story.releases();
    const letGo = await service.hold("web-02");
    await story.deploy("web@recorded");
    await service.isWell("web-01", before);
    await service.begins("web-02");
    await switching.startOther();
    await switching.pauseUntilTakenOver();
    await letGo();
    await story.until("canary baking");
    await switching.wakeUp();
    await story.until(": deployed.");
    await story.said(/All 3 hosts run/);
  }

  it("in the bake, changes nothing on any host, and says that its lease is lost", () => {
    expect(Object.keys(records.after)).to.have.length(3);
    expect(records.after).to.deep.equal(records.before);
  });

  it("in the bake, leaves a deploy that another one finished as it is, told once", () => expectOneDeploy(baking));

  it("in the middle of switching hosts, does nothing to those that the other one has reached, which goes on as if alone", () =>
    expectOneDeploy(switching));

  it("and the other one begin one deploy when Slack delivers a command twice", async () => {
    const { story } = baking;
    story.slack.faults.onPayload("duplicate");
    await story.deploy("web@recorded");
    // Commands go to the bots in turn: both have done what came before.
    await story.type("/canary web");
    await story.type("/canary web");
    expect(story.roots()).to.have.length(2);
  });
});
