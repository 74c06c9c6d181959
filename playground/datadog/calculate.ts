// Answers one query from the measurements: into buckets over time, then across the streams of each group.

import { type Point, type Points, type Stream, visible } from "./points.ts";
import type { Aggregator, Query } from "./query.ts";

export interface Span {
  /** Milliseconds since 1970; `from` inclusive, `to` exclusive. */
  from: number;
  to: number;
  /** Width of a bucket where the query says none; null for what Datadog would take. */
  intervalMs: number | null;
  now: number;
}

/** One group's values, by the start of their bucket. Buckets without measurements are missing. */
export interface Line {
  scope: string[];
  buckets: Map<number, number | null>;
}

const mostBuckets = 1500;
const widthsMs = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 14_400, 86_400].map((s) => s * 1000);

/** Buckets align to UNIX time, so the first one may start before `from`; only measurements inside the span count. */
export function calculate(points: Points, query: Query, span: Span): Line[] {
  const widthMs = bucketWidth(query, span);
  const groups = new Map<string, { scope: string[]; streams: Map<number, number>[] }>();
  for (const stream of points.streams(query.metric)) {
    if (!query.filter(stream.tags)) continue;
    const seen = visible(stream.points, span);
    if (seen.length === 0) continue;
    const scope = query.by.map((key) => tagFor(stream, key));
    const group = groups.get(scope.join()) ?? { scope, streams: [] };
    groups.set(scope.join(), group);
    group.streams.push(overTime(seen, widthMs, overFor(query, stream)));
  }
  const lines = [...groups.values()].map(({ scope, streams }) => ({ scope, buckets: across(streams, query.across) }));
  return lines.map((line) => filled(line, query, { ...span, intervalMs: widthMs }));
}

/** Milliseconds: what the query or the request wants, enlarged where it would give too many buckets. */
export function bucketWidth(query: Query, span: Span): number {
  const asked = query.everyMs ?? span.intervalMs ?? usual(span.to - span.from);
  const least = (span.to - span.from) / mostBuckets;
  return asked >= least ? asked : (widthsMs.find((width) => width >= least) ?? Math.ceil(least));
}

function usual(spanMs: number): number {
  const hour = 3_600_000;
  if (spanMs <= hour) return 20_000;
  if (spanMs <= 4 * hour) return 60_000;
  return spanMs <= 24 * hour ? 300_000 : hour;
}

const tagFor = (stream: Stream, key: string) =>
  [...stream.tags].find((tag) => tag.startsWith(`${key}:`)) ?? `${key}:N/A`;

type Reduce = (values: number[], seconds: number) => number;

/** Counts are kept as rates per second unless `.as_count()` asks for the number; a gauge knows neither. */
function overFor(query: Query, stream: Stream): Reduce {
  if (stream.kind !== "gauge" && query.as === "count") return sum;
  if (stream.kind !== "gauge" && query.as === "rate") return (values, seconds) => sum(values) / seconds;
  if (query.over) return reduce[query.over];
  return stream.kind === "count" ? (values, seconds) => sum(values) / seconds : reduce.avg;
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

export const reduce: Record<Aggregator, (values: number[]) => number> = {
  sum,
  avg: (values) => sum(values) / values.length,
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
};

function overTime(points: Point[], widthMs: number, over: Reduce): Map<number, number> {
  const buckets = new Map<number, number[]>();
  for (const { at, value } of points) {
    const start = Math.floor(at / widthMs) * widthMs;
    const values = buckets.get(start);
    if (values) values.push(value);
    else buckets.set(start, [value]);
  }
  return new Map([...buckets].map(([start, values]) => [start, over(values, widthMs / 1000)]));
}

function across(streams: Map<number, number>[], aggregator: Aggregator): Map<number, number | null> {
  const starts = [...new Set(streams.flatMap((stream) => [...stream.keys()]))].sort((a, b) => a - b);
  return new Map(
    starts.map((start) => [start, reduce[aggregator](streams.flatMap((stream) => stream.get(start) ?? []))]),
  );
}

function filled(line: Line, query: Query, span: Span & { intervalMs: number }): Line {
  if (query.fill === "null") return line;
  const buckets = new Map<number, number | null>();
  let last: number | null = null;
  const first = Math.floor(span.from / span.intervalMs) * span.intervalMs;
  for (let start = first; start < span.to; start += span.intervalMs) {
    const value = line.buckets.get(start);
    last = value ?? last;
    const instead = query.fill === "zero" ? 0 : last;
    if (value !== undefined || instead !== null) buckets.set(start, value ?? instead);
  }
  return { ...line, buckets };
}
