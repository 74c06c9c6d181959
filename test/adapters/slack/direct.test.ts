// Direct messages through the thread port: posted once, found again by their key, changed in place.

import { expect } from "chai";
import manifest from "../../../manifest.json" with { type: "json" };
import { words } from "../../../playground/slack/server.ts";
import { slackThread } from "../../../src/adapters/slack/thread.ts";
import type { Thread } from "../../../src/ports/thread.ts";
import { say } from "../../../src/views/message.ts";
import { CHANNEL, EVIL, MATE, type Stage, stage, YOU } from "./stage.ts";

describe("a direct message", () => {
  let on: Stage;
  let thread: Thread;
  beforeEach(async () => {
    on = await stage();
    thread = slackThread(on.clients, () => new Map());
  });
  afterEach(() => on.stop());
  const direct = (who = YOU) => on.slack.directMessages(who).map(words);
  const since = Date.now() - 1_000;

  it("goes to the one person, as words", async () => {
    const posted = await thread.post(YOU, say([EVIL]), { key: "k1" });
    expect(posted.ok).to.equal(true);
    expect(direct()).to.deep.equal([EVIL]);
    expect(direct(MATE)).to.deep.equal([]);
    expect(on.slack.messages("deploys")).to.deep.equal([]);
    // What notifications say is markup to Slack.
    expect(on.slack.directMessages(YOU)[0]?.text).not.to.match(/<[!@h]/);
  });

  it("is said before the ids of channels are known, and a channel is unreachable until then", async () => {
    let ids: Map<string, string> | null = null;
    const early = slackThread(on.clients, () => ids);
    const unreachable = { ok: false, trouble: "unreachable" };
    expect(await early.post(YOU, say(["to you"]), { key: "k1" })).to.include({ ok: true });
    expect(await early.post("#deploys", say(["to all"]), { key: "k2" })).to.include(unreachable);
    expect(await early.find("#deploys", { key: "k2", since })).to.include(unreachable);
    ids = new Map([["#deploys", CHANNEL]]);
    expect(await early.post("#deploys", say(["to all"]), { key: "k2" })).to.include({ ok: true });
    expect(on.slack.messages("deploys").map(words)).to.deep.equal(["to all"]);
  });

  it("can be changed where it was posted", async () => {
    const posted = await thread.post(YOU, say(["it is your turn"]), { key: "k1" });
    if (!posted.ok) throw new Error(posted.detail);
    expect(posted.value.channel).to.match(/^D/);
    expect(await thread.update(posted.value, say(["your turn is over"]))).to.deep.equal({ ok: true, value: null });
    expect(direct()).to.deep.equal(["your turn is over"]);
  });

  it("is found again by its key, and is posted once although the answer was lost", async () => {
    await thread.post(YOU, say(["something else"]), { key: "k0" });
    on.slack.faults.onCall("chat.postMessage", { kind: "loseAnswer" });
    const lost = await thread.post(YOU, say(["it is your turn"]), { key: "k1" });
    expect(lost).to.deep.include({ ok: false, trouble: "unknown" });
    // As another process would look for it, which has opened no conversation yet.
    const another = slackThread(on.clients, () => new Map());
    const found = await another.find(YOU, { key: "k1", since });
    expect(found).to.deep.equal({
      ok: true,
      value: { channel: on.slack.directMessages(YOU)[1]?.channel, ts: on.slack.directMessages(YOU)[1]?.ts },
    });
    expect(direct()).to.deep.equal(["something else", "it is your turn"]);
  });

  it("is not found under another key, nor with another person", async () => {
    await thread.post(YOU, say(["it is your turn"]), { key: "k1" });
    expect(await thread.find(YOU, { key: "k2", since })).to.deep.equal({ ok: true, value: null });
    expect(await thread.find(MATE, { key: "k1", since })).to.deep.equal({ ok: true, value: null });
  });

  it("was certainly not said when the conversation could not be opened", async () => {
    on.slack.faults.onCall("conversations.open", { kind: "loseAnswer" });
    expect(await thread.post(YOU, say(["hello"]), { key: "k1" })).to.deep.include({
      ok: false,
      trouble: "unreachable",
    });
    expect(await thread.post("U0NOBODY", say(["hello"]), { key: "k1" })).to.deep.include({
      ok: false,
      trouble: "shut",
      detail: "user_not_found",
    });
    on.slack.faults.onCall("conversations.open", { kind: "rateLimit", retryAfterSeconds: 7 });
    const limited = await thread.post(YOU, say(["hello"]), { key: "k1" });
    expect(limited).to.deep.include({ ok: false, trouble: "rateLimited", retryAfterMs: 7_000 });
    expect(direct()).to.deep.equal([]);
  });

  it("opens each conversation once", async () => {
    for (const key of ["k1", "k2", "k3"]) await thread.post(YOU, say([key]), { key });
    expect(on.slack.calls.filter(({ method }) => method === "conversations.open")).to.have.length(1);
  });

  it("is refused where the app's messages are switched off", async () => {
    await on.stop();
    const app_home = { ...manifest.features.app_home, messages_tab_enabled: false };
    on = await stage({ manifest: { ...manifest, features: { ...manifest.features, app_home } } });
    const refused = await slackThread(on.clients, () => new Map()).post(YOU, say(["hello"]), { key: "k1" });
    expect(refused).to.deep.include({ ok: false, trouble: "shut", detail: "messages_tab_disabled" });
  });
});
