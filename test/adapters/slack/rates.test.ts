// Slack's published rates, kept by the process for all its deploys: on a clock that the test moves, and against the stand-in where Slack itself says no.

import { expect } from "chai";
import { Limits, OverLimit, type Wanted } from "../../../src/adapters/slack/limits.ts";
import { slackThread } from "../../../src/adapters/slack/thread.ts";
import { t } from "../../../src/chat/text.ts";
import { say } from "../../../src/views/message.ts";
import { ManualClock } from "../../support/clock.ts";
import { silentLog } from "../../support/parts.ts";
import { CHANNEL, type Stage, stage } from "./stage.ts";

const MINUTE = 60_000;
const update = (urgent = false): Wanted => ({ method: "chat.update", channel: CHANNEL, urgent });
const post = (channel = CHANNEL, urgent = false): Wanted => ({ method: "chat.postMessage", channel, urgent });

describe("many deploys that want to show more than Slack takes", () => {
  let clock: ManualClock;
  let limits: Limits;
  /** When each was let go, by kind. */
  let sent: { at: number; wanted: Wanted }[];
  beforeEach(() => {
    clock = new ManualClock();
    limits = new Limits(clock, silentLog);
    sent = [];
  });

  /** Wants one after the other, as fast as it may, as a deploy does. */
  async function deploy(wanted: Wanted, until: number): Promise<void> {
    while (clock.now() < until) {
      try {
        await limits.turn(wanted);
        sent.push({ at: clock.now(), wanted });
      } catch (error) {
        if (!(error instanceof OverLimit)) throw error;
        await clock.until(clock.now() + error.retryAfterMs);
      }
    }
  }

  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 250) await clock.pass(250);
  }

  const mostInAMinute = (of: typeof sent) =>
    Math.max(...of.map(({ at }) => of.filter((one) => one.at >= at && one.at < at + MINUTE).length));

  it("change messages at most 50 times in any minute, however many they are", async () => {
    for (let i = 0; i < 5; i++) void deploy(update(), 3 * MINUTE);
    await pass(3 * MINUTE);
    expect(mostInAMinute(sent)).to.be.within(40, 50);
  });

  it("post to one channel about once a second, and to others meanwhile", async () => {
    void deploy(post("C1"), 2 * MINUTE);
    void deploy(post("C1"), 2 * MINUTE);
    void deploy(post("C2"), 2 * MINUTE);
    await pass(2 * MINUTE);
    const to = (channel: string) => sent.filter(({ wanted }) => wanted.channel === channel);
    expect(mostInAMinute(to("C1"))).to.be.within(55, 70);
    expect(mostInAMinute(to("C2"))).to.be.within(55, 70);
    expect(mostInAMinute(sent)).to.be.at.most(200);
  });

  it("let verdicts go before progress", async () => {
    for (let i = 0; i < 5; i++) void deploy(update(), MINUTE);
    await pass(30_000);
    const before = clock.now();
    let verdictAt = Number.POSITIVE_INFINITY;
    void limits.turn(update(true)).then(() => {
      verdictAt = clock.now();
    });
    await pass(1_000);
    expect(verdictAt).to.be.within(before, before + 250);
  });

  it("wait for one method and one channel after a refusal, and for nothing else", async () => {
    limits.refused(post("C1"), 20_000);
    const refused = await limits.turn(post("C1", true)).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(OverLimit).and.include({ retryAfterMs: 20_000 });
    await limits.turn(post("C2"));
    await limits.turn(update());
    await clock.pass(20_000);
    await limits.turn(post("C1", true));
  });

  it("hear at once until when, also those that were waiting for their turn when Slack refused", async () => {
    for (let i = 0; i < 7; i++) await limits.turn(update());
    const waiting = limits.turn(update()).catch((error: unknown) => error);
    limits.refused(update(), 30_000);
    await clock.pass(2_000);
    const heard = await Promise.race([waiting, Promise.resolve("still waiting")]);
    expect(heard).to.be.instanceOf(OverLimit);
  });

  it("are let go when it is their turn, whoever waits longer for another method", async () => {
    for (let i = 0; i < 7; i++) await limits.turn(update());
    for (let i = 0; i < 15; i++) await limits.turn({ method: "users.info", urgent: false });
    void limits.turn(update());
    let at = Number.POSITIVE_INFINITY;
    void limits.turn({ method: "users.info", urgent: false }).then(() => {
      at = clock.now();
    });
    await clock.pass(2_000);
    expect(at).to.equal(750);
  });

  it("wait for no longer than was said when the clock is set back", async () => {
    await clock.pass(MINUTE);
    limits.refused(update(), 10_000);
    const now = clock.now();
    clock.now = () => now - 30_000;
    await limits.turn(update(true));
  });
});

describe("a Slack that limits requests", () => {
  let on: Stage;
  before(async () => {
    on = await stage();
  });
  after(() => on.stop());

  it("is not asked again for what it has refused until it is over, also when it does not say when that is", async () => {
    const thread = slackThread(on.clients, () => new Map());
    const message = say(t`hello`);
    on.slack.faults.onCall("chat.postMessage", { kind: "rateLimit" });
    const calls = () => on.slack.calls.filter(({ method }) => method === "chat.postMessage").length;
    const first = await thread.post(CHANNEL, message, { key: "k1" });
    const second = await thread.post(CHANNEL, { ...message, urgent: true }, { key: "k1" });
    expect(first).to.include({ ok: false, trouble: "rateLimited", retryAfterMs: 5_000 });
    expect(second).to.include({ ok: false, trouble: "rateLimited" });
    expect(calls()).to.equal(1);
    expect((await thread.post("C0GENERAL", message, { key: "k2" })).ok).to.equal(true);
  });
});
