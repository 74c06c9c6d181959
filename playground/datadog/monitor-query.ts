// A monitor's question: `sum(last_15s):sum:web.jobs{env:prod} by {host}.as_count() < 1`. Knows no states.

import { calculate, reduce } from "./calculate.ts";
import type { Points } from "./points.ts";
import { type Aggregator, type Query, readQuery } from "./query.ts";
import { Refused } from "./refused.ts";

export interface MonitorQuery {
  overWindow: Aggregator;
  windowMs: number;
  query: Query;
  /** Whether a value is past the threshold. */
  breaches(value: number, threshold?: number): boolean;
}

const shape = /^(sum|avg|min|max)\(last_(\d+)([smhd])\):(.+?)\s*(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)$/s;
const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Throws Refused for what it cannot read. */
export function readMonitorQuery(text: string): MonitorQuery {
  const parts = shape.exec(text.trim());
  if (!parts) throw new Refused(400, `The value provided for parameter 'query' is invalid: ${text}`);
  const [, overWindow, amount, unit, query = "", comparator = "<", limit] = parts;
  return {
    overWindow: overWindow as Aggregator,
    windowMs: Number(amount) * unitMs[unit as keyof typeof unitMs],
    query: readQuery(query),
    breaches: (value, threshold = Number(limit)) => compare(value, comparator, threshold),
  };
}

function compare(value: number, comparator: string, threshold: number): boolean {
  if (comparator === "<") return value < threshold;
  if (comparator === "<=") return value <= threshold;
  return comparator === ">" ? value > threshold : value >= threshold;
}

/** Each group's value over the window that ends now, by the group's name; groups without measurements are missing. */
export function groupValues(points: Points, question: MonitorQuery, now: number): Map<string, number> {
  const span = { from: now - question.windowMs, to: now, intervalMs: question.windowMs, now };
  const lines = calculate(points, question.query, span);
  return new Map(
    lines.map(({ scope, buckets }) => {
      const values = [...buckets.values()].filter((value) => value !== null);
      return [scope.join(",") || "*", reduce[question.overWindow](values)];
    }),
  );
}
