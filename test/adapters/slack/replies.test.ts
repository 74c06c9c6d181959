// What the asker sees of a reply: words or parts, in place of the message whose button was pressed, or beside it; and never nothing.

import { expect } from "chai";
import { buttons, words } from "../../../playground/slack/server.ts";
import { toSlack } from "../../../src/adapters/slack/blocks.ts";
import { say } from "../../../src/views/message.ts";
import { hurriedClock } from "../../support/hurry.ts";
import { button, CHANNEL, EVIL, MATE, type Mode, type Stage, stage, withButtons, withForm, YOU } from "./stage.ts";

for (const via of ["socket", "http"] as Mode[]) {
  describe(`replies, when Slack is reached by ${via}`, () => {
    let on: Stage;
    beforeEach(async () => {
      on = await stage({ via });
    });
    afterEach(() => on.stop());

    it("are words to the one who typed, and to nobody else", async () => {
      on.says.typed = { text: [EVIL] };
      await on.slack.type(YOU, CHANNEL, "/lock web now");
      const reply = await on.seen("channel");
      expect(words(reply)).to.equal(EVIL);
      expect(on.typed).to.deep.equal([{ command: "lock", text: "web now", by: { id: YOU, name: "you" } }]);
      expect(on.slack.messages(CHANNEL, { as: MATE })).to.deep.equal([]);
      // What notifications and screen readers say is markup to Slack: nothing in it may ping.
      expect(reply.text).not.to.match(/<[!@h]/);
    });

    it("have their parts drawn where there are any, with buttons of whatever name", async () => {
      on.says.typed = withButtons("web is locked", button(), button({ action: "lock:take", label: "Take over web" }));
      await on.slack.type(YOU, CHANNEL, "/lock web");
      const reply = await on.seen("web is locked");
      expect(buttons(reply).map(({ actionId, value }) => [actionId, value])).to.deep.equal([
        ["line:wait", "target/web/production"],
        ["lock:take", "target/web/production"],
      ]);
      await on.slack.press(YOU, CHANNEL, reply.ts, "lock:take");
      await on.slack.waitFor(() => on.pressed.length === 1);
      const by = { id: YOU, name: "you" };
      expect(on.pressed).to.deep.equal([{ action: "lock:take", value: "target/web/production", by }]);
    });

    it("take the place of the message with the button where only the presser saw it", async () => {
      on.says.typed = withButtons("web is locked", button());
      await on.slack.type(YOU, CHANNEL, "/lock web");
      const { ts } = await on.seen("web is locked");
      on.says.pressed = { text: ["you are in line"] };
      await on.slack.press(YOU, CHANNEL, ts, "line:wait");
      const reply = await on.seen("you are in line");
      expect(reply.ts).to.equal(ts);
      expect(buttons(reply)).to.deep.equal([]);
      expect(on.ephemeral()).to.have.length(1);
    });

    it("stand beside a message that everybody sees, which stays as it is", async () => {
      const message = toSlack({ summary: ["web"], parts: [{ part: "buttons", buttons: [button()] }] });
      const posted = await on.client.chat.postMessage({ channel: CHANNEL, ...message });
      await on.slack.press(MATE, CHANNEL, posted.ts ?? "", "line:wait");
      await on.seen("pressed", MATE);
      const [original, ...others] = on.slack.messages(CHANNEL);
      expect(others).to.deep.equal([]);
      expect(buttons(original ?? expect.fail()).map(({ actionId }) => actionId)).to.deep.equal(["line:wait"]);
    });

    it("stand in the thread in which the button was", async () => {
      const root = await on.client.chat.postMessage({ channel: CHANNEL, ...toSlack(say(["root"])) });
      const message = toSlack({ summary: ["web"], parts: [{ part: "buttons", buttons: [button()] }] });
      const ts = String(root.ts);
      const posted = await on.client.chat.postMessage({ channel: CHANNEL, thread_ts: ts, ...message });
      await on.slack.press(YOU, CHANNEL, posted.ts ?? "", "line:wait");
      const reply = await on.slack.waitFor(() => on.slack.replies(CHANNEL, ts, { as: YOU })[1]);
      expect(words(reply)).to.equal("pressed");
    });

    it("come once, also when Slack delivers twice", async () => {
      on.says.typed = withButtons("web is locked", button());
      on.slack.faults.onPayload("duplicate");
      await on.slack.type(YOU, CHANNEL, "/lock web");
      const { ts } = await on.seen("web is locked");
      on.slack.faults.onPayload("duplicate");
      await on.slack.press(YOU, CHANNEL, ts, "line:wait");
      await on.seen("pressed");
      // Whatever was delivered twice before this has been passed over by now.
      await on.slack.type(YOU, CHANNEL, "/canary web");
      await on.slack.waitFor(() => on.typed.length === 2);
      expect(on.pressed).to.have.length(1);
      expect(on.typed.map(({ command }) => command)).to.deep.equal(["lock", "canary"]);
    });
  });
}

