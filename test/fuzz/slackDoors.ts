// The real Slack app behind both of its doors: signed requests of any body, and a socket that is sent any envelope. Knows no command.

import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { signed } from "../../playground/slack/delivery/requests.ts";
import { type SlackApp, type SlackSettings, slackApp } from "../../src/adapters/slack/app.ts";
import { clientOptions, slackClients } from "../../src/adapters/slack/client.ts";
import { systemClock } from "../../src/adapters/system/clock.ts";
import { t } from "../../src/chat/text.ts";

const ANSWERED_WITHIN_MS = 15_000;
const SECRET = "a-signing-secret";
const IDENTITY = { botId: "B0BOT", botUserId: "U0BOT" };

export interface Heard {
  /** What reached the one who answers. */
  asked: string[];
  /** What the app logged as an error. */
  errors: string[];
}

export interface Door extends Heard {
  send(body: string, type: string): Promise<number>;
  stop(): Promise<void>;
}

function appOf(settings: Partial<SlackSettings>, heard: Heard): SlackApp {
  const quiet = () => {};
  const error = (message: string, fields?: Record<string, unknown>) =>
    void heard.errors.push(`${message} ${fields?.error ?? ""}`);
  const answer = async (what: unknown) => {
    heard.asked.push(JSON.stringify(what));
    return { text: t`answered` };
  };
  const answerer = {
    typed: answer,
    pressed: answer,
    sent: answer,
    home: async () => [],
    late: () => ({ text: t`wait` }),
  };
  const log = { debug: quiet, info: quiet, warn: quiet, error };
  const clock = systemClock;
  const all = { botToken: "xoxb-1", apiUrl: "", ...settings };
  const client = slackClients(all.botToken, clientOptions(all.apiUrl, log), { clock, log }).urgent;
  return slackApp(all, { client, answerer, clock, log });
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

async function listening(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** Slack's Web API as far as an app needs it that is not believed: everything works. */
function api(url: () => string): RequestListener {
  return (request, response) => {
    const opens = request.url?.endsWith("apps.connections.open");
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ ok: true, channel: { id: "D1" }, ...(opens ? { url: url() } : {}) }));
  };
}

/** `send` resolves with the status of the answer. */
export async function httpDoor(): Promise<Door> {
  const heard: Heard = { asked: [], errors: [] };
  const web = await listening(api(() => ""));
  const app = appOf({ signingSecret: SECRET, apiUrl: `http://127.0.0.1:${portOf(web)}/api/` }, heard);
  await app.start(IDENTITY);
  const server = await listening(app.listener as RequestListener);
  return {
    ...heard,
    async send(body, type) {
      const headers = { ...signed(body, SECRET), "content-type": type };
      const url = `http://127.0.0.1:${portOf(server)}/slack/events`;
      const asked = fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(ANSWERED_WITHIN_MS) });
      const answer = await asked.catch((error: unknown) => {
        throw new Error(`${error}, asked with ${type}: ${body.slice(0, 1_000)}`);
      });
      await answer.arrayBuffer();
      return answer.status;
    },
    async stop() {
      await app.stop();
      for (const one of [web, server]) {
        one.closeAllConnections();
        one.close();
      }
    },
  };
}

/** `send` puts the body on the socket as it is, and resolves with 200 once it has been heard. */
export async function socketDoor(): Promise<Door> {
  const heard: Heard = { asked: [], errors: [] };
  const sockets: WebSocket[] = [];
  const wss = new WebSocketServer({ noServer: true });
  const web = await listening(api(() => `ws://127.0.0.1:${portOf(web)}/link`));
  web.on("upgrade", (request, socket, head) =>
    wss.handleUpgrade(request, socket, head, (connected) => {
      sockets.push(connected);
      connected.send(JSON.stringify({ type: "hello", num_connections: 1, connection_info: { app_id: "A0APP" } }));
    }),
  );
  const app = appOf({ appToken: "xapp-1-x", apiUrl: `http://127.0.0.1:${portOf(web)}/api/` }, heard);
  await app.start(IDENTITY);
  return {
    ...heard,
    async send(body) {
      const socket = sockets.at(-1);
      if (socket?.readyState !== socket?.OPEN) throw new Error("the app has no open socket");
      socket?.send(body);
      // What was sent before a ping has been heard when its answer comes.
      await new Promise<void>((resolve) => {
        socket?.once("pong", () => resolve());
        socket?.ping();
      });
      return 200;
    },
    async stop() {
      await app.stop();
      wss.close();
      web.closeAllConnections();
      web.close();
    },
  };
}
