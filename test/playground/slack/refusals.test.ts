// What Slack refuses, the stand-in refuses too, with the same words: wrong arguments, wrong tokens, and channels that are closed to the app.

import { WebClient } from "@slack/web-api";
import { expect } from "chai";
import type { SlackStandIn } from "../../../playground/slack/server.ts";
import { startAlone, stopAll, withScopes } from "./app.ts";
import { type Loose, long, many, plain, section } from "./blocks.ts";
import { call } from "./call.ts";

describe("a message", () => {
  let slack: SlackStandIn;

  before(async () => {
    slack = await startAlone();
  });

  after(stopAll);

  const calls: [string, string, Loose, string][] = [
    ["nothing in it", "chat.postMessage", { channel: "C0DEPLOYS" }, "no_text"],
    ["a channel that isn't there", "chat.postMessage", { channel: "C0NOWHERE", text: "x" }, "channel_not_found"],
    [
      "blocks that are no list",
      "chat.postMessage",
      { channel: "C0DEPLOYS", text: "x", blocks: "no" },
      "invalid_blocks_format",
    ],
    [
      "13,200 characters of blocks",
      "chat.postMessage",
      { channel: "C0DEPLOYS", text: "x", blocks: many(5, () => section(long(2900))) },
      "msg_blocks_too_long",
    ],
    [
      "a thread that isn't there",
      "chat.postMessage",
      { channel: "C0DEPLOYS", text: "x", thread_ts: "1700000000.000001" },
      "thread_not_found",
    ],
    [
      "a thread that is no timestamp",
      "chat.postMessage",
      { channel: "C0DEPLOYS", text: "x", thread_ts: "yesterday" },
      "invalid_thread_ts",
    ],
    [
      "metadata without a type",
      "chat.postMessage",
      { channel: "C0DEPLOYS", text: "x", metadata: { event_payload: {} } },
      "invalid_metadata_schema",
    ],
    [
      "a reader who isn't in the channel",
      "chat.postEphemeral",
      { channel: "C0DEPLOYS", text: "x", user: "U0NOBODY" },
      "user_not_in_channel",
    ],
    [
      "a message that isn't there",
      "chat.update",
      { channel: "C0DEPLOYS", text: "x", ts: "1700000000.000001" },
      "message_not_found",
    ],
    [
      "a channel's name for an update",
      "chat.update",
      { channel: "#deploys", text: "x", ts: "1700000000.000001" },
      "channel_not_found",
    ],
    ["a method that isn't there", "chat.shout", {}, "unknown_method"],
    ["a name that every object has", "toString", {}, "unknown_method"],
    ["a bad limit", "conversations.list", { limit: 5000 }, "invalid_limit"],
    ["a bad cursor", "conversations.list", { cursor: "zzz" }, "invalid_cursor"],
    [
      "a trigger that nobody gave",
      "views.open",
      { trigger_id: "1.2.3", view: { type: "modal", title: plain("t"), blocks: [] } },
      "invalid_trigger_id",
    ],
    [
      "a title above 24 characters",
      "views.open",
      { trigger_id: "1.2.3", view: { type: "modal", title: plain(long(25)), blocks: [] } },
      "invalid_arguments",
    ],
  ];

  for (const [name, method, args, error] of calls) {
    it(`is refused for ${name}: ${error}`, async () => {
      expect(await call(slack, method, args)).to.include({ ok: false, error });
    });
  }

  it("of somebody else, or an ephemeral one, cannot be updated; one of its own not with more than 4,000 characters", async () => {
    const { message } = await slack.type("you", "deploys", "mine");
    const update = (ts: unknown, text: string) => call(slack, "chat.update", { channel: "C0DEPLOYS", ts, text });
    expect(await update(message?.ts, "x")).to.include({ error: "cant_update_message" });
    const hidden = await call(slack, "chat.postEphemeral", { channel: "C0DEPLOYS", user: "U0YOU", text: "x" });
    expect(await update(hidden.message_ts, "x")).to.include({ error: "message_not_found" });
    const own = await call(slack, "chat.postMessage", { channel: "C0DEPLOYS", text: "x" });
    expect(await update(own.ts, long(4001))).to.include({ error: "msg_too_long" });
    expect(await update(own.ts, long(4000))).to.include({ ok: true });
  });

  it("is cut at 40,000 characters", async () => {
    const posted = await call(slack, "chat.postMessage", { channel: "C0DEPLOYS", text: long(40_001) });
    expect(posted).to.have.nested.property("message.text").with.length(40_000);
  });
});

describe("a token", () => {
  let slack: SlackStandIn;

  before(async () => {
    slack = await startAlone({ manifest: withScopes((scopes) => scopes.filter((one) => one !== "reactions:write")) });
  });

  after(stopAll);

  it("is asked for, and must be known and of the right kind", async () => {
    expect((await call(slack, "auth.test", {}, "")).error).to.equal("not_authed");
    expect((await call(slack, "auth.test", {}, "xoxb-wrong")).error).to.equal("invalid_auth");
    expect((await call(slack, "auth.test", {}, slack.appToken)).error).to.equal("not_allowed_token_type");
    expect((await call(slack, "apps.connections.open", {})).error).to.equal("not_allowed_token_type");
  });

  it("may do what the manifest's scopes say", async () => {
    const refused = await call(slack, "reactions.add", { channel: "C0DEPLOYS", name: "x", timestamp: "1" });
    expect(refused).to.include({ error: "missing_scope", needed: "reactions:write" });
    expect(refused.provided).to.include("chat:write");
  });

  it("of the app needs connections:write", async () => {
    const other = await startAlone({ tokens: { appScopes: [] } });
    expect(await call(other, "apps.connections.open", {}, other.appToken)).to.include({
      error: "missing_scope",
      needed: "connections:write",
    });
  });

  it("is never in the log of calls", async () => {
    const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
    await client.auth.test();
    await fetch(`${slack.apiUrl}auth.test`, { method: "POST", body: new URLSearchParams({ token: slack.botToken }) });
    expect(JSON.stringify(slack.calls)).not.to.include(slack.botToken);
  });
});

describe("a channel", () => {
  afterEach(stopAll);

  it("refuses the app after it was archived, or the app removed from it", async () => {
    const slack = await startAlone();
    const post = () => call(slack, "chat.postMessage", { channel: "C0DEPLOYS", text: "x" });
    slack.faults.removeBot("deploys");
    expect(await post()).to.include({ error: "not_in_channel" });
    slack.faults.inviteBot("deploys");
    slack.faults.archive("deploys");
    expect(await post()).to.include({ error: "is_archived" });
  });

  it("that is public takes an app with chat:write.public, a private one hides from it", async () => {
    const channels = [
      { id: "C0OPEN", name: "open", isMember: false },
      { id: "C0CLOSED", name: "closed", isMember: false, isPrivate: true },
    ];
    const slack = await startAlone({ manifest: withScopes((scopes) => [...scopes, "chat:write.public"]), channels });
    expect(await call(slack, "chat.postMessage", { channel: "open", text: "x" })).to.include({ ok: true });
    expect(await call(slack, "chat.postMessage", { channel: "C0CLOSED", text: "x" })).to.include({
      error: "channel_not_found",
    });
  });
});
