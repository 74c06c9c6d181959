// Which address leads where. Refuses what comes from other web pages; knows nothing of what the addresses do.

import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { answerCall } from "./api/door.ts";
import { answerControl, type Controls } from "./controls.ts";
import { answerResponseUrl } from "./delivery/respond.ts";
import { readBody, sendJson, sendText } from "./http.ts";
import { answerPage } from "./page-acts.ts";
import type { PageStreams } from "./page-streams.ts";
import type { Stand } from "./stand.ts";

export interface Site {
  stand: Stand;
  controls: Controls;
  streams: PageStreams;
}

const types: Record<string, string> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/** Images may come from loopback only, and nothing but the page's own scripts runs. */
const POLICY =
  "default-src 'self'; img-src 'self' data: http://127.0.0.1:*; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

export async function answerRequest(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    if (!isFromHere(request)) sendText(response, 403, "Only this machine's own pages and programs may ask.");
    else await route(site, request, response);
  } catch (error) {
    if (response.headersSent) return void response.destroy();
    sendJson(response, 500, {
      body: { ok: false, error: "fatal_error", detail: error instanceof Error ? error.message : "" },
    });
  }
}

/** A page elsewhere on the web can make a browser send requests to loopback; its name or origin gives it away. */
function isFromHere(request: IncomingMessage): boolean {
  const local = /^(127\.0\.0\.1|localhost)(:\d+)?$/;
  const { host = "", origin } = request.headers;
  return local.test(host) && (origin === undefined || local.test(origin.replace(/^http:\/\//, "")));
}

async function route(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { stand, controls, streams } = site;
  const { pathname } = new URL(request.url ?? "/", stand.origin);
  const [, first = "", second = ""] = pathname.split("/");
  if (first === "api") return answerCall(stand, request, response);
  if (first === "respond" && request.method === "POST") return answerResponseUrl(stand, request, response);
  if (first === "upload" && request.method === "POST") return takeUpload(stand, request, response);
  if (first === "_control" && request.method === "POST") return answerControl(controls, request, response);
  if (first === "page" && second === "events") return streams.open(request, response);
  if (first === "page") return answerPage(stand, request, response);
  if (first === "files") return giveFile(stand, second, response);
  if (first === "" || first === "archives") return giveAsset("index.html", response);
  if (first === "assets") return giveAsset(second, response);
  sendText(response, 404, "There is nothing at this address.");
}

async function giveAsset(name: string, response: ServerResponse): Promise<void> {
  const type = types[name.split(".").at(-1) ?? ""];
  const isPlain = /^[a-z0-9-]+\.[a-z]+$/.test(name);
  const content =
    isPlain && type ? await readFile(new URL(`page/${name}`, import.meta.url)).catch(() => undefined) : undefined;
  if (!content) return sendText(response, 404, "There is nothing at this address.");
  const headers = {
    "content-type": type,
    "cache-control": "no-cache",
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
  };
  response.writeHead(200, headers);
  response.end(content);
}

function giveFile(stand: Stand, id: string, response: ServerResponse): void {
  const file = stand.files.find(id);
  if (!file?.content) {
    sendText(response, 404, "There is no such file.");
    return;
  }
  response.writeHead(200, {
    "content-type": file.mimeType,
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox",
  });
  response.end(file.content);
}

/** The bytes as they are, or as the first part of a multipart form, which is how the SDK sends them. */
async function takeUpload(stand: Stand, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const file = stand.files.announced((request.url ?? "").split("/").at(-1) ?? "");
  const body = await readBody(request);
  if (!file) return sendText(response, 404, "There is no such upload.");
  const boundary = /boundary="?([^";]+)/.exec(request.headers["content-type"] ?? "")?.[1];
  file.content = boundary ? firstPart(body, boundary) : body;
  sendText(response, 200, `OK - ${file.content.length}`);
}

function firstPart(body: Buffer, boundary: string): Buffer {
  const start = body.indexOf("\r\n\r\n") + 4;
  const end = body.indexOf(`\r\n--${boundary}`, start);
  return body.subarray(start, end < 0 ? undefined : end);
}
