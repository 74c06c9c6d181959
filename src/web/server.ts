// The bot's own HTTP server: health, metrics, runbook pages, and in HTTP mode Slack's requests. Knows no deploy.

import { once } from "node:events";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Runbook } from "../config/runbooks.ts";
import type { Log } from "../ports/log.ts";
import { indexPage, runbookPage } from "./runbookPages.ts";

export interface WebParts {
  port: number;
  /** Address to listen on; every interface when left out. */
  host?: string | undefined;
  /** `ok`: the bot can do its work now; the rest is shown as it is. */
  health(): Promise<{ ok: boolean }>;
  metrics(): Promise<{ type: string; text: string }>;
  runbooks: Map<string, Runbook>;
  /** Slack's requests, in HTTP mode. */
  slack: { path: string; listener: RequestListener } | null;
  log: Log;
}

/** In ms and bytes. Whoever sends slower than this is cut off: Slack sends all of a request at once. */
const LIMITS = {
  headersTimeout: 3_000,
  requestTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16 * 1024,
};
const MOST_CONNECTIONS = 1_000;

const BAD_REQUEST = { status: 400, type: "text/plain", body: "This address cannot be read.\n" };
const FAULT = { status: 500, type: "text/plain", body: "The bot could not make this page.\n" };
const NOTHING = { status: 404, type: "text/plain", body: "Nothing is here: see /healthz, /metrics and /runbooks.\n" };

export interface Web {
  port: number;
  /** Takes no more requests; those that are under way are cut off once `answered` has settled. */
  stop(answered: Promise<unknown>): Promise<void>;
}

/** Rejects with a sentence when the port cannot be had. */
export async function startWeb(parts: WebParts): Promise<Web> {
  const server = createServer(LIMITS, (request, response) => {
    // Who is answered before all of it has come, such as for its size, need not send the rest.
    response.once("finish", () => request.complete || request.socket.destroySoon());
    const [path = "/"] = (request.url ?? "/").split("?");
    if (parts.slack && path === parts.slack.path) return parts.slack.listener(request, response);
    void answer(path, response, parts);
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.listen(parts.port, parts.host);
  await once(server, "listening").catch((error: NodeJS.ErrnoException) => {
    const why = error.code === "EADDRINUSE" ? "something else listens there" : error.message;
    throw new Error(`Port ${parts.port} cannot be used: ${why}. Set PORT to another one.`);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async stop(answered) {
      const closed = once(server, "close");
      server.close();
      await answered;
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(path: string, response: ServerResponse, parts: WebParts): Promise<void> {
  try {
    send(response, await pageAt(path, parts));
  } catch (error) {
    if (error instanceof URIError) return send(response, BAD_REQUEST);
    parts.log.error("a page of the bot's own web server failed", { path, error });
    send(response, FAULT);
  }
}

interface Page {
  status: number;
  type: string;
  body: string;
}

async function pageAt(path: string, { health, metrics, runbooks }: WebParts): Promise<Page> {
  switch (path) {
    case "/livez":
      return { status: 200, type: "text/plain", body: "The process answers.\n" };
    case "/healthz": {
      const state = await health();
      return { status: state.ok ? 200 : 503, type: "application/json", body: `${JSON.stringify(state)}\n` };
    }
    case "/metrics": {
      const { type, text } = await metrics();
      return { status: 200, type, body: text };
    }
    case "/runbooks":
    case "/runbooks/":
      return { status: 200, type: "text/html", body: indexPage(runbooks) };
  }
  const file = path.startsWith("/runbooks/") ? decodeURIComponent(path.slice("/runbooks/".length)) : null;
  const runbook = file === null ? undefined : runbooks.get(file);
  return runbook ? { status: 200, type: "text/html", body: runbookPage(runbook) } : NOTHING;
}

function send(response: ServerResponse, { status, type, body }: Page): void {
  response.writeHead(status, {
    "content-type": type.includes("charset=") ? type : `${type}; charset=utf-8`,
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:",
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}
