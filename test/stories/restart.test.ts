// Stories of a bot that is killed with SIGKILL at random moments of its work and started again, also while Slack is away: the deploy ends as if nothing had
// happened. Every edge by itself is in test/survival.

import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { startBotProcess } from "../../playground/botProcess.ts";
import type { Health } from "../../src/meters/health.ts";
import { PATIENCE_MS } from "../support/conversation.ts";
import { quickPlayground, type Story } from "../support/story.ts";
import { randomFrom } from "../support/turmoil.ts";
import { until } from "../support/until.ts";

const MOST_KILLS = 3;
/** How long it lives on at most after it has shown something new. */
const LIVES_ON_MS = 1_500;

describe("a bot that is killed during a deploy", () => {
  let story: Story;
  before(async function () {
    this.timeout(60_000);
    story = await quickPlayground();
  });
  after(() => story.close());

  /** Each time after it got on, at another moment of what comes next. */
  async function killAndStart(random: () => number): Promise<number> {
    const shown = () => `${story.root()?.text} ${story.thread().length}`;
    const ended = () => story.thread().some((line) => line.includes("deploy's lock is free"));
    for (let kills = 0; kills < MOST_KILLS; kills++) {
      const before = shown();
      await story.slack.waitFor(() => ended() || shown() !== before, { timeoutMs: 60_000 });
      await pause(random() * LIVES_ON_MS);
      if (ended()) return kills;
      await story.playground.bot.stop("SIGKILL");
      await story.playground.restartBot();
    }
    return MOST_KILLS;
  }

  /** What lies on hosts that nobody runs, and that nobody would finish any more. */
  async function halfUnpacked(): Promise<string[]> {
    const { fleet } = story.playground;
    const found = fleet.hosts.map(({ name, path }) => fleet.run(name, `ls -A ${path}/releases | grep '^[.]'`));
    return (await Promise.all(found)).map(({ output }) => output.trim()).filter((names) => names !== "");
  }

  it("again and again finishes it with each line once, one release everywhere, nothing half-unpacked, and the lock free", async function () {
    this.timeout(240_000);
    const seed = Date.now() % 100_000;
    const before = await story.releases();
    await story.deploy("web");
    const kills = await killAndStart(randomFrom(seed));
    console.log(`      ${kills} kills (seed ${seed})`);
    expect(kills).to.be.greaterThan(1);
    await story.until(": deployed.");
    await story.said("deploy's lock is free");
    const after = await story.releases();
    expect(new Set(after).size).to.equal(1);
    expect(after[0]).to.not.equal(before[0]);
    expect(await halfUnpacked()).to.deep.equal([]);
    expect(story.roots()).to.have.length(1);
    const thread = story.thread();
    expect(new Set(thread).size, `each line once: ${thread.join("\n")}`).to.equal(thread.length);
    expect(await story.typeUntilTaken("/canary web")).to.include("Nobody holds the lock.");
  });

  it("and started while Slack is away puts a failing canary back all the same, and says so once Slack is there", async function () {
    this.timeout(120_000);
    const { playground, slack } = story;
    const before = await story.releases();
    await story.deploy("web@good-change");
    await story.until("canary baking");
    await playground.bot.stop("SIGKILL");
    expect(await story.releases(), "the canary is out").to.not.deep.equal(before);
    playground.datadog.monitor(101).alert("host:web-01");
    slack.faults.onCall("*", { kind: "status", status: 500, times: 10_000 });
    playground.bot = startBotProcess(playground.environment, playground.logFile);

    const health = async () => {
      const answer = await fetch(`http://127.0.0.1:${playground.environment.PORT}/healthz`).catch(() => null);
      return answer && { status: answer.status, ...((await answer.json()) as Health) };
    };
    const lockIsFree = async () => (await health())?.deploysUnderWay === 0;
    await until("the deploy is over, which frees its lock", lockIsFree, PATIENCE_MS);
    expect(await story.releases()).to.deep.equal(before);
    const { status, slack: link } = (await health()) ?? {};
    expect({ status, connected: link?.connected }).to.deep.equal({ status: 503, connected: false });
    expect(story.thread().join("\n")).to.not.include("goes back to the previous release");

    slack.faults.clear();
    await story.until("canary failed, rolled back");
    await story.said("deploy's lock is free");
    const thread = story.thread();
    expect(new Set(thread).size, `each line once: ${thread.join("\n")}`).to.equal(thread.length);
    expect(thread.join("\n")).to.include("goes back to the previous release");
    await playground.bot.ready;
    expect(await story.type("/canary web")).to.include("Nobody holds the lock.");
  });
});
