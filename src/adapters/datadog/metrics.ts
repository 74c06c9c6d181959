// Datadog behind the metrics port: asks, and never throws for what the service did. Judges nothing.

import type { v1 } from "@datadog/datadog-api-client";
import { z } from "zod";
import type { Log } from "../../ports/log.ts";
import type { FromMetrics, Marker, Metrics } from "../../ports/metrics.ts";
import { type Account, call } from "./client.ts";
import { garbled, place } from "./failures.ts";
import { withHistory } from "./history.ts";
import { rateLimits } from "./limits.ts";
import { loadClient } from "./load.ts";
import { findMonitors } from "./monitors.ts";
import { readSeries, request } from "./series.ts";

export interface DatadogAccount {
  apiKey: string;
  /** Not needed for markers. */
  appKey: string;
  /** Such as `datadoghq.eu`; `datadoghq.com` when left out. */
  site?: string;
  /** The whole base URL in place of `https://api.<site>`, for a proxy or a stand-in. */
  baseUrl?: string;
  /** For each HTTP request; several monitors are several requests. */
  timeoutMs: number;
  /** Hears of every failure, without keys: at debug what networks do, else at warn. */
  log?: Log;
}

export interface DatadogMetrics extends Metrics {
  /** Loads the client ahead of the first question, in slices that let other work through. Never rejects. */
  warm(): Promise<void>;
}

/** With rate limits of its own. */
export function accountOf(options: DatadogAccount): Account {
  return {
    ...options,
    limits: rateLimits(options.log),
    apiKey: options.apiKey.trim(),
    appKey: options.appKey.trim(),
    baseUrl: (options.baseUrl ?? `https://api.${options.site ?? "datadoghq.com"}`).replace(/\/+$/, ""),
  };
}

/** One for the whole process: it is where rate limits are remembered. Every failure is a trouble of the port; only a client that cannot be loaded at all rejects. */
export function datadogMetrics(options: DatadogAccount): DatadogMetrics {
  const account = accountOf(options);

  return {
    async ask(questions, window, intervalMs, signal) {
      if (questions.length === 0) return { ok: true, value: new Map() };
      const body = request(questions, window, intervalMs);
      const answer = await call(account, (api) => api.metrics.queryTimeseriesData({ body }), signal);
      return answer.ok ? readSeries(answer.value, questions, window) : answer;
    },
    async monitors(selector, signal, lookBack) {
      const found = await findMonitors(account, selector, signal);
      return found.ok && lookBack ? withHistory(account, found.value, { ...lookBack, signal }) : found;
    },
    async mark(marker, signal) {
      const answer = await call(account, (api) => api.events.createEvent({ body: event(marker) }), signal);
      return answer.ok ? taken(answer.value) : answer;
    },
    warm: () =>
      loadClient().then(
        () => undefined,
        () => undefined, // whoever asks first hears of it
      ),
  };
}

const longestText = 4000;

function event({ title, text, tags, at, level }: Marker): v1.EventCreateRequest {
  // Half a sign at the cut would be no text at all to Datadog.
  const short = text.slice(0, longestText).replace(/[\ud800-\udbff]$/, "");
  return { title, text: short, tags, alertType: level, dateHappened: Math.floor(at / 1000) };
}

const takenEvent = z.object({ status: z.literal("ok"), event: z.object({}) });

function taken(body: unknown): FromMetrics<null> {
  const read = takenEvent.safeParse(body);
  return read.success ? { ok: true, value: null } : garbled(`the answer to a marker: ${place(read.error)}`);
}
