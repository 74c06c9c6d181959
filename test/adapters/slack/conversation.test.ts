// One person's way through replies, forms, direct messages and the Home page, as stories tell it.

import { expect } from "chai";
import { slackThread } from "../../../src/adapters/slack/thread.ts";
import { t } from "../../../src/chat/text.ts";
import { Conversation, MATE, YOU } from "../../support/conversation.ts";
import { button, type Stage, stage, withButtons, withForm } from "./stage.ts";

describe("a conversation between one person and the bot", () => {
  let on: Stage;
  let talk: Conversation;
  beforeEach(async () => {
    on = await stage();
    talk = new Conversation(on.slack);
  });
  afterEach(() => on.stop());
  const toWeb = button({ value: "web" });
  const toApi = button({ value: "api" });

  it("goes from a command by a button and a form to a reply in place", async () => {
    on.says.typed = withButtons("web is locked", toWeb, button({ action: "lock:take", label: "Take over web" }));
    on.says.pressed = withForm();
    on.says.sent = { text: t`it is yours` };
    expect(await talk.type("/lock web")).to.equal("web is locked");
    expect(await talk.pressReply("lock:take")).to.equal("");
    expect((await talk.form()).title?.text).to.equal("Take over web");
    expect(await talk.send("an urgent fix")).to.equal("it is yours");
    expect(talk.ephemeral().map(({ text }) => text)).to.deep.equal(["it is yours"]);
    expect(talk.ephemeral(MATE)).to.deep.equal([]);
  });

  it("opens a form by a command, and tells the two kinds of answers apart", async () => {
    on.says.typed = withForm();
    expect((await talk.typeForForm("/unlock web", MATE)).title?.text).to.equal("Take over web");
    expect(await talk.send("because", MATE)).to.equal("sent");
    expect(on.sent[0]?.by).to.deep.equal({ id: MATE, name: "teammate" });
  });

  it("presses the one of several buttons that carries a value", async () => {
    on.says.typed = withButtons("both are locked", toWeb, toApi);
    await talk.typeFor("/locks");
    expect(await talk.pressReply("line:wait", YOU, { value: "api" })).to.equal("pressed");
    expect(on.pressed.map(({ value }) => value)).to.deep.equal(["api"]);
    const missing = await talk.pressReply("line:wait").catch((error: Error) => error.message);
    expect(missing).to.equal("there is no button line:wait ; there is: none");
  });

  it("hears what is said directly, and answers there", async () => {
    const thread = slackThread(on.clients, () => new Map());
    const parts = withButtons("web is free", toWeb).parts ?? [];
    await thread.post(MATE, { summary: t`web is free`, parts }, { key: "k1" });
    expect(await talk.saidTo(MATE, /is free$/)).to.equal("web is free");
    expect(await talk.pressDirect("line:wait", MATE)).to.equal("pressed");
    expect(talk.direct(MATE)).to.deep.equal(["web is free"]);
    expect(talk.direct(YOU)).to.deep.equal([]);
  });

  it("reads the Home page and presses there", async () => {
    on.says.home = withButtons("two locks", toWeb, toApi).parts ?? [];
    expect(await talk.home()).to.match(/^two locks\nWait in line for web\nWait in line for web\nAs of /);
    expect(await talk.pressHome("line:wait", YOU, { value: "api" })).to.match(/^pressed\ntwo locks/);
    expect(on.pressed.map(({ value }) => value)).to.deep.equal(["api"]);
    on.says.pressed = withForm();
    expect(await talk.pressHome("line:wait")).to.equal("");
    expect(await talk.send("because")).to.equal("sent");
    expect(talk.direct()).to.deep.equal(["sent"]);
  });
});
