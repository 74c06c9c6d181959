// Reading and answering HTTP, the few lines that every address of the stand-in needs. Knows nothing of Slack.

import type { IncomingMessage, ServerResponse } from "node:http";

const MOST_BYTES = 20 * 1024 * 1024;

/** The whole body. Fails when it is above 20 MB or the sender hangs up. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > MOST_BYTES) throw new Error("The body is too large.");
    parts.push(part);
  }
  return Buffer.concat(parts);
}

export function sendJson(
  response: ServerResponse,
  status: number,
  answer: { body: unknown; headers?: Record<string, string> },
): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...answer.headers });
  response.end(JSON.stringify(answer.body));
}

export function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(text);
}
