// What can be made to go wrong: calls that fail, payloads that come twice or never, sockets that end.

import { WebClient } from "@slack/web-api";
import { expect } from "chai";
import type { SlackStandIn } from "../../../playground/slack/server.ts";
import { connectApp, startAlone, startInSocketMode, stopAll } from "./app.ts";
import { listeners } from "./listeners.ts";

const message = { channel: "C0DEPLOYS", text: "x" };

describe("a call that goes wrong", () => {
  let slack: SlackStandIn;
  let client: WebClient;

  beforeEach(async () => {
    slack = await startAlone();
    client = new WebClient(slack.botToken, {
      slackApiUrl: slack.apiUrl,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
    });
  });

  afterEach(stopAll);

  const failure = (work: Promise<unknown>): Promise<{ code?: string; retryAfter?: number }> =>
    work.then(
      () => ({}),
      (error) => error,
    );

  it("is refused with 429 and Retry-After, once, and does nothing", async () => {
    slack.faults.onCall("chat.postMessage", { kind: "rateLimit", retryAfterSeconds: 7 });
    const error = await failure(client.chat.postMessage(message));
    expect(error).to.include({ code: "slack_webapi_rate_limited_error", retryAfter: 7 });
    expect(slack.messages("deploys")).to.eql([]);
    await client.chat.postMessage(message);
    expect(slack.messages("deploys")).to.have.length(1);
  });

  it("answers 500 as often as asked, for any method", async () => {
    slack.faults.onCall("*", { kind: "status", status: 500, times: 2 });
    expect(await failure(client.chat.postMessage(message))).to.include({ code: "slack_webapi_http_error" });
    expect(await failure(client.auth.test())).to.include({ code: "slack_webapi_http_error" });
    await client.auth.test();
  });

  it("does the work and loses the answer", async () => {
    slack.faults.onCall("chat.postMessage", { kind: "loseAnswer" });
    expect(await failure(client.chat.postMessage(message))).to.include({ code: "slack_webapi_request_error" });
    expect(slack.messages("deploys")).to.have.length(1);
  });

  it("is refused with 429 that does not say until when", async () => {
    slack.faults.onCall("chat.postMessage", { kind: "rateLimit" });
    const error = (await failure(client.chat.postMessage(message))) as Error;
    expect(error.message).to.include("retry-after header: null");
  });

  it("is taken and never answered, and does nothing", async () => {
    slack.faults.onCall("chat.postMessage", { kind: "silence" });
    const impatient = new WebClient(slack.botToken, {
      slackApiUrl: slack.apiUrl,
      retryConfig: { retries: 0 },
      timeout: 80,
    });
    expect(await failure(impatient.chat.postMessage(message))).to.include({ code: "slack_webapi_request_error" });
    expect(slack.messages("deploys")).to.eql([]);
  });

  it("finds that somebody has deleted the message", async () => {
    const { ts = "" } = await client.chat.postMessage(message);
    slack.faults.deleteMessage("deploys", ts);
    const error = await failure(client.chat.update({ ...message, ts }));
    expect(error).to.have.nested.property("data.error", "message_not_found");
  });

  it("answers late", async () => {
    slack.faults.onCall("auth.test", { kind: "slow", delayMs: 60 });
    const before = performance.now();
    await client.auth.test();
    expect(performance.now() - before).to.be.greaterThan(55);
  });

  it("finds the edit window closed", async () => {
    const { ts = "" } = await client.chat.postMessage(message);
    slack.faults.closeEditWindow();
    const error = await failure(client.chat.update({ ...message, ts }));
    expect(error).to.have.nested.property("data.error", "edit_window_closed");
  });

  it("is ordered over HTTP as well", async () => {
    const control = (order: object) => fetch(`${slack.url}_control`, { method: "POST", body: JSON.stringify(order) });
    await control({ do: "onCall", method: "auth.test", fault: { kind: "error", error: "account_inactive" } });
    expect(await failure(client.auth.test())).to.have.nested.property("data.error", "account_inactive");
    await control({ do: "archive", channel: "deploys" });
    expect(await failure(client.chat.postMessage(message))).to.have.nested.property("data.error", "is_archived");
    const wrong = await control({ do: "explode" });
    expect(wrong.status).to.equal(400);
  });
});

