// The same bot in HTTP mode: Slack's requests are signed, and the bot says when it is well.

import { createHmac } from "node:crypto";
import { expect } from "chai";
import { quickPlayground, type Story } from "../support/story.ts";

describe("a bot in HTTP mode", () => {
  let story: Story;
  let bot: string;
  before(async function () {
    this.timeout(60_000);
    story = await quickPlayground({ mode: "http" });
    bot = new URL(story.slack.requestUrl ?? "").origin;
  });
  after(() => story.close());

  it("deploys", async function () {
    this.timeout(60_000);
    await story.deploy("web");
    await story.until(": deployed.");
  });

  it("refuses requests that Slack has not signed, or signed long ago", async () => {
    const body = "command=%2Fdeploy&text=web&user_id=U0YOU&trigger_id=1";
    const send = (signature: string, at: number) =>
      fetch(`${bot}/slack/events`, {
        method: "POST",
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          "x-slack-request-timestamp": String(at),
          "x-slack-signature": signature,
        },
        body,
      });
    const now = Math.floor(Date.now() / 1000);
    const old = now - 600;
    const sign = (at: number) =>
      `v0=${createHmac("sha256", story.slack.signingSecret).update(`v0:${at}:${body}`).digest("hex")}`;
    expect((await send("v0=00", now)).status).to.equal(401);
    expect((await send(sign(old), old)).status).to.equal(401);
    expect(story.roots()).to.have.length(1);
  });

  it("says on /healthz that it is well", async () => {
    const answer = await fetch(`${bot}/healthz`);
    expect(answer.status).to.equal(200);
    expect(await answer.json()).to.deep.equal({ ok: true, parts: { slack: "connected", store: "well" } });
  });
});
