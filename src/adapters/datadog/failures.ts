// Turns what went wrong into the closed list of the port, with one line for people. Knows no question.

import type { z } from "zod";
import { withoutLogins } from "../../deploy/secrets.ts";
import type { FromMetrics, MetricsTrouble } from "../../ports/metrics.ts";

export type Failure = Extract<FromMetrics<never>, { ok: false }>;

/** An answer as it came, whatever it says. */
export interface Reply {
  ok: true;
  status: number;
  headers: Headers;
  text: string;
}

export class TooLarge extends Error {}

const longestDetail = 300;

/** One line of at most 300 characters, keys blotted out. */
export function line(text: string, keys: string[]): string {
  let plain = withoutLogins(text);
  for (const key of keys) if (key.length >= 8) plain = plain.replaceAll(key, "[key]");
  plain = plain.replace(/[\s\p{C}]+/gu, " ").trim();
  return plain.length > longestDetail ? `${plain.slice(0, longestDetail - 1)}…` : plain;
}

/** A shape that is not the documented one is never read as an answer. */
export const garbled = (detail: string): Failure => ({ ok: false, trouble: "garbled", detail: line(detail, []) });

/** Where a body is not as documented, such as `data.attributes.times: expected array`. */
export function place(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join(".") || "body"}: ${issue?.message ?? "unknown"}`;
}

/** What an answer that is not a success means. */
export function fromStatus(reply: Reply): Failure {
  const trouble = troubleOf(reply);
  const told = trouble === "rateLimited" || reply.status === 503 ? retryAfterMs(reply.headers) : undefined;
  const again = told ?? (trouble === "rateLimited" ? OWN_PAUSE_MS : undefined);
  const detail = `HTTP ${reply.status}: ${words(reply)}`;
  return { ok: false, trouble, detail, ...(again === undefined ? {} : { retryAfterMs: again }) };
}

function troubleOf({ status, text }: Reply): MetricsTrouble {
  if (status === 429) return "rateLimited";
  if (status === 401 || status === 403) return "keysRefused";
  if (status === 408) return "timedOut";
  if (status >= 500) return "serviceError";
  // A proxy says these too, in HTML; then nobody has looked at the query or for the monitor.
  if (status < 400 || saidErrors(text) === null) return "garbled";
  return status === 404 ? "notFound" : "queryRefused";
}

/** What an answer says to people, were it Datadog or a proxy that wrote it. */
export function words({ status, headers, text }: Reply): string {
  if (status >= 300 && status < 400) return `sent elsewhere, to ${headers.get("location") ?? "nowhere"}`;
  const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1];
  return saidErrors(text) ?? (title === undefined ? text || "an empty answer" : `a web page, "${title.trim()}"`);
}

/** The words of Datadog's error body, as strings or as objects; null when it is none. */
function saidErrors(text: string): string | null {
  try {
    return errorsInside(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Errors in a body, wherever Datadog puts them: at the top, beside `data`, or inside it. Null when there are none. */
export function errorsInside(body: unknown): string | null {
  if (typeof body !== "object" || body === null) return null;
  const { errors, error, data, attributes } = body as Record<string, unknown>;
  const said = [errors, error].flat().flatMap((one) => wordsOf(one) ?? []);
  if (said.length > 0) return said.join("; ");
  return errorsInside(data) ?? errorsInside(attributes);
}

function wordsOf(error: unknown): string | null {
  if (error === undefined || error === null || error === "" || error === false) return null;
  if (typeof error === "string") return error;
  if (typeof error !== "object") return String(error);
  const { title, detail, message } = error as Record<string, unknown>;
  const parts = [title, detail, message].filter((part) => typeof part === "string");
  return parts.length > 0 ? parts.join(": ") : JSON.stringify(error);
}

const leastAgainMs = 1000;
const mostAgainMs = 3_600_000;

/** The pause after a 429 that does not say how long it is for. */
export const OWN_PAUSE_MS = 10_000;

/** `X-RateLimit-Reset` or `Retry-After` in seconds, kept between a second and an hour. */
export function retryAfterMs(headers: Headers): number | undefined {
  const seconds = number(headers.get("x-ratelimit-reset")) ?? number(headers.get("retry-after"));
  return seconds === undefined ? undefined : Math.min(mostAgainMs, Math.max(leastAgainMs, seconds * 1000));
}

/** What a header says, where it is a number of something. */
export function number(text: string | null): number | undefined {
  return /^\d{1,12}(\.\d{1,9})?$/.test(text?.trim() ?? "") ? Number(text) : undefined;
}

const tookTooLong = new Set([
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
]);

export interface Ending {
  timedOut: boolean;
  givenUp: boolean;
  timeoutMs: number;
}

/** What it means that no whole answer came. */
export function fromNetwork(error: unknown, ending: Ending): Failure {
  if (ending.givenUp) return { ok: false, trouble: "timedOut", detail: "nobody waits for the answer any more" };
  if (ending.timedOut)
    return { ok: false, trouble: "timedOut", detail: `no whole answer within ${ending.timeoutMs / 1000} s` };
  const cause = (error as { cause?: { name?: unknown; code?: unknown; message?: unknown } }).cause;
  const code = typeof cause?.code === "string" ? cause.code : "";
  const detail = [code, cause?.message ?? (error as Error).message].filter(Boolean).join(": ");
  // The answer was not HTTP: a code of Node's own fetch, a name once Slack's client has brought its undici. Z: not compressed as it said.
  const strange = error instanceof TooLarge || /^(HPE_|Z_)/.test(code) || cause?.name === "HTTPParserError";
  return { ok: false, trouble: strange ? "garbled" : tookTooLong.has(code) ? "timedOut" : "unreachable", detail };
}
