// What the bot asks the metrics service, and what it may hear. Knows no limits and judges nothing.

import type { z } from "zod";
import type { metricsTrouble, monitorState } from "../canary/readings.ts";

/** Milliseconds since 1970; `from` inclusive, `to` exclusive. */
export interface Window {
  from: number;
  to: number;
}

export interface Question {
  /** The asker's own name for it; the answer carries it. */
  id: string;
  query: string;
}

/** One bucket: `at` is its start. `null` is a bucket the service lists without a value. Buckets without data may be missing. */
export interface Point {
  at: number;
  value: number | null;
}

export interface Series {
  /** Group tags such as `host:web-1`; empty when the query is not grouped. */
  scope: string[];
  points: Point[];
}

/** Why there is no answer: the closed list in canary/readings.ts. */
export type MetricsTrouble = z.infer<typeof metricsTrouble>;

export type FromMetrics<T> =
  | { ok: true; value: T }
  | {
      ok: false;
      trouble: MetricsTrouble;
      detail: string /** When the service said to try again. */;
      retryAfterMs?: number;
    };

/** `unknown` when the service says something that we do not know: never read as well. */
export type MonitorState = z.infer<typeof monitorState>;

export interface MonitorGroup {
  name: string;
  state: MonitorState;
  /** Milliseconds since 1970; null when it never happened. */
  lastTriggeredAt: number | null;
  lastResolvedAt: number | null;
}

export interface Monitor {
  id: number;
  name: string;
  state: MonitorState;
  muted: boolean;
  groups: MonitorGroup[];
  /** How late it may alert at most: the window it looks back over and its evaluation delay. Null or missing when that cannot be read. */
  lagMs?: number | null;
}

export type MonitorSelector = { ids: number[] } | { tags: string[] };

/** A marker on the graphs: the start or the end of a deploy. */
export interface Marker {
  title: string;
  text: string;
  tags: string[];
  at: number;
  level: "info" | "success" | "warning" | "error";
}

/** Milliseconds since 1970. */
export interface LookBack {
  since: number;
}

export interface Metrics {
  /** All questions about one window in one request; every question has an entry, with no series when there is no data. */
  ask(
    questions: Question[],
    window: Window,
    intervalMs: number,
    signal: AbortSignal,
  ): Promise<FromMetrics<Map<string, Series[]>>>;
  /**
   * Monitors with the states of all of their groups. A tag selector takes monitors that carry all of the tags. With `lookBack` the changes of state since
   * then (ms since 1970) are read too: a group that alerted in between has that as its time, whatever its state says now, and one that only a change tells
   * of is among the groups. Changes that cannot be read are a trouble of the whole answer.
   */
  monitors(selector: MonitorSelector, signal: AbortSignal, lookBack?: LookBack): Promise<FromMetrics<Monitor[]>>;
  mark(marker: Marker, signal: AbortSignal): Promise<FromMetrics<null>>;
}
