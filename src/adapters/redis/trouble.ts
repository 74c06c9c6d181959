// What an error of the Redis client means: the request was not taken, its answer was lost, the keys live elsewhere, or it is a bug. Knows no command.

import {
  ClientClosedError,
  ClientOfflineError,
  DisconnectsClientError,
  ErrorReply,
  SocketClosedUnexpectedlyError,
  SocketTimeoutError,
  TimeoutError,
} from "redis";
import { StoreUnreachable } from "../../ports/journal.ts";

export interface Node {
  host: string;
  port: number;
}

/**
 * Redis looks at all of this before a script's first write, so nothing was written. Redis 6.2 wraps what a command inside a script says:
 * `ERR Error running script (…): @user_script:9: -READONLY …`.
 */
const NOT_NOW =
  /^(?:ERR Error running script.* -)?(LOADING|READONLY|MISCONF|CLUSTERDOWN|OOM|MASTERDOWN|NOREPLICAS|TRYAGAIN|ASK|MOVED|BUSY|NOAUTH|NOPERM|UNBLOCKED) /;
const MOVED = /^MOVED \d+ (.*):(\d+)$/;

/** The client rejects with these what it has not sent. */
const NOT_SENT = [ClientOfflineError, ClientClosedError, TimeoutError];
const ANSWER_LOST = [DisconnectsClientError, SocketClosedUnexpectedlyError, SocketTimeoutError];

/** `error` as the callers of the store may know it; what is not about reaching Redis stays as it is, because it is a bug. */
export function storeError(error: unknown): unknown {
  const refused = refusalIn(error);
  if (refused !== null) return unreachable("no", `Redis does not take it (${refused})`, error);
  if (NOT_SENT.some((kind) => error instanceof kind)) return unreachable("no", "Redis cannot be reached", error);
  if (ANSWER_LOST.some((kind) => error instanceof kind) || isSocketError(error))
    return unreachable("unknown", "the answer of Redis was lost", error);
  return error;
}

/** The code of an answer that says that Redis did nothing, such as `READONLY`; null for all others. */
export function refusalIn(error: unknown): string | null {
  return error instanceof ErrorReply ? (NOT_NOW.exec(error.message)?.[1] ?? null) : null;
}

/** Which node of a cluster has the keys, when that is what the answer says. Without a host it is another port of the node that answered. */
export function ownerNamed(error: unknown): Node | null {
  const found = error instanceof ErrorReply ? MOVED.exec(error.message) : null;
  return found === null ? null : { host: found[1] ?? "", port: Number(found[2]) };
}

function unreachable(done: "no" | "unknown", message: string, cause: unknown): StoreUnreachable {
  return new StoreUnreachable(message, { done, cause });
}

/** Errors of the operating system carry the call that failed: ECONNRESET of `read`, EPIPE of `write`. */
function isSocketError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}
