// Rate limits as Datadog has them: so many requests of an endpoint in a period that is aligned to the calendar, told in headers with every answer. There are
// none unless somebody asks for them.

import type { Endpoint } from "./faults.ts";

export interface Limit {
  limit: number;
  periodS: number;
  /** The endpoint's own name when left out; endpoints with the same name share what is left. */
  name?: string;
}

export interface Taken {
  /** One too many. */
  over: boolean;
  headers: Record<string, string>;
}

export interface Limits {
  set(endpoint: Endpoint, limit: Limit): void;
  clear(): void;
  /** Counts one request; null where there is no limit. */
  take(endpoint: Endpoint): Taken | null;
}

export function rememberLimits(now: () => number): Limits {
  const limits = new Map<Endpoint, Limit>();
  const used = new Map<string, { period: number; count: number }>();
  return {
    set: (endpoint, limit) => void limits.set(endpoint, limit),
    clear() {
      limits.clear();
      used.clear();
    },
    take(endpoint) {
      const found = limits.get(endpoint);
      if (!found) return null;
      const { limit, periodS, name = endpoint } = found;
      const seconds = now() / 1000;
      const period = Math.floor(seconds / periodS);
      const before = used.get(name);
      const count = (before?.period === period ? before.count : 0) + 1;
      used.set(name, { period, count });
      const headers = {
        "X-RateLimit-Limit": String(limit),
        "X-RateLimit-Period": String(periodS),
        "X-RateLimit-Remaining": String(Math.max(0, limit - count)),
        "X-RateLimit-Reset": String(Math.ceil((period + 1) * periodS - seconds)),
        "X-RateLimit-Name": name,
      };
      return { over: count > limit, headers };
    },
  };
}