describe("a payload that goes wrong", () => {
  afterEach(stopAll);

  it("arrives twice", async () => {
    const { slack } = await startInSocketMode(listeners);
    slack.faults.onPayload("duplicate");
    await slack.type("you", "deploys", "/ship web");
    await slack.waitFor(
      () => slack.messages("deploys", { as: "you" }).filter((one) => one.text === "later").length === 2,
    );
  });

  it("arrives once more, later", async () => {
    const { slack } = await startInSocketMode(listeners);
    await slack.type("you", "deploys", "/ship web");
    await slack.faults.redeliver("slash_commands");
    const [first, second] = slack.payloads;
    expect(second?.payload).to.deep.equal(first?.payload);
    expect(second?.outcome).to.equal("acknowledged");
  });

  it("never arrives", async () => {
    const { slack } = await startInSocketMode(listeners, { ackTimeoutMs: 60 });
    slack.faults.onPayload("drop");
    expect((await slack.type("you", "deploys", "/ship web")).error).to.equal("operation_timeout");
    expect(slack.payloads[0]?.outcome).to.equal("dropped");
    expect(slack.messages("deploys")).to.eql([]);
  });

  it("arrives, and its acknowledgement is lost", async () => {
    const { slack } = await startInSocketMode(listeners, { ackTimeoutMs: 60 });
    slack.faults.onPayload("ignoreAck");
    expect((await slack.type("you", "deploys", "/ship web")).error).to.equal("operation_timeout");
    await slack.waitFor(() => slack.messages("deploys", { as: "you" }).some((one) => one.text === "later"));
  });
});

describe("sockets", () => {
  afterEach(stopAll);

  it("share the payloads, each going to one of them", async () => {
    const { slack } = await startInSocketMode((app) => app.command("/ship", ({ ack }) => ack("first")));
    await connectApp(slack, (app) => app.command("/ship", ({ ack }) => ack("second")));
    const answers: string[] = [];
    for (let turn = 0; turn < 4; turn += 1) answers.push((await slack.type("you", "deploys", "/ship")).text);
    expect(answers).to.eql(["first", "second", "first", "second"]);
  });

  it("connect anew after a refresh and after they were cut", async () => {
    const { slack } = await startInSocketMode((app) => app.command("/ship", ({ ack }) => ack("here")));
    const opened = (): number => slack.calls.filter((one) => one.method === "apps.connections.open").length;
    slack.faults.disconnect("refresh_requested");
    await slack.waitFor(() => opened() === 2 && slack.connections() === 1, { timeoutMs: 10_000 });
    expect((await slack.type("you", "deploys", "/ship")).text).to.equal("here");
    slack.faults.dropSockets();
    await slack.waitFor(() => opened() === 3 && slack.connections() === 1, { timeoutMs: 10_000 });
    expect((await slack.type("you", "deploys", "/ship")).text).to.equal("here");
  });

  it("are ten at most, and need a ticket", async () => {
    const { WebSocket } = await import("ws");
    const slack = await startAlone();
    const client = new WebClient(slack.appToken, { slackApiUrl: slack.apiUrl });
    const first = async (): Promise<{ type: string; reason?: string }> => {
      const { url } = await client.apps.connections.open({});
      const socket = new WebSocket(String(url));
      return new Promise((resolve) => socket.once("message", (bytes) => resolve(JSON.parse(String(bytes)))));
    };
    for (let count = 1; count <= 10; count += 1) expect((await first()).type).to.equal("hello");
    expect(await first()).to.include({ type: "disconnect", reason: "too_many_websockets" });
    const refused = new WebSocket(`${slack.url.replace("http", "ws")}link?ticket=guess`);
    const error = await new Promise<Error>((resolve) => refused.once("error", resolve));
    expect(error.message).to.include("401");
  });
});

describe("waiting for something", () => {
  afterEach(stopAll);

  it("fails with what is there instead", async () => {
    const slack = await startAlone();
    await slack.type("you", "deploys", "good morning");
    const waited = slack.waitFor(() => expect(slack.messages("deploys")).to.have.length(2), { timeoutMs: 30 });
    const message = await waited.catch((error: Error) => error.message);
    expect(message).to.include("Nothing fitting within 30 ms.").and.to.include("you: good morning");
  });
});
