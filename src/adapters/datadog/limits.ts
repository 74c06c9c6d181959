// Datadog's rate limits, from the headers of its answers: what is used up is not asked for until it may be again. One of these for the whole process.
// Knows no question.

import type { Log } from "../../ports/log.ts";
import { type Failure, number, OWN_PAUSE_MS, type Reply, retryAfterMs } from "./failures.ts";

export interface Limits {
  /** Why nothing may be sent to this endpoint now; null when it may. */
  closed(endpoint: string): Failure | null;
  /** What an answer of this endpoint tells of its limit. */
  heard(endpoint: string, reply: Reply): void;
}

interface State {
  /** On the clock that is never set back; 0 when the limit was never used up. */
  closedUntil: number;
  /** Hit, and not known to be over. */
  hit: boolean;
  /** Little is left, and that was said. */
  low: boolean;
  /** Such as `300 requests in 3600 s`, as far as it is known. */
  size: string;
}

/** The part of a limit that is little. */
const LITTLE = 0.1;

export function rateLimits(log?: Log): Limits {
  /** An endpoint's limit is known by name once it has answered. */
  const names = new Map<string, string>();
  const states = new Map<string, State>();
  const stateOf = (key: string) => {
    const state = states.get(key) ?? { closedUntil: 0, hit: false, low: false, size: "" };
    states.set(key, state);
    return state;
  };
  const keyOf = (endpoint: string) => names.get(endpoint) ?? endpoint;

  return {
    closed(endpoint) {
      const key = keyOf(endpoint);
      const state = stateOf(key);
      const leftMs = state.closedUntil - performance.now();
      if (leftMs <= 0) return null;
      const detail = `the limit ${described(key, state)} is used up until ${timeIn(leftMs)}`;
      return { ok: false, trouble: "rateLimited", detail, retryAfterMs: Math.ceil(leftMs) };
    },
    heard(endpoint, reply) {
      const told = read(reply.headers);
      if (told.name) names.set(endpoint, told.name);
      const key = keyOf(endpoint);
      const state = stateOf(key);
      state.size = sizeOf(told) || state.size;
      const pauseMs = reply.status === 429 ? (retryAfterMs(reply.headers) ?? OWN_PAUSE_MS) : restMs(told, reply);
      if (pauseMs !== null) {
        state.closedUntil = Math.max(state.closedUntil, performance.now() + pauseMs);
        if (!state.hit)
          log?.warn("a limit of Datadog is used up", { limit: described(key, state), until: timeIn(pauseMs) });
        state.hit = true;
      } else if (state.closedUntil <= performance.now()) {
        if (state.hit) log?.info("a limit of Datadog is over", { limit: described(key, state) });
        state.hit = false;
        sayWhenLow(key, { state, told, log });
      }
    },
  };
}

interface Told {
  name: string | undefined;
  limit: number | undefined;
  periodS: number | undefined;
  remaining: number | undefined;
}

/** A header that is not as documented is as if it were not there. */
function read(headers: Headers): Told {
  const name = headers.get("x-ratelimit-name")?.trim();
  const of = (what: string) => number(headers.get(`x-ratelimit-${what}`));
  return {
    name: name && /^[\w.:/-]{1,80}$/.test(name) ? name : undefined,
    limit: of("limit"),
    periodS: of("period"),
    remaining: of("remaining"),
  };
}

/** How long nothing more may be sent after an answer that is none of 429; null when something may. */
function restMs({ remaining, periodS }: Told, { headers }: Reply): number | null {
  if (remaining !== 0) return null;
  // Periods are aligned to the calendar.
  return retryAfterMs(headers) ?? (periodS ? periodS * 1000 - (Date.now() % (periodS * 1000)) : null);
}

function sayWhenLow(key: string, { state, told, log }: { state: State; told: Told; log: Log | undefined }): void {
  const { remaining, limit } = told;
  if (remaining === undefined || limit === undefined) return;
  const low = remaining <= limit * LITTLE;
  if (low && !state.low) log?.warn("a limit of Datadog is nearly used up", { limit: described(key, state), remaining });
  state.low = low;
}

function sizeOf({ limit, periodS }: Told): string {
  if (limit === undefined) return "";
  return periodS === undefined ? `${limit} requests` : `${limit} requests in ${periodS} s`;
}

function described(key: string, { size }: State): string {
  return size === "" ? key : `${key} (${size})`;
}

function timeIn(ms: number): string {
  return `${new Date(Date.now() + ms).toISOString().slice(11, 19)} UTC`;
}
