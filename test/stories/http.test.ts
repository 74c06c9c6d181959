// The same bot in HTTP mode: Slack's requests are signed, and the bot says how it is, and what it has done.

import { createHmac } from "node:crypto";
import { expect } from "chai";
import type { Health } from "../../src/meters/health.ts";
import { METERS } from "../../src/meters/table.ts";
import { Exposition } from "../support/exposition.ts";
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

  it("says on /healthz that it is well, and what it has done", async () => {
    const answer = await fetch(`${bot}/healthz`);
    expect(answer.status).to.equal(200);
    const health = (await answer.json()) as Health;
    expect(health).to.deep.include({ ok: true, slack: { connected: true, since: null }, deploysUnderWay: 0 });
    expect(health.lastCommand?.command).to.equal("deploy");
  });

  it("tells monitoring what it has done, in words that Prometheus reads", async () => {
    const answer = await fetch(`${bot}/metrics`);
    expect(answer.headers.get("content-type")).to.match(/^text\/plain; version=0\.0\.4/);
    const page = new Exposition(await answer.text());
    expect([...page.families.keys()]).to.include.members(Object.keys(METERS));
    const web = { service: "web", environment: "production" };
    const values: [number, string, Record<string, string>?][] = [
      [1, "lockstep_commands_total", { command: "deploy", outcome: "answered" }],
      [1, "lockstep_deploys_started_total", { ...web, kind: "deploy" }],
      [1, "lockstep_deploys_ended_total", { ...web, outcome: "deployed" }],
      [0, "lockstep_deploys_ended_total", { ...web, outcome: "incomplete" }],
      [1, "lockstep_verdicts_total", { ...web, verdict: "pass" }],
      [3, "lockstep_host_order_seconds_count", { order: "rollOut", outcome: "ok" }],
      [1, "lockstep_slack_requests_total", { method: "response_url", outcome: "ok" }],
      [2, "lockstep_datadog_answers_total", { question: "mark", outcome: "ok" }],
      [1, "lockstep_store_reachable"],
      [1, "lockstep_slack_connected"],
      [0, "lockstep_leases_lost_total"],
    ];
    for (const [value, name, labels] of values) expect(page.value(name, labels), name).to.equal(value);
    expect(page.value("lockstep_acknowledgement_seconds_count")).to.be.greaterThan(0);
    const baked = page.value("lockstep_deploy_stage_seconds_sum", { ...web, stage: "baking" });
    expect(baked).to.be.within(4, 300);
  });
});
