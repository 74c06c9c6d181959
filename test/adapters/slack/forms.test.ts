// Forms: opened by a command or a button, sent once, answered where it was asked for, and their words stay words.

import { expect } from "chai";
import { words } from "../../../playground/slack/server.ts";
import { toSlack } from "../../../src/adapters/slack/blocks.ts";
import { modalFor, sentForm } from "../../../src/adapters/slack/forms.ts";
import { t } from "../../../src/chat/text.ts";
import { button, CHANNEL, EVIL, type Mode, type Stage, stage, withButtons, withForm, YOU } from "./stage.ts";

for (const via of ["socket", "http"] as Mode[]) {
  describe(`a form, when Slack is reached by ${via}`, () => {
    let on: Stage;
    beforeEach(async () => {
      on = await stage({ via });
    });
    afterEach(() => on.stop());
    const opened = () => on.slack.waitFor(() => on.slack.openView(YOU));

    it("opens for a command, and what is sent is answered to the asker alone", async () => {
      on.says.typed = withForm();
      await on.slack.type(YOU, CHANNEL, "/lock web");
      const view = await opened();
      expect(view.title?.text).to.equal("Take over web");
      expect(view.submit?.text).to.equal("Take over");
      expect(on.ephemeral()).to.deep.equal([]);
      expect(await on.slack.submitView(YOU, { words: EVIL })).to.deep.equal({});
      expect(on.slack.openView(YOU)).to.equal(undefined);
      await on.seen("sent");
      const by = { id: YOU, name: "you" };
      expect(on.sent).to.deep.equal([{ action: "lock:take", value: "target/web/production", words: EVIL, by }]);
    });

    it("opens for a button, and its answer takes the place of the message with the button", async () => {
      on.says.typed = withButtons("web is locked", button());
      on.says.pressed = withForm();
      on.says.sent = { text: [EVIL] };
      await on.slack.type(YOU, CHANNEL, "/lock web");
      const { ts } = await on.seen("web is locked");
      await on.slack.press(YOU, CHANNEL, ts, "line:wait");
      await opened();
      await on.slack.submitView(YOU, { words: "because" });
      const reply = await on.seen("channel");
      expect(reply.ts).to.equal(ts);
      expect(words(reply)).to.equal(EVIL);
    });

    it("is sent once, also when Slack delivers it twice", async () => {
      on.says.typed = withForm();
      await on.slack.type(YOU, CHANNEL, "/lock web");
      await opened();
      on.slack.faults.onPayload("duplicate");
      await on.slack.submitView(YOU, { words: "because" });
      await on.seen("sent");
      on.says.typed = { text: t`typed` };
      await on.slack.type(YOU, CHANNEL, "/lock web");
      await on.seen("typed");
      expect(on.sent).to.have.length(1);
    });

    it("is told as text when its time to open is over", async () => {
      await on.stop();
      on = await stage({ via, triggerLifetimeMs: 20 });
      on.says.typed = withForm();
      on.says.afterMs = 60;
      await on.slack.type(YOU, CHANNEL, "/lock web");
      await on.seen("type the reason behind the command");
      expect(on.slack.openView(YOU)).to.equal(undefined);
      expect(JSON.stringify(on.warnings)).to.contain("expired_trigger_id");
    });
  });
}

