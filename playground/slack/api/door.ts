// The way into the Web API over HTTP: reads the body, checks token and scopes, lets faults happen, keeps the log of calls.

import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { CallFault } from "../faults.ts";
import { readBody, sendJson } from "../http.ts";
import { type Fields, fields, parsed, text } from "../json.ts";
import { secret } from "../names.ts";
import { Refused } from "../refused.ts";
import type { Stand } from "../stand.ts";
import { Asked, type Method } from "./method.ts";
import { methods } from "./methods.ts";

/** A playground may run for days. */
const MOST_KEPT = 5_000;

interface Answer {
  status: number;
  body: Fields;
  headers?: Record<string, string>;
}

/** Answers `POST /api/<name>`. */
export async function answerCall(stand: Stand, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", stand.origin);
  const name = url.pathname.slice("/api/".length);
  const { token: given, ...args } = {
    ...Object.fromEntries(url.searchParams),
    ...argumentsOf(request, await readBody(request)),
  };
  const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? text(given);
  const fault = stand.faults.takeForCall(name);
  if (fault?.kind === "silence") return;
  const answer = instead(fault) ?? (await run(stand, { name, token, args }));
  const call = { method: name, args: readable(args), answer: answer.body, httpStatus: answer.status, at: Date.now() };
  stand.calls.push(call);
  if (stand.calls.length > MOST_KEPT) stand.calls.shift();
  stand.workspace.changes.tell({ kind: "call", call });
  if (fault?.kind === "slow") await pause(fault.delayMs, undefined, { ref: false });
  if (fault?.kind === "loseAnswer") return void response.destroy();
  const headers = {
    "x-slack-req-id": secret(16),
    "x-oauth-scopes": scopesOf(stand, token).join(","),
    ...answer.headers,
  };
  sendJson(response, answer.status, { body: answer.body, headers });
}

function argumentsOf(request: IncomingMessage, body: Buffer): Fields {
  const isJson = request.headers["content-type"]?.startsWith("application/json") ?? false;
  return isJson ? fields(parsed(body.toString())) : Object.fromEntries(new URLSearchParams(body.toString()));
}

/** JSON arguments come as text in forms; in the log they are what they mean. */
function readable(args: Fields): Fields {
  const open = (value: unknown): unknown =>
    typeof value === "string" && /^[[{]/.test(value) ? (parsed(value) ?? value) : value;
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, open(value)]));
}

function instead(fault: CallFault | undefined): Answer | undefined {
  if (fault?.kind === "rateLimit") {
    return {
      status: 429,
      body: { ok: false, error: "ratelimited" },
      headers: fault.retryAfterSeconds === undefined ? {} : { "retry-after": String(fault.retryAfterSeconds) },
    };
  }
  if (fault?.kind === "status") return { status: fault.status, body: { ok: false, error: "internal_error" } };
  if (fault?.kind === "error") return { status: 200, body: { ok: false, error: fault.error } };
  return undefined;
}

async function run(stand: Stand, call: { name: string; token: string; args: Fields }): Promise<Answer> {
  try {
    const method = methods[call.name];
    if (!method || !Object.hasOwn(methods, call.name)) throw new Refused("unknown_method", { req_method: call.name });
    checkToken(stand, method, call.token);
    const body = await method.run(new Asked(stand, call.args));
    return { status: 200, body: { ok: true, ...body } };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { status: 200, body: { ok: false, error: error.error, ...error.more } };
  }
}

function checkToken(stand: Stand, method: Method, token: string): void {
  if (token === "") throw new Refused("not_authed");
  if (token !== stand.tokens.bot && token !== stand.tokens.app) throw new Refused("invalid_auth");
  if (token !== stand.tokens[method.token]) throw new Refused("not_allowed_token_type");
  const provided = scopesOf(stand, token);
  if (method.scopes.length > 0 && !method.scopes.some((one) => provided.includes(one))) {
    throw new Refused("missing_scope", { needed: method.scopes.join(","), provided: provided.join(",") });
  }
}

function scopesOf(stand: Stand, token: string): string[] {
  if (token === stand.tokens.app) return stand.tokens.appScopes;
  return token === stand.tokens.bot ? stand.manifest.botScopes : [];
}
