// Two bots on one Redis, each with a socket of its own, and a Slack that delivers twice, late, or to a socket that is cut: what a person did once is done
// once, and they hear of it. Buttons are pressed by several people at once, too late, and by those who may not.

import { expect } from "chai";
import type { Message } from "../../playground/slack/server.ts";
import type { Changing } from "../config/example.ts";
import { MATE, ON_CALL, YOU } from "../support/conversation.ts";
import { bothStores } from "../support/stores.ts";
import { until } from "../support/until.ts";
import { CHANNEL, HOSTS, PATIENT, SlackStage } from "./slack-stage.ts";

const redis = bothStores()[1];
if (!redis) throw new Error("there is no Redis");

describe("two bots in front of a Slack", () => {
  let stage: SlackStage;
  before(() => redis.start());
  after(() => redis.stop());
  beforeEach(async () => {
    stage = await SlackStage.start(redis);
    const change = {
      change: ({ all }: Changing) => {
        all.environments.production.who = WHO;
      },
    };
    await stage.bot(change);
    await stage.bot(change);
  });
  afterEach(async () => {
    await stage.stop();
    await redis.empty();
    expect(stage.bots.faults).to.deep.equal([]);
  });

  const WHO = { deploy: [YOU, MATE], rollBack: [YOU, MATE], lock: "everyone", freeze: "everyone" };
  const running = () => stage.bots.running()[0] ?? expect.fail("no bot");
  const over = () => until("nothing runs", async () => (await running().target()).running === null);
  const answered = (who: string, words: string, times = 1) =>
    stage.slack.waitFor(() => stage.answers(who).filter((one) => one.includes(words)).length >= times, PATIENT);
  const press = (who: string, root: Message, wish: string) =>
    stage.slack.press(who, CHANNEL, root.ts, `wish:${wish}`, { confirm: true });

  /** A deploy in the middle of its first host. */
  async function held(): Promise<{ root: Message; letGo: () => void }> {
    const hold = stage.bots.fleet.hold(HOSTS[0] ?? "");
    await stage.slack.type(YOU, CHANNEL, "/deploy web");
    await hold.begun;
    return { root: await stage.says("going out to the whole fleet"), letGo: hold.letGo };
  }

  describe("that delivers a command twice", () => {
    it("make one deploy of it, and both say that it has begun", async function () {
      this.timeout(60_000);
      stage.slack.faults.onPayload("duplicate");
      await stage.slack.type(YOU, CHANNEL, "/deploy web");
      await answered(YOU, "has begun", 2);
      await over();
      expect(await running().count("deployStarted")).to.equal(1);
      expect(new Set(stage.answers(YOU)).size, stage.answers(YOU).join("\n")).to.equal(1);
      expect(stage.roots()).to.have.length(1);
    });

    it("make one deploy of it, also when the second one comes when the target is free again", async function () {
      this.timeout(60_000);
      await stage.slack.type(YOU, CHANNEL, "/deploy web");
      await stage.says(": deployed.");
      await over();
      await stage.slack.faults.redeliver("slash_commands");
      await answered(YOU, "has begun", 2);
      expect(await running().count("deployStarted")).to.equal(1);
    });

    it("go back once, also when the second one comes after that", async function () {
      this.timeout(60_000);
      const { letGo } = await held();
      await stage.slack.type(MATE, CHANNEL, "/rollback web");
      await answered(MATE, "is being rolled back");
      letGo();
      await over();
      await stage.slack.faults.redeliver("slash_commands");
      await answered(MATE, "is being rolled back", 2);
      expect(await running().count("deployStarted")).to.equal(1);
    });
  });

  describe("that cuts every socket during a command", () => {
    it("make one deploy of it, and say so", async function () {
      this.timeout(60_000);
      const typing = stage.slack.type(YOU, CHANNEL, "/deploy web");
      await stage.slack.waitFor(() => stage.slack.payloads.length > 0, PATIENT);
      stage.slack.faults.dropSockets();
      await answered(YOU, "has begun");
      await typing;
      await over();
      expect(await running().count("deployStarted")).to.equal(1);
    });
  });

  describe("whose buttons", () => {
    it("are pressed by two people at once go back once, and tell the second one", async function () {
      this.timeout(60_000);
      const { root, letGo } = await held();
      await Promise.all([press(YOU, root, "rollBack"), press(MATE, root, "rollBack")]);
      await stage.slack.waitFor(() => stage.answers(MATE).length > 0 && stage.answers(YOU).length > 1, PATIENT);
      const said = [...stage.answers(YOU), ...stage.answers(MATE)].filter((one) => !one.includes("has begun"));
      expect(said.filter((one) => one.includes("is being rolled back"))).to.have.length(1);
      expect(said.filter((one) => one.includes("is going back already"))).to.have.length(1);
      letGo();
      await over();
      // The same press, delivered once more to the other bot.
      await stage.slack.faults.redeliver("interactive");
      await stage.slack.faults.redeliver("interactive");
      expect(await running().count("deployStarted")).to.equal(1);
    });

    it("are pressed by somebody who may not, or carry what no bot has put there, change nothing", async function () {
      this.timeout(60_000);
      const { root, letGo } = await held();
      await press(ON_CALL, root, "rollBack");
      await answered(ON_CALL, "You may not roll back");
      const { blocks = [] } = root;
      for (const value of ["", "nobody", "../../target/web/production", "x".repeat(1_900), '{"a":1}']) {
        const before = stage.answers(YOU).length;
        const forged = JSON.parse(
          JSON.stringify(blocks).replace(/"value":"[^"]*"/g, `"value":${JSON.stringify(value || " ")}`),
        );
        Object.assign(root, { blocks: forged });
        await press(YOU, root, "rollBack");
        await stage.slack.waitFor(() => stage.answers(YOU).length > before, PATIENT);
      }
      letGo();
      await stage.says(": deployed.");
    });

    it("stand there after the end say that it is too late", async function () {
      this.timeout(60_000);
      const { root, letGo } = await held();
      const before = JSON.parse(JSON.stringify(root.blocks));
      await press(YOU, root, "rollBack");
      letGo();
      const ended = await stage.says("rolled back.");
      await over();
      Object.assign(ended, { blocks: before });
      await press(MATE, ended, "rollBack");
      await answered(MATE, "no longer possible");
      expect(await running().count("deployStarted")).to.equal(1);
    });
  });
});
