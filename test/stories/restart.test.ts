// Stories of a bot that is killed with SIGKILL in the middle of its work and started again: the deploy ends as if nothing had happened.

import { expect } from "chai";
import { CHANNEL, quickPlayground, type Story } from "../support/story.ts";

/** How long it lives on after it has shown something new: these are the moments at which it dies. */
const MOMENTS_MS = [0, 300, 20, 700, 100, 1_500];

describe("a bot that is killed again and again during a deploy", () => {
  let story: Story;
  before(async function () {
    this.timeout(60_000);
    story = await quickPlayground();
  });
  after(() => story.close());

  /** Kills and starts until the newest deploy has ended: each time after it got on, at another moment of what comes next. */
  async function killUntilEnded(): Promise<number> {
    const shown = () => `${story.root()?.text} ${story.thread().length}`;
    const ended = () => story.thread().some((line) => line.includes("deploy's lock is free"));
    for (let kills = 0; ; kills++) {
      const before = shown();
      await story.slack.waitFor(() => ended() || shown() !== before, { timeoutMs: 30_000 });
      await new Promise((resolve) => setTimeout(resolve, MOMENTS_MS[kills % MOMENTS_MS.length]));
      if (ended()) return kills;
      await story.playground.bot.stop("SIGKILL");
      await story.playground.restartBot();
    }
  }

  function checkThread(): void {
    const thread = story.thread();
    expect(new Set(thread).size, `each line once: ${thread.join("\n")}`).to.equal(thread.length);
  }

  it("finishes a deploy that passes, with each line once, one release everywhere and the lock free", async function () {
    this.timeout(240_000);
    const before = await story.releases();
    await story.deploy("web");
    const kills = await killUntilEnded();
    expect(kills).to.be.greaterThan(3);
    await story.until(": deployed.");
    const after = await story.releases();
    expect(new Set(after).size).to.equal(1);
    expect(after[0]).to.not.equal(before[0]);
    expect(story.roots()).to.have.length(1);
    checkThread();
    expect(await story.type("/canary web")).to.include("Nobody holds the lock.");
  });

  it("puts a bad canary back", async function () {
    this.timeout(240_000);
    const before = await story.releases();
    await story.deploy("web@breaks-jobs");
    const kills = await killUntilEnded();
    // It fails as soon as that is certain.
    expect(kills).to.be.greaterThan(1);
    await story.until("rolled back.");
    expect(await story.releases()).to.deep.equal(before);
    expect(story.slack.messages(CHANNEL).filter(({ text }) => text.startsWith("Deploy of web"))).to.have.length(2);
    checkThread();
  });
});
