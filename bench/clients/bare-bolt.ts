// The least that a Slack app can do: Bolt, over HTTP, acknowledges every command and does nothing else. Says `ready` when it listens.

import { App, HTTPReceiver, LogLevel } from "@slack/bolt";

const [port = "0", signingSecret = ""] = process.argv.slice(2);
const receiver = new HTTPReceiver({ signingSecret, endpoints: "/slack/events", logLevel: LogLevel.ERROR });
// With these it does not ask Slack who it is.
const who = { token: "xoxb-bench", botId: "B0BOT", botUserId: "U0BOT" };
const app = new App({ ...who, receiver, logLevel: LogLevel.ERROR });
app.command(/.*/, async ({ ack }) => {
  await ack();
});
await receiver.start(Number(port));
console.log("ready");
process.stdin.resume().once("end", () => process.exit());
