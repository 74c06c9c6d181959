// The real Slack app on the stand-in, with an answerer that says what the test tells it to and remembers what it was asked.

import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { WebClient } from "@slack/web-api";
import manifest from "../../../manifest.json" with { type: "json" };
import {
  type Message,
  type SlackOptions,
  type SlackStandIn,
  startSlack,
  words,
} from "../../../playground/slack/server.ts";
import { slackApp } from "../../../src/adapters/slack/app.ts";
import { clientOptions, type SlackClients, slackClients } from "../../../src/adapters/slack/client.ts";
import { systemClock } from "../../../src/adapters/system/clock.ts";
import type { Form, Reply } from "../../../src/chat/command.ts";
import type { Pressed, Sent } from "../../../src/chat/entry.ts";
import type { Typed } from "../../../src/chat/registry.ts";
import { t } from "../../../src/chat/text.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import type { Log } from "../../../src/ports/log.ts";
import type { Meters } from "../../../src/ports/meters.ts";
import type { Button, Part } from "../../../src/views/message.ts";

export const YOU = "U0YOU";
export const MATE = "U0MATE";
export const CHANNEL = "C0DEPLOYS";

/** Everything that pings, links or formats where words are read as markup. */
export const EVIL = `<!channel> <@U0MATE> *bold* _it_ ~no~ \`code\` "quoted" it's <https://evil.example|web> > & :fire: --global`;

export type Mode = "socket" | "http";

export interface Stage {
  slack: SlackStandIn;
  clients: SlackClients;
  client: WebClient;
  typed: Typed[];
  pressed: Pressed[];
  sent: Sent[];
  /** What the answerer says: to everything, until the test says otherwise. */
  says: { typed: Reply; pressed: Reply; sent: Reply; home: Part[]; beforeHome?: () => Promise<void>; afterMs: number };
  warnings: { message: string; fields: Record<string, unknown> }[];
  /** What this person alone sees in the channel, oldest first. */
  ephemeral(who?: string): Message[];
  /** Waits until this person sees words with `text` in the channel, said to them alone. */
  seen(text: string, who?: string): Promise<Message>;
  /** Waits until the bot has said `text` to this person directly. */
  told(text: string, who?: string): Promise<Message>;
  stop(): Promise<void>;
}

export interface Staging extends Partial<SlackOptions> {
  via?: Mode;
  clock?: Clock;
  meters?: Meters;
}

export async function stage({ via = "socket", clock = systemClock, meters, ...options }: Staging = {}): Promise<Stage> {
  const server = via === "http" ? await listening() : undefined;
  const requestUrl = server ? `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events` : "";
  const slack = await startSlack({ manifest, ...(server ? { mode: { requestUrl } } : {}), ...options });
  const asked = { typed: [] as Typed[], pressed: [] as Pressed[], sent: [] as Sent[] };
  const says: Stage["says"] = { ...replies(), home: [{ part: "text", text: t`the page` }], afterMs: 0 };
  const warnings: Stage["warnings"] = [];
  const log = recorder(warnings);
  const answer = async <T>(list: T[], what: T, reply: () => Reply) => {
    list.push(what);
    await systemClock.until(Date.now() + says.afterMs);
    return reply();
  };
  const answerer = {
    typed: (one: Typed) => answer(asked.typed, one, () => says.typed),
    pressed: (one: Pressed) => answer(asked.pressed, one, () => says.pressed),
    sent: (one: Sent) => answer(asked.sent, one, () => says.sent),
    late: () => ({ text: t`still at it` }),
    home: async () => {
      await says.beforeHome?.();
      return says.home;
    },
  };
  const tokens = server ? { signingSecret: slack.signingSecret } : { appToken: slack.appToken };
  const settings = { botToken: slack.botToken, apiUrl: slack.apiUrl, ...tokens };
  const parts = { clock, log };
  const clients = slackClients(slack.botToken, clientOptions(slack.apiUrl, log), parts);
  const app = slackApp(settings, { client: clients.urgent, answerer, ...parts, ...(meters && { meters }) });
  server?.on("request", app.listener as RequestListener);
  await app.start({ botId: "B0BOT", botUserId: "U0BOT" });
  const ephemeral = (who = YOU) => slack.messages(CHANNEL, { as: who }).filter(({ onlyFor }) => onlyFor === who);
  return {
    slack,
    clients,
    client: clients.usual,
    ...asked,
    says,
    warnings,
    ephemeral,
    seen: (text, who) => slack.waitFor(() => ephemeral(who).find((one) => words(one).includes(text))),
    told: (text, who = YOU) => slack.waitFor(() => slack.directMessages(who).find((one) => words(one).includes(text))),
    async stop() {
      await app.stop();
      await slack.close();
      server?.close();
      server?.closeAllConnections();
    },
  };
}

async function listening(): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

const replies = () => ({ typed: { text: t`typed` }, pressed: { text: t`pressed` }, sent: { text: t`sent` } });

function recorder(warnings: Stage["warnings"]): Log {
  const quiet = () => undefined;
  const note = (message: string, fields: Record<string, unknown> = {}) => void warnings.push({ message, fields });
  return { debug: quiet, info: quiet, warn: note, error: note };
}

export const button = (parts: Partial<Button> = {}): Button => ({
  action: "line:wait",
  value: "target/web/production",
  label: "Wait in line for web",
  style: "plain",
  ...parts,
});

/** Words with buttons below them. */
export const withButtons = (text: string, ...buttons: Button[]): Reply => ({
  text: [text],
  parts: [
    { part: "text", text: [text] },
    { part: "buttons", buttons },
  ],
});

export const withForm = (parts: Partial<Form> = {}): Reply => ({
  text: t`type the reason behind the command`,
  form: {
    action: "lock:take",
    value: "target/web/production",
    title: "Take over web",
    submit: "Take over",
    text: t`web is locked.`,
    input: { label: "Why", hint: "What cannot wait", initial: "", mostCharacters: 200 },
    ...parts,
  },
});
