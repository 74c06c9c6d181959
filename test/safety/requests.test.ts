// Requests that are not Slack's, are not new, are too large, or never end: the bot's own HTTP server with the real receiver behind it.

import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { WebClient } from "@slack/web-api";
import { expect } from "chai";
import { signed } from "../../playground/slack/delivery/requests.ts";
import { type SlackApp, slackApp } from "../../src/adapters/slack/app.ts";
import { clientOptions } from "../../src/adapters/slack/client.ts";
import { systemClock } from "../../src/adapters/system/clock.ts";
import { loadCommands, run, type Typed } from "../../src/chat/registry.ts";
import { plain, t } from "../../src/chat/text.ts";
import { startWeb, type Web } from "../../src/web/server.ts";
import { recordingBot } from "../chat/recordingBot.ts";
import { you } from "../support/build.ts";
import { silentLog } from "../support/parts.ts";
import { until } from "../support/until.ts";

const SECRET = "a signing secret of 32 characters";
const MIB = 1024 * 1024;

describe("requests from outside", function () {
  this.timeout(60_000);
  const typed: Typed[] = [];
  let web: Web;
  let app: SlackApp;

  async function door() {
    const reply = async () => ({ text: t`done` });
    const answerer = {
      typed: async (one: Typed) => {
        typed.push(one);
        return reply();
      },
      ...{ pressed: reply, sent: reply, home: async () => [], late: () => ({ text: t`wait` }) },
    };
    const settings = { botToken: "xoxb-0", signingSecret: SECRET, apiUrl: "http://127.0.0.1:1/api/" };
    const app = slackApp(settings, {
      client: new WebClient("xoxb-0", clientOptions(settings.apiUrl, silentLog)),
      answerer,
      clock: systemClock,
      log: silentLog,
    });
    const slack = app.listener && { path: "/slack/events", listener: app.listener };
    const health = async () => ({ ok: true, parts: {} });
    const metrics = async () => ({ type: "text/plain", text: "" });
    const web = { port: 0, host: "127.0.0.1", runbooks: new Map(), slack, health, metrics, log: silentLog };
    return { app, web: await startWeb(web) };
  }
  before(async () => {
    ({ app, web } = await door());
    await app.start({ botId: "B0BOT", botUserId: "U0BOT" });
  });
  after(() => web.stop(Promise.resolve()));
  beforeEach(() => void typed.splice(0));

  let number = 0;
  const command = (text = "web") =>
    new URLSearchParams({
      ...{ command: "/deploy", text, user_id: "U0YOU", user_name: "you", trigger_id: `t${++number}` },
      ...{ team_id: "T0", channel_id: "C0", response_url: "http://127.0.0.1:1/", token: "x", api_app_id: "A0" },
    }).toString();
  const post = async (body: string, headers: Record<string, string>, to = web) => {
    const type = { "content-type": "application/x-www-form-urlencoded" };
    const url = `http://127.0.0.1:${to.port}/slack/events`;
    return (await fetch(url, { method: "POST", headers: { ...type, ...headers }, body })).status;
  };

  it("are refused before Slack has said who the bot is", async () => {
    const body = command();
    const early = await door();
    expect(early.app.link().connected).to.equal(false);
    expect(await post(body, signed(body, SECRET), early.web)).to.equal(503);
    await early.web.stop(Promise.resolve());
    expect(typed).to.deep.equal([]);
  });

  it("are heard when Slack has signed them just now", async () => {
    expect(app.link().connected).to.equal(true);
    const body = command();
    expect(await post(body, signed(body, SECRET))).to.equal(200);
    await until("it is heard", () => typed.length === 1);
  });

  it("are not heard without a signature, with another one, of another body, or of another time", async () => {
    const body = command();
    const right = signed(body, SECRET);
    const { "x-slack-signature": signature = "", "x-slack-request-timestamp": at = "" } = right;
    const old = String(Number(at) - 301);
    const refused = [
      {},
      { "x-slack-request-timestamp": at },
      { "x-slack-signature": signature },
      signed(body, `${SECRET}.`),
      signed(`${body}&text=all`, SECRET),
      { ...right, "x-slack-request-timestamp": String(Number(at) + 1) },
      { ...right, "x-slack-request-timestamp": "now" },
      { ...right, "x-slack-signature": signature.replace("v0", "v1") },
      { ...right, "x-slack-signature": "v0=" },
      signedAt(body, old),
    ];
    for (const headers of refused) expect(await post(body, headers), JSON.stringify(headers)).to.equal(401);
    expect(typed).to.deep.equal([]);
  });

  it("are heard once when somebody sends the same again", async () => {
    const [body, next] = [command(), command()];
    const headers = signed(body, SECRET);
    expect([await post(body, headers), await post(body, headers)]).to.deep.equal([200, 200]);
    expect(await post(next, signed(next, SECRET))).to.equal(200);
    await until("the next one is heard", () => typed.length === 2);
    expect(new Set(typed).size).to.equal(2);
  });

  /** Sends a head and then more and more; resolves with what was answered, and how much could be sent until the connection was gone. */
  function sendOn(head: string, piece: string, most: number): Promise<{ answer: string; sent: number }> {
    return new Promise((resolve) => {
      const socket = connect(web.port, "127.0.0.1");
      let [answer, sent, gone] = ["", 0, false];
      const more = () => {
        while (!gone && sent < most) {
          sent += piece.length;
          if (!socket.write(piece)) return void socket.once("drain", more);
        }
      };
      socket.setEncoding("latin1").on("data", (text) => (answer += text));
      socket.on("error", () => {});
      socket.on("close", () => {
        gone = true;
        resolve({ answer, sent });
      });
      socket.write(head, more);
    });
  }
  const head = (rest: string) => `POST /slack/events HTTP/1.1\r\nhost: x\r\n${rest}\r\n\r\n`;

  it("are answered with 413 and cut off when they are too large, long before all of it has come", async () => {
    const length = await sendOn(head(`content-length: ${1024 * MIB}`), "x".repeat(64 * 1024), 256 * MIB);
    expect(length.answer).to.match(/^HTTP\/1\.1 413 /);
    const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
    const chunked = await sendOn(head("transfer-encoding: chunked"), chunk, 256 * MIB);
    expect(chunked.answer).to.match(/^HTTP\/1\.1 413 /);
    for (const { sent } of [length, chunked]) expect(sent).to.be.lessThan(64 * MIB);
    const health = await sendOn(
      "POST /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: 999999999\r\n\r\n",
      "x".repeat(64 * 1024),
      256 * MIB,
    );
    expect(health.sent).to.be.lessThan(64 * MIB);
  });

  it("are cut off when their head is too large, or when they never end", async () => {
    const { answer } = await sendOn(`GET /healthz HTTP/1.1\r\nx: ${"x".repeat(20_000)}\r\n\r\n`, "", 0);
    expect(answer).to.match(/^HTTP\/1\.1 431 /);
    const slow = ["GET /healthz HTTP/1.1\r\nx: ", head("content-length: 10")].map(async (beginning) => {
      const socket = connect(web.port, "127.0.0.1").on("error", () => {});
      socket.resume().write(beginning);
      await once(socket, "close");
    });
    await Promise.all(slow);
    const asked = request({ port: web.port, host: "127.0.0.1", path: "/healthz" }).end();
    const [{ statusCode }] = await once(asked, "response");
    expect(statusCode).to.equal(200);
  });

  it("are not read by a command when their text is longer than anybody needs", async () => {
    const commands = await loadCommands();
    for (const name of commands.keys()) {
      const { bot, asked } = recordingBot();
      const { text } = await run(commands, { command: name, text: `web ${"x ".repeat(5_001)}`, by: you }, bot);
      expect(plain(text)).to.match(/at most 10000 characters/);
      expect(asked).to.deep.equal([]);
    }
  });
});

function signedAt(body: string, at: string): Record<string, string> {
  const { now } = Date;
  try {
    Date.now = () => Number(at) * 1_000;
    return signed(body, SECRET);
  } finally {
    Date.now = now;
  }
}
