// What Slack's client throws, in the port's terms: done or not, worth another try or not. The client's messages hold no token.

import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from "@slack/web-api";
import type { FromThread, ThreadTrouble } from "../../ports/thread.ts";
import { OverLimit } from "./limits.ts";

type Failure = Extract<FromThread<never>, { ok: false }>;

/** Slack's own words for "try again": whether it was done is not known. */
const PASSING = new Set([
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "team_added_to_org",
]);
/** What Slack says of a channel, a person or a message; anything else it says is about what was sent. */
const MEANS: Record<Exclude<ThreadTrouble, "rateLimited" | "unreachable" | "unknown" | "refused">, RegExp> = {
  shut: /^(?:is_archived|not_in_channel|channel_not_found|restricted_action.*|messages_tab_disabled|cannot_dm_bot|users?_not_(?:found|visible)|user_disabled|missing_scope|no_permission|ekm_access_denied|is_inactive|team_access_not_granted|method_not_supported_for_channel_type|slack_connect_.*)$/,
  barred:
    /^(?:token_revoked|token_expired|account_inactive|invalid_auth|not_authed|not_allowed_token_type|access_denied|accesslimited|org_login_required|two_factor_setup_required|enterprise_is_restricted|team_disabled)$/,
  fixed: /^(?:edit_window_closed|cant_update_message)$/,
  gone: /^(?:message_not_found|thread_not_found|cannot_reply_to_message)$/,
};
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
  if (error instanceof OverLimit) {
    return { ok: false, trouble: "rateLimited", detail: error.message, retryAfterMs: error.retryAfterMs };
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
  return { ok: false, trouble: PASSING.has(data.error) ? "unknown" : meant(data.error), detail };
}

function meant(error: string): ThreadTrouble {
  const kinds = Object.keys(MEANS) as (keyof typeof MEANS)[];
  return kinds.find((kind) => MEANS[kind].test(error)) ?? "refused";
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
