// Slack at its worst, against the real Bolt: channels that are closed, messages that are deleted or stand for ever, a Slack that never answers. The deploy
// goes on, and what people have to know reaches them once.

import { expect } from "chai";
import { buttons, type Message } from "../../playground/slack/server.ts";
import { MATE, plainText, YOU } from "../support/conversation.ts";
import { bothStores } from "../support/stores.ts";
import { until } from "../support/until.ts";
import { CHANNEL, HOSTS, PATIENT, SlackStage } from "./slack-stage.ts";

const [embedded] = bothStores();
if (!embedded) throw new Error("there is no embedded store");

describe("a deploy whose channel", () => {
  let stage: SlackStage;
  beforeEach(async () => {
    stage = await SlackStage.start(embedded);
    await stage.bot({
      change: ({ all, production }) => {
        all.channel = "#general";
        production.channel = "#deploys";
      },
    });
  });
  afterEach(async () => {
    await stage.stop();
    await embedded.empty();
    expect(stage.bots.faults).to.deep.equal([]);
  });

  /** Deploys until the first host is in the middle of its switch. */
  async function held(): Promise<() => void> {
    const hold = stage.bots.fleet.hold(HOSTS[0] ?? "");
    await stage.slack.type(YOU, CHANNEL, "/deploy web");
    await hold.begun;
    await stage.says("going out");
    return hold.letGo;
  }

  const asides = (who: string): Message[] =>
    stage.told(who).filter(({ text, thread_ts: thread, ts }) => /^Deploy of web/.test(text) && (thread ?? ts) === ts);

  it("is archived goes on, is told to who asked with buttons that work, and completed where it began once that is possible", async function () {
    this.timeout(60_000);
    const second = stage.bots.fleet.hold(HOSTS[1] ?? "");
    const letGo = await held();
    stage.slack.faults.archive("deploys");
    letGo();
    const aside = await stage.slack.waitFor(() => asides(YOU)[0], PATIENT);
    expect(plainText(aside)).to.match(/Slack takes no messages of the bot in #deploys\S* \(it is archived\)/);
    await second.begun;
    await stage.slack.press(YOU, aside.channel, aside.ts, "wish:rollBack", { confirm: true });
    const under = () => stage.told(YOU).filter(({ thread_ts: thread, ts }) => thread === aside.ts && ts !== aside.ts);
    const ended = await stage.slack.waitFor(() => under().find(({ text }) => /^\*?Rolled back/.test(text)), PATIENT);
    expect(plainText(ended)).to.include("lock is free");
    stage.slack.faults.archive("deploys", false);
    const root = await stage.says(": rolled back.");
    await stage.slack.waitFor(() => stage.lines(root).some((line) => line.includes("Rolled back.")), PATIENT);
    await stage.slack.waitFor(() => plainText(aside).includes("can write to #deploys again"), PATIENT);
    expect(asides(YOU)).to.have.length(1);
    expect(asides(MATE)).to.deep.equal([]);
    expect(stage.roots()).to.have.length(1);
    const lines = stage.lines(root);
    expect(new Set(lines).size, lines.join("\n")).to.equal(lines.length);
    expect(buttons(aside)).to.deep.equal([]);
  });

  it("no longer has the bot in it is told to the bot's main channel as well", async function () {
    this.timeout(60_000);
    const second = stage.bots.fleet.hold(HOSTS[1] ?? "");
    const letGo = await held();
    stage.slack.faults.removeBot("deploys");
    letGo();
    await second.begun;
    await stage.bots.running()[0]?.type("/lockstep abort web", { id: MATE, name: "teammate" });
    const aside = await stage.says("rolled back", "C0GENERAL");
    expect(asides(YOU)).to.have.length(1);
    await stage.slack.waitFor(() => /U0MATE/.test(stage.lines(aside, "C0GENERAL").join()), PATIENT);
    stage.slack.faults.inviteBot("deploys");
    const root = await stage.says(": rolled back.");
    await stage.slack.waitFor(() => /Rolled back\./.test(stage.lines(root).join()), PATIENT);
  });

  it("has lost the deploy's message gets a new one", async () => {
    const letGo = await held();
    const [first] = stage.roots();
    stage.slack.faults.deleteMessage(CHANNEL, first?.ts ?? "");
    letGo();
    const root = await stage.says(": deployed.");
    expect(root.ts).to.not.equal(first?.ts);
    await stage.slack.waitFor(() => /Deployed/.test(stage.lines(root).join()), PATIENT);
    expect(stage.roots()).to.have.length(1);
  });

  it("no longer lets messages be changed gets the state as replies, one for each", async () => {
    const letGo = await held();
    stage.slack.faults.closeEditWindow();
    letGo();
    const [root] = stage.roots();
    const states = () => stage.lines(root as Message).filter((line) => /^Deploy of web/.test(line));
    await stage.slack.waitFor(() => states().some((line) => line.includes(": deployed.")), PATIENT);
    expect(states()).to.have.length(1);
    await stage.slack.waitFor(() => /\*Deployed/.test(stage.lines(root as Message).join()), PATIENT);
  });

  it("cannot be reached because the token was revoked is completed with each line once, when the token is good again", async function () {
    this.timeout(60_000);
    const letGo = await held();
    stage.slack.faults.onCall("*", { kind: "error", error: "token_revoked", times: 3 });
    letGo();
    const root = await stage.says(": deployed.");
    await stage.slack.waitFor(() => /\*Deployed/.test(stage.lines(root).join()), PATIENT);
    const lines = stage.lines(root);
    expect(new Set(lines).size, lines.join("\n")).to.equal(lines.length);
    expect(asides(YOU)).to.deep.equal([]);
  });

  it("does not answer for the whole deploy is completed with each line once, when it answers again", async function () {
    this.timeout(60_000);
    const bot = stage.bots.running()[0];
    stage.slack.faults.onCall("*", { kind: "silence", times: 1_000 });
    const answer = await bot?.bot.deploy({ service: "web" }, {}, { id: YOU, name: "you" });
    expect(answer?.ok).to.equal(true);
    await until("the deploy has ended", async () => (await bot?.target())?.running === null);
    expect(stage.roots()).to.deep.equal([]);
    stage.slack.faults.clear();
    const root = await stage.says(": deployed.");
    await stage.slack.waitFor(() => /\*Deployed/.test(stage.lines(root).join()), PATIENT);
    expect(stage.roots()).to.have.length(1);
    const lines = stage.lines(root);
    expect(new Set(lines).size, lines.join("\n")).to.equal(lines.length);
  });
});
