// The response URL of a command or a click: five uses, half an hour, and what can be done with it.

import { WebClient } from "@slack/web-api";
import { expect } from "chai";
import type { SlackStandIn } from "../../../playground/slack/server.ts";
import { startAlone, stopAll } from "./app.ts";
import { actions, asBlocks, button, type Loose, section } from "./blocks.ts";

describe("a response URL", () => {
  let slack: SlackStandIn;

  const start = async (more = {}): Promise<void> => {
    slack = await startAlone({ ackTimeoutMs: 10, ...more });
  };

  afterEach(stopAll);

  const lastUrl = (): string => String(slack.payloads.at(-1)?.payload.response_url);
  const send = (body: Loose) => fetch(lastUrl(), { method: "POST", body: JSON.stringify(body) });
  const seen = (as: string): string[] => slack.messages("deploys", { as }).map((one) => one.text);

  it("answers the one who typed, or everybody", async () => {
    await start();
    await slack.type("you", "deploys", "/ship web");
    expect((await send({ text: "for you" })).status).to.equal(200);
    await send({ text: "for all", response_type: "in_channel" });
    expect(seen("you")).to.eql(["for you", "for all"]);
    expect(seen("teammate")).to.eql(["for all"]);
  });

  it("works five times", async () => {
    await start();
    await slack.type("you", "deploys", "/ship web");
    for (const text of ["1", "2", "3", "4", "5"]) expect((await send({ text })).status).to.equal(200);
    const sixth = await send({ text: "6" });
    expect(sixth.status).to.equal(404);
    expect(await sixth.json()).to.include({ error: "used_url" });
    expect(seen("you")).to.have.length(5);
  });

  it("ends after its time", async () => {
    await start({ responseUrlLifetimeMs: -1 });
    await slack.type("you", "deploys", "/ship web");
    expect(await (await send({ text: "late" })).json()).to.include({ error: "expired_url" });
  });

  it("refuses what breaks the limits", async () => {
    await start();
    await slack.type("you", "deploys", "/ship web");
    const answer = await send({ blocks: [{ type: "fancy" }] });
    expect(answer.status).to.equal(400);
    expect(await answer.json()).to.include({ error: "invalid_blocks" });
  });

  it("replaces and deletes the ephemeral message that was clicked", async () => {
    await start();
    const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
    const blocks = asBlocks(section("sure?"), actions(button("yes")));
    const { message_ts: ts = "" } = await client.chat.postEphemeral({
      channel: "C0DEPLOYS",
      user: "U0YOU",
      text: "sure?",
      blocks,
    });
    await slack.press("you", "deploys", ts, "yes");
    expect(slack.payloads.at(-1)?.payload).to.have.nested.property("container.is_ephemeral", true);
    await send({ replace_original: true, text: "thanks" });
    expect(seen("you")).to.eql(["thanks"]);
    await send({ delete_original: true });
    expect(seen("you")).to.eql([]);
  });

  it("of a click in a thread answers in the thread", async () => {
    await start();
    const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
    const { ts = "" } = await client.chat.postMessage({ channel: "C0DEPLOYS", text: "root" });
    const blocks = asBlocks(actions(button("yes")));
    const reply = await client.chat.postMessage({ channel: "C0DEPLOYS", thread_ts: ts, text: "ask", blocks });
    await slack.press("you", "deploys", String(reply.ts), "yes");
    await send({ text: "only you" });
    expect(slack.replies("deploys", ts, { as: "you" }).map((one) => one.text)).to.eql(["ask", "only you"]);
  });
});
