// The same conversation between a person and a real Bolt app, by socket and by signed HTTP requests.

import { expect } from "chai";
import { buttons, type Message, words } from "../../../playground/slack/server.ts";
import { type Running, startInHttpMode, startInSocketMode, stopAll } from "./app.ts";
import { listeners } from "./listeners.ts";

const modes = { "in Socket Mode": startInSocketMode, "in HTTP mode": startInHttpMode };

for (const [mode, start] of Object.entries(modes)) {
  describe(`the stand-in with a Bolt app ${mode}`, () => {
    let running: Running;

    beforeEach(async () => {
      running = await start(listeners);
    });

    afterEach(async () => {
      // The app is let finish what it does after the acknowledgement.
      const isShipping = running.slack.payloads.some((one) => one.payload.command === "/ship");
      await running.slack.waitFor(() => !isShipping || said("you").includes("later"));
      await stopAll();
    });

    const said = (as?: string): string[] => running.slack.messages("deploys", { as }).map(words);
    const shipped = async (): Promise<Message> => {
      await running.slack.type("you", "deploys", "/ship web");
      return running.slack.waitFor(() =>
        running.slack.messages("deploys").find((one) => words(one).includes("half done")),
      );
    };

    it("carries a command to the app, and the acknowledgement to the one who typed", async () => {
      const typed = await running.slack.type("you", "deploys", "/ship web");
      expect(typed.text).to.equal("Shipping web");
      expect(said("you")).to.include("Shipping web");
      expect(said("teammate")).not.to.include("Shipping web");
    });

    it("takes what the app says later at the response URL", async () => {
      await running.slack.type("you", "deploys", "/ship web");
      await running.slack.waitFor(() => said("you").includes("later"));
      expect(said("teammate")).not.to.include("later");
    });

    it("shows the app's message changing in place, with its thread", async () => {
      const message = await shipped();
      expect(message.changes).to.equal(1);
      expect(message.reply_count).to.equal(1);
      expect(running.slack.replies("deploys", message.ts).map(words)).to.eql(["canary is out"]);
      expect(running.slack.messages("deploys")).to.have.length(1);
    });

    it("asks in a dialog before it sends the click of a button that wants it", async () => {
      const message = await shipped();
      expect(buttons(message).map((one) => one.text)).to.eql(["Abort", "Say why"]);
      const asked = await running.slack.press("teammate", "deploys", message.ts, "abort");
      expect(asked.confirm).to.have.nested.property("title.text", "Sure?");
      expect(running.slack.payloads.map((one) => one.kind)).not.to.include("interactive");
      expect(await running.slack.press("teammate", "deploys", message.ts, "abort", { confirm: true })).to.eql({});
      await running.slack.waitFor(() => said().includes("aborted d1 by U0MATE"));
    });

    it("opens a modal, shows the app's errors in it and takes a good answer", async () => {
      const message = await shipped();
      await running.slack.press("you", "deploys", message.ts, "ask");
      const view = await running.slack.waitFor(() => running.slack.openView("you"));
      expect(view.title).to.include({ text: "Why?" });
      expect(await running.slack.submitView("you")).to.have.nested.property("errors.why");
      expect(await running.slack.submitView("you", { why: "no" })).to.eql({
        errors: { why: "A little longer, please." },
      });
      expect(await running.slack.submitView("you", { why: "db migration" })).to.eql({});
      expect(running.slack.openView("you")).to.equal(undefined);
      await running.slack.waitFor(() => said().includes("you: db migration"));
    });

    it("shows everybody a command that is answered openly, with names as references where the manifest asks for it", async () => {
      await running.slack.type("you", "deploys", "/shout @teammate see #general & https://example.com/a");
      await running.slack.waitFor(() => said("you").includes("between us"));
      expect(said("teammate")).to.eql([
        "/shout @teammate see #general &amp; https://example.com/a",
        "heard: <@U0MATE> see <#C0GENERAL|general> &amp; <https://example.com/a>",
      ]);
    });

    it("tells the app of a mention and of an opened home tab", async () => {
      const { message } = await running.slack.type("on-call", "general", "@shipper are you there?");
      const [reply] = await running.slack.waitFor(() => {
        const replies = running.slack.replies("general", message?.ts ?? "");
        return replies.length > 0 && replies;
      });
      expect(reply?.text).to.equal("you said <@U0BOT> are you there?");
      running.slack.openHome("on-call");
      const home = await running.slack.waitFor(() => running.slack.home("on-call"));
      expect(home.blocks).to.have.length(1);
      expect(running.slack.home("you")).to.equal(undefined);
    });
  });
}
