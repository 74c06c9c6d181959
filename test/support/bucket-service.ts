// A metrics service made of values: buckets of measurements as Datadog gives them, with a width that the query, the request or the length of the window
// decides. Remembers what it was asked.

import type { FromMetrics, Metrics, Question, Series, Window } from "../../src/ports/metrics.ts";

export interface Measurement {
  at: number;
  value: number;
}

/** Measurements by query and by group. */
export type Measured = Record<string, Record<string, Measurement[]>>;

export interface Request {
  queries: string[];
  window: Window;
  intervalMs: number;
  signal: AbortSignal;
}

export interface BucketService extends Metrics {
  requests: Request[];
  selectors: unknown[];
  lookBacks: number[];
}

/** `phaseMs`: where buckets begin after a multiple of their width. `coarse`: buckets of these queries are so wide whatever is asked for. */
export function bucketService(measured: Measured, { phaseMs = 0, coarse = {} as Record<string, number> } = {}) {
  const service: BucketService = {
    requests: [],
    selectors: [],
    lookBacks: [],
    async ask(questions, window, intervalMs, signal) {
      service.requests.push({ queries: questions.map(({ query }) => query), window, intervalMs, signal });
      return answerOf(questions);
      function answerOf(asked: Question[]): FromMetrics<Map<string, Series[]>> {
        const lines = asked.map(({ id, query }) => {
          const width = widthOf(query, window, coarse[query] ?? intervalMs);
          const groups = Object.entries(measured[query] ?? {});
          const found = groups.map(([scope, points]) => ({
            scope,
            buckets: buckets(points, window, { width, phaseMs }),
          }));
          return { id, lines: found.filter((line) => line.buckets.size > 0) };
        });
        const all = lines.flatMap(({ lines }) => lines.flatMap(({ buckets }) => [...buckets.keys()]));
        const times = [...new Set(all)].sort((a, b) => a - b).filter((at) => at >= window.from && at < window.to);
        const series = (line: { scope: string; buckets: Map<number, number> }): Series => ({
          scope: line.scope === "" ? [] : [line.scope],
          points: times.map((at) => ({ at, value: line.buckets.get(at) ?? null })),
        });
        return { ok: true, value: new Map(lines.map(({ id, lines }) => [id, lines.map(series)])) };
      }
    },
    async monitors(selector, _signal, lookBack) {
      service.selectors.push(selector);
      if (lookBack) service.lookBacks.push(lookBack.since);
      return { ok: true, value: [] };
    },
    mark: async () => ({ ok: true, value: null }),
  };
  return service;
}

function widthOf(query: string, { from, to }: Window, intervalMs: number): number {
  const seconds = /\.rollup\(\w+, (\d+)\)/.exec(query)?.[1];
  const width = seconds === undefined ? intervalMs : Number(seconds) * 1000;
  return (to - from) / width > 1500 ? width * 2 : width;
}

function buckets(points: Measurement[], { from, to }: Window, { width, phaseMs }: { width: number; phaseMs: number }) {
  const found = new Map<number, number>();
  for (const { at, value } of points) {
    if (at < from || at >= to) continue;
    const start = Math.floor((at - phaseMs) / width) * width + phaseMs;
    found.set(start, (found.get(start) ?? 0) + value);
  }
  return found;
}
