// What can be made to go wrong, per endpoint. Knows the shapes of trouble and nothing of metrics.

import type { ServerResponse } from "node:http";
import { z } from "zod";
import type { Answer } from "./refused.ts";

export const endpoints = [
  "timeseries",
  "scalar",
  "query",
  "validate",
  "monitor",
  "monitors",
  "monitorSearch",
  "postEvent",
  "events",
  "eventsSearch",
  "dashboard",
] as const;
export type Endpoint = (typeof endpoints)[number];

/** One thing that goes wrong. `cut`, `cutBody` and `hang` are about the connection; the last five change a real answer. */
export const fault = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("unauthorized") }),
  z.object({ kind: z.literal("forbidden") }),
  z.object({ kind: z.literal("notFound") }),
  z.object({ kind: z.literal("rateLimited"), resetS: z.number().default(7) }),
  z.object({ kind: z.literal("rateLimitedBare") }),
  z.object({ kind: z.literal("serverError"), status: z.int().default(500) }),
  z.object({ kind: z.literal("html"), status: z.int().default(200) }),
  z.object({ kind: z.literal("empty"), status: z.int().default(200) }),
  z.object({ kind: z.literal("invalidJson") }),
  /** Exactly this answer; `body` is sent as JSON unless it is a string. */
  z.object({
    kind: z.literal("answer"),
    status: z.int().default(200),
    body: z.unknown(),
    contentType: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  z.object({ kind: z.literal("cut") }),
  z.object({ kind: z.literal("cutBody") }),
  z.object({ kind: z.literal("hang") }),
  z.object({ kind: z.literal("slow"), delayMs: z.number() }),
  z.object({ kind: z.literal("nulls") }),
  z.object({ kind: z.literal("errorsBeside"), text: z.string().default("Query timed out") }),
  z.object({ kind: z.literal("errorsInside"), text: z.string().default("Query timed out") }),
]);
export type Fault = z.input<typeof fault>;
type Read = z.output<typeof fault>;

export interface Faults {
  /** The next `times` requests to the endpoint go wrong; for good when left out. The newest fault counts. */
  set(endpoint: Endpoint | "any", fault: Fault, times?: number): void;
  clear(): void;
  /** The fault for this request, which uses it up. */
  take(endpoint: Endpoint): Read | null;
}

export function rememberFaults(): Faults {
  let all: { endpoint: Endpoint | "any"; fault: Read; left: number }[] = [];
  return {
    set: (endpoint, wanted, times = Number.POSITIVE_INFINITY) => {
      all.unshift({ endpoint, fault: fault.parse(wanted), left: times });
    },
    clear: () => {
      all = [];
    },
    take(endpoint) {
      const found = all.find((one) => one.left > 0 && (one.endpoint === endpoint || one.endpoint === "any"));
      if (found) found.left -= 1;
      return found?.fault ?? null;
    },
  };
}

const page = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>";
export const tooMany = { errors: ["Rate limit of 300 requests in 3600 seconds reached. Please try again later."] };

/** The answer a fault puts in place of the real one; null when it does not. */
export function instead(fault: Read): Answer | null {
  switch (fault.kind) {
    case "unauthorized":
      return { status: 401, body: { errors: ["Unauthorized"] } };
    case "forbidden":
      return { status: 403, body: { errors: ["Forbidden"] } };
    case "notFound":
      return { status: 404, body: { errors: ["Not found"] } };
    case "rateLimited":
      return { status: 429, body: tooMany, headers: limitHeaders(fault.resetS) };
    case "rateLimitedBare":
      return { status: 429, body: page, contentType: "text/html" };
    case "serverError":
      return { status: fault.status, body: { errors: ["Internal error"] } };
    case "html":
      return { status: fault.status, body: page, contentType: "text/html" };
    case "empty":
      return { status: fault.status, body: "" };
    case "invalidJson":
      return { status: 200, body: '{"data": {"type": ' };
    case "answer":
      return fault;
    default:
      return null;
  }
}

const limitHeaders = (resetS: number) => ({
  "X-RateLimit-Limit": "300",
  "X-RateLimit-Period": "3600",
  "X-RateLimit-Remaining": "0",
  "X-RateLimit-Reset": String(resetS),
  "X-RateLimit-Name": "query_timeseries",
});

/** Whether the fault is about the connection; then it has been dealt with here. */
export function breakConnection(fault: Read | null, response: ServerResponse): boolean {
  if (fault?.kind === "cut") response.destroy();
  else if (fault?.kind === "cutBody") {
    response.writeHead(200, { "Content-Type": "application/json", "Content-Length": 1000 });
    response.write('{"data": ', () => response.destroy());
  } else return fault?.kind === "hang";
  return true;
}

/** Changes a real answer as the fault says. */
export function spoil(fault: Read | null, answer: Answer): Answer {
  if (fault?.kind === "nulls") return { ...answer, body: withoutValues(answer.body) };
  if (fault?.kind === "errorsBeside") return { ...answer, body: { ...(answer.body as object), errors: fault.text } };
  if (fault?.kind !== "errorsInside") return answer;
  const body = answer.body as { data?: object };
  return { ...answer, body: { ...body, data: { ...body.data, errors: [fault.text] } } };
}

function withoutValues(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body), (key, value) => (key === "values" ? emptied(value) : value));
}

const emptied = (value: unknown): unknown => (Array.isArray(value) ? value.map(emptied) : null);
