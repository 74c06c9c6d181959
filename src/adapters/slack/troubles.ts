// What Slack's client throws, in the port's terms: done or not, worth another try or not. The client's messages hold no token.

import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from "@slack/web-api";
import type { FromThread } from "../../ports/thread.ts";

type Failure = Extract<FromThread<never>, { ok: false }>;

/** Slack's own words for "try again": whether it was done is not known. */
const PASSING = new Set([
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "team_added_to_org",
]);
/** The connection was never made, so nothing was done. */
const NEVER_ARRIVED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

export function troubleOf(error: unknown): Failure {
  if (error instanceof WebAPIRateLimitedError) {
    return {
      ok: false,
      trouble: "rateLimited",
      detail: "Slack limits our requests",
      retryAfterMs: error.retryAfter * 1_000,
    };
  }
  if (error instanceof WebAPIPlatformError) return fromPlatform(error);
  if (error instanceof WebAPIHTTPError) {
    return { ok: false, trouble: "unknown", detail: `Slack answered with HTTP ${error.statusCode}` };
  }
  if (error instanceof WebAPIRequestError) {
    const code = codeOf(error.original);
    const trouble = NEVER_ARRIVED.has(code) ? "unreachable" : "unknown";
    return { ok: false, trouble, detail: `no connection: ${code || reasonOf(error.original)}` };
  }
  return { ok: false, trouble: "unknown", detail: error instanceof Error ? error.message : String(error) };
}

function fromPlatform({ data }: WebAPIPlatformError): Failure {
  const messages = (data.response_metadata as { messages?: string[] } | undefined)?.messages ?? [];
  const detail = [data.error, ...messages.slice(0, 2)].join(": ");
  if (data.error === "ratelimited" || data.error === "rate_limited")
    return { ok: false, trouble: "rateLimited", detail };
  return { ok: false, trouble: PASSING.has(data.error) ? "unknown" : "refused", detail };
}

function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "";
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return typeof code === "string" ? code : codeOf(cause);
}

/** `fetch failed` says nothing: its cause does. */
function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error ? cause.message : message;
}
