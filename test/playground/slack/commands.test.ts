// What a person reads when a command does not get through.

import type { App } from "@slack/bolt";
import { expect } from "chai";
import { startSlack } from "../../../playground/slack/server.ts";
import { manifest, type Running, startInHttpMode, startInSocketMode } from "./app.ts";

function silent(app: App): void {
  app.command("/ship", async () => {});
  app.command("/shout", async ({ ack }) =>
    ack({ text: "x", blocks: [{ type: "header", text: { type: "plain_text", text: "x".repeat(151) } }] }),
  );
}

describe("a command that does not get through", () => {
  let running: Running | undefined;

  afterEach(async () => {
    await running?.stop();
    running = undefined;
  });

  it("is an operation_timeout when nobody acknowledges it in time", async () => {
    running = await startInSocketMode(silent, { ackTimeoutMs: 80 });
    const typed = await running.slack.type("you", "deploys", "/ship web");
    expect(typed).to.include({ error: "operation_timeout", text: '/ship failed with the error "operation_timeout"' });
  });

  it("is an operation_timeout in HTTP mode too", async () => {
    running = await startInHttpMode(silent, { ackTimeoutMs: 80 });
    expect((await running.slack.type("you", "deploys", "/ship web")).error).to.equal("operation_timeout");
  });

  it("is a dispatch_failed while the app has no socket", async () => {
    const slack = await startSlack({ manifest });
    expect((await slack.type("you", "deploys", "/ship web")).error).to.equal("dispatch_failed");
    await slack.close();
  });

  it("is a dispatch_failed when nothing listens at the request URL", async () => {
    const slack = await startSlack({ manifest, mode: { requestUrl: "http://127.0.0.1:9/slack/events" } });
    expect((await slack.type("you", "deploys", "/ship web")).error).to.equal("dispatch_failed");
    await slack.close();
  });

  it("is unknown when the manifest has no such command", async () => {
    running = await startInSocketMode(silent);
    const typed = await running.slack.type("you", "deploys", "/sink web");
    expect(typed.error).to.equal("unknown_command");
    expect(running.slack.payloads).to.eql([]);
  });

  it("is refused in a thread", async () => {
    running = await startInSocketMode(silent);
    const { message } = await running.slack.type("you", "deploys", "hello");
    const typed = await running.slack.type("you", { channel: "deploys", thread: message?.ts ?? "" }, "/ship web");
    expect(typed.error).to.equal("not_in_threads");
  });

  it("is refused when the acknowledgement breaks Slack's limits", async () => {
    running = await startInSocketMode(silent);
    const typed = await running.slack.type("you", "deploys", "/shout web");
    expect(typed.error).to.equal("invalid_command_response");
    expect(typed.text).to.include("invalid_blocks");
  });

  it("is refused by the app when the signature is not Slack's", async () => {
    running = await startInHttpMode(silent, { tokens: { signingSecret: "right" } });
    const other = await startSlack({ manifest, mode: { requestUrl: "" }, tokens: { signingSecret: "wrong" } });
    const url = String(running.slack.requestUrl);
    other.useRequestUrl(url);
    expect((await other.type("you", "deploys", "/shout web")).error).to.equal("dispatch_failed");
    await other.close();
  });
});

describe("a person who types", () => {
  it("is told about names that don't exist", async () => {
    const slack = await startSlack({ manifest });
    const wrong = await slack.type("nobody", "deploys", "hi").catch((error: Error) => error.message);
    expect(wrong).to.equal("There is no person nobody. There is: you, teammate, on-call.");
    await slack.close();
  });
});
