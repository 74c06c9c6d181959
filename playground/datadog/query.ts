// Reads one metrics query into its parts. What it cannot read it refuses, as Datadog does. Knows no measurements.

import { type Filter, readFilter } from "./filter.ts";
import { Refused } from "./refused.ts";

export type Aggregator = "sum" | "avg" | "min" | "max";

export interface Query {
  text: string;
  metric: string;
  /** How streams of one group become one. */
  across: Aggregator;
  filter: Filter;
  filterText: string;
  /** Tag keys, in the order they were written. */
  by: string[];
  as: "count" | "rate" | null;
  /** How the points of one bucket become one; null leaves it to the metric's kind. */
  over: Aggregator | null;
  /** Width of a bucket in milliseconds; null leaves it to the request. */
  everyMs: number | null;
  fill: "null" | "zero" | "last";
}

const shape = /^\s*(?:(\w*):)?([A-Za-z][\w.]*)\{([^{}]*)\}(?:\s*by\s*\{([^{}]*)\})?((?:\.\w+\([^()]*\))*)\s*$/;

/** Reads `sum:web.hits{env:prod} by {host}.as_count().rollup(sum, 10).fill(null)`. Throws Refused. */
export function readQuery(text: string): Query {
  const parts = shape.exec(text);
  if (!parts) throw unreadable(text, "Rule 'query' didn't match");
  const [, across = "avg", metric = "", filterText = "", by = "", calls = ""] = parts;
  const query: Query = {
    text,
    metric,
    across: aggregator(text, across),
    filter: readFilter(filterText),
    filterText: filterText.trim(),
    by: by.split(",").flatMap((key) => key.trim().toLowerCase() || []),
    as: null,
    over: null,
    everyMs: null,
    fill: "null",
  };
  for (const [, name = "", args = ""] of calls.matchAll(/\.(\w+)\(([^()]*)\)/g)) apply(query, name, words(args));
  return query;
}

function apply(query: Query, name: string, args: string[]): void {
  const [first, second] = args;
  if (name === "as_count" || name === "as_rate") query.as = name === "as_count" ? "count" : "rate";
  else if (name === "fill" && (first === "null" || first === "zero" || first === "last")) query.fill = first;
  else if (name === "rollup" && first !== undefined) {
    const seconds = /^\d+$/.test(first) ? first : second;
    if (first !== seconds) query.over = aggregator(query.text, first);
    if (seconds !== undefined) query.everyMs = width(query.text, seconds);
  } else throw unreadable(query.text, `Unknown function or arguments '${name}(${args.join(", ")})'`);
}

const words = (args: string) => args.split(",").flatMap((word) => word.trim() || []);

function width(text: string, seconds: string): number {
  if (!/^\d+$/.test(seconds) || Number(seconds) < 1) throw unreadable(text, `Invalid rollup interval '${seconds}'`);
  return Number(seconds) * 1000;
}

function aggregator(text: string, name: string): Aggregator {
  if (name === "sum" || name === "avg" || name === "min" || name === "max") return name;
  throw unreadable(text, `Invalid aggregator '${name}'`);
}

function unreadable(text: string, why: string): Refused {
  return new Refused(400, `Error parsing query: unable to parse ${text}: ${why}`);
}
