// What a person reads when a command does not get through.

import type { App } from "@slack/bolt";
import { expect } from "chai";
import { startAlone, startInHttpMode, startInSocketMode, stopAll } from "./app.ts";

function silent(app: App): void {
  app.command("/ship", async () => {});
  app.command("/shout", async ({ ack }) =>
    ack({ text: "x", blocks: [{ type: "header", text: { type: "plain_text", text: "x".repeat(151) } }] }),
  );
}

describe("a command that does not get through", () => {
  afterEach(stopAll);

  it("is an operation_timeout when nobody acknowledges it in time", async () => {
    const { slack } = await startInSocketMode(silent, { ackTimeoutMs: 80 });
    const typed = await slack.type("you", "deploys", "/ship web");
    expect(typed).to.include({ error: "operation_timeout", text: '/ship failed with the error "operation_timeout"' });
  });

  it("is an operation_timeout in HTTP mode too", async () => {
    const { slack } = await startInHttpMode(silent, { ackTimeoutMs: 80 });
    expect((await slack.type("you", "deploys", "/ship web")).error).to.equal("operation_timeout");
  });

  it("is a dispatch_failed while the app has no socket", async () => {
    const slack = await startAlone();
    expect((await slack.type("you", "deploys", "/ship web")).error).to.equal("dispatch_failed");
  });

  it("is a dispatch_failed when nothing listens at the request URL", async () => {
    const slack = await startAlone({ mode: { requestUrl: "http://127.0.0.1:9/slack/events" } });
    expect((await slack.type("you", "deploys", "/ship web")).error).to.equal("dispatch_failed");
  });

  it("is unknown when the manifest has no such command", async () => {
    const { slack } = await startInSocketMode(silent);
    const typed = await slack.type("you", "deploys", "/sink web");
    expect(typed.error).to.equal("unknown_command");
    expect(slack.payloads).to.eql([]);
  });

  it("is refused in a thread", async () => {
    const { slack } = await startInSocketMode(silent);
    const { message } = await slack.type("you", "deploys", "hello");
    const typed = await slack.type("you", { channel: "deploys", thread: message?.ts ?? "" }, "/ship web");
    expect(typed.error).to.equal("not_in_threads");
  });

  it("is refused when the acknowledgement breaks Slack's limits", async () => {
    const { slack } = await startInSocketMode(silent);
    const typed = await slack.type("you", "deploys", "/shout web");
    expect(typed.error).to.equal("invalid_command_response");
    expect(typed.text).to.include("invalid_blocks");
  });

  it("is refused by the app when the signature is not Slack's", async () => {
    const { slack } = await startInHttpMode(silent, { tokens: { signingSecret: "right" } });
    const other = await startAlone({ mode: { requestUrl: "" }, tokens: { signingSecret: "wrong" } });
    const url = String(slack.requestUrl);
    other.useRequestUrl(url);
    expect((await other.type("you", "deploys", "/shout web")).error).to.equal("dispatch_failed");
  });
});

describe("a person who types", () => {
  afterEach(stopAll);

  it("is told about names that don't exist", async () => {
    const slack = await startAlone();
    const wrong = await slack.type("nobody", "deploys", "hi").catch((error: Error) => error.message);
    expect(wrong).to.equal("There is no person nobody. There is: you, teammate, on-call.");
  });
});