describe("a reply that cannot be shown where it was asked for", () => {
  let on: Stage;
  afterEach(() => on.stop());

  it("goes as a direct message, with its buttons, and the address stays out of the log", async () => {
    on = await stage({ responseUrlLifetimeMs: -1 });
    on.says.typed = withButtons(EVIL, button());
    await on.slack.type(YOU, CHANNEL, "/lock web");
    const told = await on.told("channel");
    expect(words(told)).to.equal(`${EVIL}\nWait in line for web`);
    expect(on.ephemeral()).to.deep.equal([]);
    expect(on.warnings.map(({ message }) => message)).to.deep.equal([
      "a reply could not be shown where it was asked for",
    ]);
    expect(JSON.stringify(on.warnings)).to.contain("expired_url").and.not.contain("/respond/");
  });

  it("is logged when Slack takes no direct message either, and the bot goes on", async () => {
    on = await stage({ responseUrlLifetimeMs: -1 });
    on.slack.faults.onCall("conversations.open", { kind: "error", error: "user_disabled" });
    await on.slack.type(YOU, CHANNEL, "/lock web");
    await on.slack.waitFor(() => on.typed.length === 1 && on.slack.calls.at(-1)?.method === "conversations.open");
    await on.slack.type(YOU, CHANNEL, "/lock web");
    await on.told("typed");
    expect(on.warnings.map(({ message }) => message)).to.include("a reply could not be shown as a direct message");
  });
});

describe("a button in a direct message", () => {
  let on: Stage;
  beforeEach(async () => {
    on = await stage();
  });
  afterEach(() => on.stop());

  it("is answered beside it", async () => {
    const message = toSlack({ summary: ["web"], parts: [{ part: "buttons", buttons: [button()] }] });
    const posted = await on.client.chat.postMessage({ channel: YOU, ...message });
    await on.slack.press(YOU, posted.channel ?? "", posted.ts ?? "", "line:wait");
    const reply = await on.slack.waitFor(() => on.slack.directMessages(YOU)[1]);
    expect(words(reply)).to.equal("pressed");
    expect(reply.onlyFor).to.equal(YOU);
    expect(buttons(on.slack.directMessages(YOU)[0] ?? expect.fail())).to.have.length(1);
  });
});

describe("a reply that takes long", () => {
  let on: Stage;
  before(async () => {
    on = await stage({ clock: hurriedClock });
  });
  after(() => on.stop());

  it("is announced to who asked, so that they do not ask again", async () => {
    on.says.afterMs = 1_800;
    await on.slack.type(YOU, CHANNEL, "/deploy web");
    await on.seen("still at it");
    await on.seen("typed");
    expect(on.typed).to.have.length(1);
    expect(on.ephemeral().map(words)).to.have.length(2);
  });

  it("is announced as well to who has sent a form", async () => {
    on.says.afterMs = 0;
    on.says.typed = withForm();
    await on.slack.type(YOU, CHANNEL, "/lock web");
    await on.slack.waitFor(() => on.slack.openView(YOU));
    on.says.afterMs = 1_800;
    await on.slack.submitView(YOU, { words: "because" });
    await on.seen("sent");
    expect(on.ephemeral().map(words).slice(-2)).to.deep.equal(["still at it", "sent"]);
  });
});
