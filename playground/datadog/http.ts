// One request in, one answer out, over HTTP on loopback. Knows no metrics: the routes say what there is.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { breakConnection, type Endpoint, type Faults, instead, spoil, tooMany } from "./faults.ts";
import type { Limits } from "./limits.ts";
import { type Answer, Refused } from "./refused.ts";

export interface Asked {
  /** What the parentheses of the route's path caught. */
  name: string;
  params: URLSearchParams;
  /** Parsed JSON; undefined when there was none. */
  body: unknown;
}

export interface Route {
  method: "GET" | "POST";
  path: RegExp;
  /** Null for pages and control, which take no keys and never go wrong. */
  endpoint: Endpoint | null;
  keys: "both" | "api" | "none";
  answer(asked: Asked): Answer;
}

/** A request that came in, without its keys. */
export interface Seen {
  method: string;
  path: string;
  params: Record<string, string>;
  body: unknown;
  endpoint: Endpoint | null;
  /** Milliseconds since 1970. */
  at: number;
}

export interface Backend {
  routes: Route[];
  faults: Faults;
  limits: Limits;
  requests: Seen[];
  apiKey: string;
  appKey: string;
  now(): number;
}

const mostRequests = 5000;

export async function listen(backend: Backend, port: number): Promise<{ url: string; close(): Promise<void> }> {
  const pending = new Set<NodeJS.Timeout>();
  const server = createServer((request, response) => {
    receive(backend, request, response, pending).catch((error: unknown) => {
      if (!(error instanceof Refused) && !response.destroyed) console.error("the Datadog stand-in failed:", error);
      send(response, error instanceof Refused ? error.answer : { status: 500, body: { errors: ["Internal error"] } });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      for (const timer of pending) clearTimeout(timer);
      return stop(server);
    },
  };
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function receive(
  backend: Backend,
  request: IncomingMessage,
  response: ServerResponse,
  pending: Set<NodeJS.Timeout>,
) {
  const { pathname, searchParams: params } = new URL(request.url ?? "/", "http://stand-in");
  const route = backend.routes.find((one) => one.method === request.method && one.path.test(pathname));
  const text = await readText(request);
  const body = parse(text);
  const { method = "GET" } = request;
  backend.requests.push({
    ...{ method, path: pathname, params: Object.fromEntries(params), body },
    ...{ endpoint: route?.endpoint ?? null, at: backend.now() },
  });
  if (backend.requests.length > mostRequests) backend.requests.splice(0, mostRequests / 2);
  const fault = route?.endpoint ? backend.faults.take(route.endpoint) : null;
  if (breakConnection(fault, response)) return;
  if (fault?.kind === "slow") await wait(fault.delayMs, pending);
  const replaced = fault && instead(fault);
  if (replaced) return send(response, replaced);
  if (!route) throw new Refused(404, "Not found");
  checkKeys(backend, route, request);
  if (text && body === undefined) throw new Refused(400, "Invalid JSON");
  const limited = route.endpoint ? backend.limits.take(route.endpoint) : null;
  for (const [header, value] of Object.entries(limited?.headers ?? {})) response.setHeader(header, value);
  if (limited?.over) return send(response, { status: 429, body: tooMany });
  const name = decodeURIComponent(route.path.exec(pathname)?.[1] ?? "");
  send(response, spoil(fault, route.answer({ name, params, body })));
}

function checkKeys({ apiKey, appKey }: Backend, route: Route, { headers }: IncomingMessage): void {
  if (route.keys === "none") return;
  if (!headers["dd-api-key"]) throw new Refused(403, "API key required");
  if (headers["dd-api-key"] !== apiKey) throw new Refused(403, "Forbidden");
  if (route.keys === "both" && headers["dd-application-key"] !== appKey) throw new Refused(403, "Forbidden");
}

async function readText(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

function parse(text: string): unknown {
  try {
    return text ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function wait(delayMs: number, pending: Set<NodeJS.Timeout>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      pending.delete(timer);
      resolve();
    }, delayMs);
    pending.add(timer);
  });
}

function send(response: ServerResponse, { status, body, contentType = "application/json", headers }: Answer): void {
  if (response.destroyed) return;
  response.writeHead(status, { "Content-Type": contentType, ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}
