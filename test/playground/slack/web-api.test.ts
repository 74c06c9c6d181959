// The Web API through the real WebClient: what is kept, what comes back, and in which pages.

import { WebClient } from "@slack/web-api";
import { expect } from "chai";
import type { SlackStandIn } from "../../../playground/slack/server.ts";
import { startAlone, stopAll } from "./app.ts";
import { asBlocks, plain, section } from "./blocks.ts";

const channel = "C0DEPLOYS";

describe("the Web API", () => {
  let slack: SlackStandIn;
  let client: WebClient;

  beforeEach(async () => {
    slack = await startAlone();
    client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });
  });

  afterEach(stopAll);

  it("says who the bot is, and which scopes it has", async () => {
    const answer = await client.auth.test();
    expect(answer).to.include({ user_id: "U0BOT", bot_id: "B0BOT", team_id: "T0TEAM" });
    expect(answer.response_metadata?.scopes).to.include("chat:write");
  });

  it("takes the blocks away when an update has text only, and keeps metadata", async () => {
    const metadata = { event_type: "deploy", event_payload: { id: "k3v9x2" } };
    const { ts = "" } = await client.chat.postMessage({
      channel,
      text: "x",
      blocks: asBlocks(section("*x*")),
      metadata,
    });
    await client.chat.update({ channel, ts, text: "plain" });
    const [message] = slack.messages("deploys");
    expect(message?.blocks).to.equal(undefined);
    expect(message?.edited).to.include({ user: "U0BOT" });
    expect(message?.metadata).to.eql(metadata);
  });

  it("marks no edit when an update has blocks", async () => {
    const { ts = "" } = await client.chat.postMessage({ channel, text: "x" });
    await client.chat.update({ channel, ts, text: "y", blocks: asBlocks(section("y")) });
    expect(slack.messages("deploys")[0]?.edited).to.equal(undefined);
  });

  it("gives metadata back only to those who ask for it", async () => {
    await client.chat.postMessage({
      channel,
      text: "x",
      metadata: { event_type: "deploy", event_payload: { id: "k3v9x2" } },
    });
    const without = await client.conversations.history({ channel });
    expect(without.messages?.[0]).not.to.have.property("metadata");
    const withIt = await client.conversations.history({ channel, include_all_metadata: true });
    expect(withIt.messages?.[0]?.metadata?.event_payload).to.eql({ id: "k3v9x2" });
  });

  it("keeps replies in their thread, and shows a broadcast in the channel as well", async () => {
    const { ts = "" } = await client.chat.postMessage({ channel, text: "root" });
    const reply = await client.chat.postMessage({ channel, thread_ts: ts, text: "quiet" });
    await client.chat.postMessage({ channel, thread_ts: String(reply.ts), text: "loud", reply_broadcast: true });
    const { messages } = await client.conversations.replies({ channel, ts });
    expect(messages?.map((one) => one.text)).to.eql(["root", "quiet", "loud"]);
    expect(messages?.[0]).to.include({ reply_count: 2 });
    const history = await client.conversations.history({ channel });
    expect(history.messages?.map((one) => one.text)).to.eql(["loud", "root"]);
  });

  it("never shows ephemeral messages in the history", async () => {
    await client.chat.postEphemeral({ channel, user: "U0YOU", text: "between us" });
    expect((await client.conversations.history({ channel })).messages).to.eql([]);
    expect(slack.messages("deploys", { as: "you" }).map((one) => one.text)).to.eql(["between us"]);
    expect(slack.messages("deploys", { as: "teammate" })).to.eql([]);
  });

  it("gives long lists in pages", async () => {
    for (const text of ["1", "2", "3"]) await client.chat.postMessage({ channel, text });
    const seen: (string | undefined)[] = [];
    for await (const page of client.paginate("conversations.history", { channel, limit: 2 })) {
      const { messages = [] } = page as { messages?: { text?: string }[] };
      seen.push(...messages.map((one) => one.text));
    }
    expect(seen).to.eql(["3", "2", "1"]);
  });

  it("knows people with their time zones, groups and members", async () => {
    const { user } = await client.users.info({ user: "U0CALL" });
    expect(user).to.include({ name: "on-call", tz: "Asia/Kolkata", tz_offset: 5.5 * 3600 });
    expect((await client.users.list({})).members?.map((one) => one.id)).to.eql(["U0YOU", "U0MATE", "U0CALL", "U0BOT"]);
    expect((await client.usergroups.list()).usergroups?.[0]).to.include({ id: "S0SRE", handle: "sre" });
    expect((await client.usergroups.users.list({ usergroup: "S0SRE" })).users).to.eql(["U0CALL"]);
    expect((await client.conversations.members({ channel })).members).to.include("U0BOT");
  });

  it("posts to a person in the direct conversation with them", async () => {
    await client.chat.postMessage({ channel: "U0CALL", text: "your turn" });
    expect(slack.directMessages("on-call").map((one) => one.text)).to.eql(["your turn"]);
    const opened = await client.conversations.open({ users: "U0CALL" });
    expect(opened.channel?.id).to.equal(slack.directMessages("on-call")[0]?.channel);
  });

  it("makes permalinks that lead to the page", async () => {
    const { ts = "" } = await client.chat.postMessage({ channel, text: "x" });
    const { permalink = "" } = await client.chat.getPermalink({ channel, message_ts: ts });
    const answer = await fetch(permalink);
    expect(answer.headers.get("content-type")).to.include("text/html");
  });

  it("adds and removes reactions", async () => {
    const { ts = "" } = await client.chat.postMessage({ channel, text: "x" });
    await client.reactions.add({ channel, timestamp: ts, name: "eyes" });
    expect(slack.messages("deploys")[0]?.reactions).to.eql([{ name: "eyes", users: ["U0BOT"], count: 1 }]);
    await client.reactions.remove({ channel, timestamp: ts, name: "eyes" });
    expect(slack.messages("deploys")[0]?.reactions).to.eql([]);
  });

  it("takes a file in the three steps of the SDK", async () => {
    const { ts = "" } = await client.chat.postMessage({ channel, text: "x" });
    const content = Buffer.from("line one\r\nline two\r\n");
    await client.files.uploadV2({
      channel_id: channel,
      thread_ts: ts,
      file: content,
      filename: "output.txt",
      initial_comment: "the output",
    });
    const [reply] = slack.replies("deploys", ts);
    expect(reply?.text).to.equal("the output");
    const file = reply?.files?.[0] ?? {};
    expect(await (await fetch(String(file.url_private))).text()).to.equal(content.toString());
    expect((await client.files.info({ file: String(file.id) })).file?.size).to.equal(content.length);
  });

  it("opens no second modal for one trigger, and none after its time", async () => {
    const late = await startAlone({ triggerLifetimeMs: -1, ackTimeoutMs: 10 });
    await late.type("you", "deploys", "/ship");
    const other = new WebClient(late.botToken, { slackApiUrl: late.apiUrl, retryConfig: { retries: 0 } });
    const trigger = String(late.payloads[0]?.payload.trigger_id);
    const view = {
      type: "modal" as const,
      title: { type: "plain_text" as const, text: "t" },
      blocks: asBlocks(section("x")),
    };
    const refused = await other.views.open({ trigger_id: trigger, view }).catch((error: Error) => error.message);
    expect(refused).to.include("expired_trigger_id");
    await slack.type("you", "deploys", "/ship");
    const trigger_id = String(slack.payloads[0]?.payload.trigger_id);
    expect((await client.views.open({ trigger_id, view })).view?.title).to.include(plain("t"));
    const again = await client.views.open({ trigger_id, view }).catch((error: Error) => error.message);
    expect(again).to.include("exchanged_trigger_id");
  });
});
