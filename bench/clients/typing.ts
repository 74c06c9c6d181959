// People who type slash commands, as Slack hands them to an app: signed requests, and an address where each one is answered. Times how long acknowledgement and answer take. Knows no app.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { Agent, createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { signed } from "../../playground/slack/delivery/requests.ts";
import { goAhead } from "../support/ahead.ts";
import { done, untilToldToGo } from "../support/protocol.ts";
import type { Typed, Typing } from "../support/typing.ts";

const ANSWERED_WITHIN_MS = 30_000;

const typing = JSON.parse(await readFile(process.argv[2] ?? "", "utf8")) as Typing;
const { people, lines, commands, pauseMs, answered, round } = typing;
if (typing.ahead) goAhead();
const agent = new Agent({ keepAlive: true, maxSockets: people.length });
const typed: Typed = { acknowledged: [], answers: [], failed: 0 };
const sentAt = new Map<string, number>();
const replies = createServer((reply, response) => {
  const key = reply.url?.slice(1) ?? "";
  const sent = sentAt.get(key);
  if (sent !== undefined) typed.answers.push(performance.now() - sent);
  sentAt.delete(key);
  reply.resume().once("end", () => response.end("ok"));
});
replies.listen(0, "127.0.0.1");
await once(replies, "listening");
const answerTo = `http://127.0.0.1:${(replies.address() as AddressInfo).port}`;

await untilToldToGo();
let next = 0;
await Promise.all(people.map(person));
const end = performance.now() + ANSWERED_WITHIN_MS;
while (answered && sentAt.size > 0 && performance.now() < end) await pause(50);
replies.closeAllConnections();
replies.close();
agent.destroy();
await done({ ...typed, unanswered: answered ? sentAt.size : 0 });
process.exit();

async function person(id: string): Promise<void> {
  await pause(Math.random() * pauseMs);
  while (next < commands) {
    const number = next;
    next += 1;
    await type(id, lines[number % lines.length] ?? "", `${round}-${number}`);
    // Uneven: people do not type in step.
    await pause(pauseMs * (0.5 + Math.random()));
  }
}

async function type(person: string, line: string, key: string): Promise<void> {
  const [, command = "", text = ""] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
  const fields = {
    ...{ token: "bench", team_id: "T0TEAM", team_domain: "bench", channel_id: "C0DEPLOYS", channel_name: "deploys" },
    ...{ user_id: person, user_name: person.toLowerCase(), command, text, api_app_id: "A0APP" },
    ...{ is_enterprise_install: "false", response_url: `${answerTo}/${key}`, trigger_id: key },
  };
  const body = new URLSearchParams(fields).toString();
  const began = performance.now();
  sentAt.set(key, began);
  if (await acknowledged(body)) typed.acknowledged.push(performance.now() - began);
  else typed.failed += 1;
}

function acknowledged(body: string): Promise<boolean> {
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    "content-length": Buffer.byteLength(body),
    ...signed(body, typing.signingSecret),
  };
  return new Promise((resolve) => {
    const asked = request(typing.url, { method: "POST", agent, headers }, (answer) => {
      answer.resume().once("end", () => resolve(answer.statusCode === 200));
    });
    // A connection that was kept may just have been closed: Node asks whoever kept it to try again.
    asked.once("error", () => resolve(asked.reusedSocket ? acknowledged(body) : false));
    asked.end(body);
  });
}
