// HTTP mode: payloads as signed requests to the app's request URL. Knows no workspace.

import { createHmac } from "node:crypto";
import { type IncomingMessage, request } from "node:http";
import { parsed } from "../json.ts";
import { type Parcel, type Road, Undeliverable } from "./roads.ts";

export class Requests implements Road {
  url: string;
  readonly #signingSecret: string;

  constructor(url: string, signingSecret: string) {
    this.url = url;
    this.#signingSecret = signingSecret;
  }

  async send(parcel: Parcel, signal: AbortSignal): Promise<unknown> {
    const body = bodyOf(parcel);
    const type = parcel.kind === "events_api" ? "application/json" : "application/x-www-form-urlencoded";
    const headers = {
      "content-type": type,
      "user-agent": "Slackbot 1.0",
      ...signed(body, this.#signingSecret),
      ...(parcel.retry && { "x-slack-retry-num": parcel.retry.attempt, "x-slack-retry-reason": parcel.retry.reason }),
    };
    const answer = await post(this.url, { body, headers, signal });
    if (answer.status !== 200) throw new Undeliverable(`The app answered HTTP ${answer.status}.`);
    return parsed(answer.body) ?? answer.body;
  }
}

/** The `v0` signature over timestamp and body, as the app checks it. */
export function signed(body: string, signingSecret: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const digest = createHmac("sha256", signingSecret).update(`v0:${timestamp}:${body}`).digest("hex");
  return { "x-slack-request-timestamp": timestamp, "x-slack-signature": `v0=${digest}` };
}

function bodyOf(parcel: Parcel): string {
  if (parcel.kind === "events_api") return JSON.stringify(parcel.payload);
  if (parcel.kind === "interactive") return new URLSearchParams({ payload: JSON.stringify(parcel.payload) }).toString();
  const fields = Object.entries(parcel.payload).map(([name, value]): [string, string] => [name, String(value)]);
  return new URLSearchParams(fields).toString();
}

interface Sending {
  body: string;
  headers: Record<string, string | number>;
  signal: AbortSignal;
}

function post(url: string, sending: Sending): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(new Undeliverable(error.message));
    const headers = { ...sending.headers, "content-length": Buffer.byteLength(sending.body) };
    const asked = request(url, { method: "POST", agent: false, headers, signal: sending.signal }, async (answer) => {
      resolve({ status: answer.statusCode ?? 0, body: await whole(answer).catch(() => "") });
    });
    asked.on("error", fail);
    asked.end(sending.body);
  });
}

async function whole(answer: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part);
  return Buffer.concat(parts).toString();
}
