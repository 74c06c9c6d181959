// One HTTP request for the client, with a deadline, kept as it came; none where a limit is used up. Knows no endpoint.

import type { client } from "@datadog/datadog-api-client";
import { type Failure, fromNetwork, type Reply, TooLarge } from "./failures.ts";
import type { Limits } from "./limits.ts";

/** The client's idea of an HTTP library, and what it heard. */
export interface Exchange {
  send(request: client.RequestContext): Promise<client.ResponseContext>;
  /** Null when nothing was sent. */
  heard(): Reply | Failure | null;
  /** Method and path, for the log. */
  request(): string;
}

/** A list of a thousand monitors with all of their groups stays far below this. */
const mostBytes = 32 * 1024 * 1024;

export function exchange(timeoutMs: number, limits: Limits, signal: AbortSignal): Exchange {
  let heard: Reply | Failure | null = null;
  let name = "";

  return {
    async send(request) {
      name = `${request.getHttpMethod()} ${new URL(request.getUrl()).pathname}`;
      const endpoint = name.replace(/\/\d+$/, "/{id}");
      heard = limits.closed(endpoint);
      if (heard) throw new Error("not sent: a limit is used up");
      const deadline = limit(timeoutMs, signal);
      try {
        const reply = await fetchText(request, deadline.signal);
        limits.heard(endpoint, reply);
        heard = reply;
        return answer(reply);
      } catch (error) {
        heard = fromNetwork(error, { timedOut: deadline.timedOut(), givenUp: signal.aborted, timeoutMs });
        throw error;
      } finally {
        deadline.end();
      }
    },
    heard: () => heard,
    request: () => name,
  };
}

async function fetchText(request: client.RequestContext, signal: AbortSignal): Promise<Reply> {
  const response = await fetch(request.getUrl(), {
    method: request.getHttpMethod(),
    headers: request.getHeaders(),
    body: request.getBody() as string | undefined,
    // Following one would hand the keys to whoever it points to.
    redirect: "manual",
    signal,
  });
  return { ok: true, status: response.status, headers: response.headers, text: await readText(response) };
}

async function readText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.byteLength;
    if (bytes > mostBytes) throw new TooLarge(`more than ${mostBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** What the client reads; that reading is not used, so it is spared the body. */
function answer(reply: Reply): client.ResponseContext {
  const body = { text: async () => "", binary: async () => Buffer.alloc(0) };
  return { httpStatusCode: reply.status, headers: {}, body } as unknown as client.ResponseContext;
}

function limit(timeoutMs: number, outer: AbortSignal) {
  const inner = new AbortController();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    inner.abort();
  }, timeoutMs);
  const giveUp = () => inner.abort();
  outer.addEventListener("abort", giveUp, { once: true });
  if (outer.aborted) giveUp();
  return {
    signal: inner.signal,
    timedOut: () => timedOut,
    end: () => {
      clearTimeout(timer);
      outer.removeEventListener("abort", giveUp);
    },
  };
}
