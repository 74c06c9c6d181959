// The bot's own HTTP server: health, runbook pages, and in HTTP mode Slack's requests. Knows no deploy.

import { once } from "node:events";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Runbook } from "../config/runbooks.ts";
import { indexPage, runbookPage } from "./runbookPages.ts";

export interface Health {
  ok: boolean;
  /** By part, in words. */
  parts: Record<string, string>;
}

export interface WebParts {
  port: number;
  /** Address to listen on; every interface when left out. */
  host?: string | undefined;
  health(): Promise<Health>;
  runbooks: Map<string, Runbook>;
  /** Slack's requests, in HTTP mode. */
  slack: { path: string; listener: RequestListener } | null;
}

const BAD_REQUEST = { status: 400, type: "text/plain", body: "This address cannot be read.\n" };

/** Rejects with a sentence when the port cannot be had. */
export async function startWeb(parts: WebParts): Promise<{ port: number; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    const [path = "/"] = (request.url ?? "/").split("?");
    if (parts.slack && path === parts.slack.path) return parts.slack.listener(request, response);
    void answer(path, parts, response).catch(() => send(response, BAD_REQUEST));
  });
  server.requestTimeout = 10_000;
  server.listen(parts.port, parts.host);
  await once(server, "listening").catch((error: NodeJS.ErrnoException) => {
    const why = error.code === "EADDRINUSE" ? "something else listens there" : error.message;
    throw new Error(`Port ${parts.port} cannot be used: ${why}. Set PORT to another one.`);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function answer(path: string, { health, runbooks }: WebParts, response: ServerResponse): Promise<void> {
  if (path === "/healthz") {
    const state = await health();
    return send(response, {
      status: state.ok ? 200 : 503,
      type: "application/json",
      body: `${JSON.stringify(state)}\n`,
    });
  }
  if (path === "/runbooks" || path === "/runbooks/")
    return send(response, { status: 200, type: "text/html", body: indexPage(runbooks) });
  const file = path.startsWith("/runbooks/") ? decodeURIComponent(path.slice("/runbooks/".length)) : null;
  const runbook = file === null ? undefined : runbooks.get(file);
  if (runbook) return send(response, { status: 200, type: "text/html", body: runbookPage(runbook) });
  send(response, { status: 404, type: "text/plain", body: "There is nothing here. /healthz and /runbooks are.\n" });
}

function send(response: ServerResponse, { status, type, body }: { status: number; type: string; body: string }): void {
  response.writeHead(status, {
    "content-type": `${type}; charset=utf-8`,
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:",
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}