describe("a form", () => {
  let on: Stage;
  afterEach(() => on.stop());
  const opened = () => on.slack.waitFor(() => on.slack.openView(YOU));

  it("shows its text, a field with a hint and words to begin with, all of it as words", async () => {
    on = await stage();
    const input = { label: EVIL, hint: EVIL, initial: EVIL, mostCharacters: 200 };
    on.says.typed = withForm({ title: EVIL, submit: EVIL, text: [EVIL], input });
    await on.slack.type(YOU, CHANNEL, "/lock web");
    const { blocks } = await opened();
    expect(blocks.map(({ type }) => type)).to.deep.equal(["rich_text", "input"]);
    expect(blocks[0]?.elements).to.deep.equal([
      { type: "rich_text_section", elements: [{ type: "text", text: EVIL }] },
    ]);
    const { label, element } = blocks[1] as unknown as { label: object; element: { placeholder: object } };
    expect(label).to.deep.equal({ type: "plain_text", text: EVIL, emoji: false });
    expect(element).to.deep.include({ multiline: true, initial_value: EVIL, max_length: 200 });
    expect(element.placeholder).to.deep.equal({ type: "plain_text", text: EVIL, emoji: false });
  });

  it("is answered with a direct message when the address for the answer is expired", async () => {
    on = await stage({ responseUrlLifetimeMs: -1 });
    on.says.typed = withForm();
    on.says.sent = withButtons(EVIL, button());
    await on.slack.type(YOU, CHANNEL, "/lock web");
    await opened();
    await on.slack.submitView(YOU, { words: "because" });
    expect(words(await on.told("channel"))).to.equal(`${EVIL}\nWait in line for web`);
  });

  it("is answered with a direct message when it was opened on the Home page, which is published again", async () => {
    on = await stage();
    on.says.home = [{ part: "buttons", buttons: [button()] }];
    on.says.pressed = withForm();
    on.slack.openHome(YOU);
    await on.slack.waitFor(() => on.slack.home(YOU));
    await on.slack.pressAtHome(YOU, "line:wait");
    await opened();
    on.says.home = [{ part: "text", text: t`it is yours` }];
    await on.slack.submitView(YOU, { words: "because" });
    await on.told("sent");
    await on.slack.waitFor(() => JSON.stringify(on.slack.home(YOU)?.blocks).includes("it is yours"));
  });

  it("may ask again, when what was sent is not enough", async () => {
    on = await stage();
    on.says.typed = withForm();
    on.says.sent = withForm({ title: "Once more" });
    await on.slack.type(YOU, CHANNEL, "/lock web");
    await opened();
    await on.slack.submitView(YOU, { words: "no" });
    await on.slack.waitFor(() => on.slack.openView(YOU)?.title?.text === "Once more");
    on.says.sent = { text: t`that will do` };
    await on.slack.submitView(YOU, { words: "because" });
    await on.seen("that will do");
    expect(on.sent.map((one) => one.words)).to.deep.equal(["no", "because"]);
  });

  it("that is sent again, because nobody heard that it had arrived, is not taken twice", async () => {
    on = await stage({ ackTimeoutMs: 100 });
    on.says.typed = withForm();
    await on.slack.type(YOU, CHANNEL, "/lock web");
    await opened();
    on.slack.faults.onPayload("ignoreAck");
    expect(await on.slack.submitView(YOU, { words: "because" })).to.deep.equal({ error: "operation_timeout" });
    await on.seen("sent");
    expect(await on.slack.submitView(YOU, { words: "because" })).to.deep.equal({});
    on.says.typed = { text: t`typed` };
    await on.slack.type(YOU, CHANNEL, "/lock web");
    await on.seen("typed");
    expect(on.sent).to.have.length(1);
  });

  it("does nothing when it is closed", async () => {
    on = await stage();
    on.says.typed = withForm();
    await on.slack.type(YOU, CHANNEL, "/lock web");
    await opened();
    on.slack.closeView(YOU);
    expect(on.slack.openView(YOU)).to.equal(undefined);
    expect(on.sent).to.deep.equal([]);
  });

  it("opens for a button that everybody sees, and its answer stands beside it", async () => {
    on = await stage();
    on.says.pressed = withForm();
    const message = toSlack({ summary: ["web"], parts: [{ part: "buttons", buttons: [button()] }] });
    const posted = await on.client.chat.postMessage({ channel: CHANNEL, ...message });
    await on.slack.press(YOU, CHANNEL, posted.ts ?? "", "line:wait");
    await opened();
    await on.slack.submitView(YOU, { words: "because" });
    expect((await on.seen("sent")).ts).not.to.equal(posted.ts);
    expect(on.slack.messages(CHANNEL)).to.have.length(1);
  });
});

describe("what travels with a form", () => {
  const form = (value: string) => withForm({ value }).form ?? expect.fail();
  const to = { url: `https://hooks.example.com/${"u".repeat(200)}`, replaces: true, thread: "1.000001" };
  const state = (value: string | null) => ({ values: { words: { words: { type: "plain_text_input", value } } } });
  const back = (value: string) =>
    sentForm({ private_metadata: modalFor(form(value), to).private_metadata ?? "", state: state("why") } as never);

  it("comes back as it was, whatever the value holds, up to 2,000 characters", () => {
    for (const value of ["", "a\nb\n", `"${EVIL}"\\`, '"'.repeat(2_000), "é".repeat(2_000)])
      expect(back(value)).to.deep.equal({ action: "lock:take", value, words: "why", to });
  });

  it("is never more than Slack takes: the address is left out, and the answer goes as a direct message", () => {
    const long = { url: `https://hooks.example.com/${"u".repeat(2_000)}` };
    const { private_metadata: travels = "" } = modalFor(form("v".repeat(2_000)), long);
    expect(travels.length).to.be.at.most(3_000);
    const sent = sentForm({ private_metadata: travels, state: state("why") } as never);
    expect(sent).to.deep.equal({ action: "lock:take", value: "v".repeat(2_000), words: "why", to: {} });
  });

  it("is refused with its name and length when the value is too long", () => {
    expect(() => modalFor(form("v".repeat(2_001)), {})).to.throw(/lock:take carries 2001 characters/);
  });
});
