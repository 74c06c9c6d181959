// Metric queries in the shapes of Datadog's API: v2 timeseries and scalar, v1 query.

import { z } from "zod";
import { bucketWidth, calculate, type Line, reduce, type Span } from "./calculate.ts";
import { workOut } from "./formula.ts";
import type { Points } from "./points.ts";
import { readQuery } from "./query.ts";
import { type Answer, ok, Refused } from "./refused.ts";

const aggregators = ["avg", "min", "max", "sum", "last", "percentile", "mean", "l2norm", "area"] as const;

const question = z.object({
  data_source: z.literal("metrics"),
  name: z.string().optional(),
  query: z.string(),
  aggregator: z.enum(aggregators).optional(),
});

const request = (type: string) =>
  z.object({
    data: z.object({
      type: z.literal(type),
      attributes: z.object({
        from: z.int(),
        to: z.int(),
        interval: z.int().positive().optional(),
        queries: z.array(question).min(1),
        formulas: z.array(z.object({ formula: z.string() })).optional(),
      }),
    }),
  });

type Wanted = z.infer<ReturnType<typeof request>>["data"]["attributes"];

function read(type: string, body: unknown): Wanted {
  const parsed = request(type).safeParse(body);
  const issue = parsed.error?.issues[0];
  const path = issue?.path.join(".") ?? "";
  if (path === "data.type") throw new Refused(400, `API input validation failed: Invalid type. Expected "${type}".`);
  if (!parsed.data) throw new Refused(400, `API input validation failed: ${path}: ${issue?.message}`);
  const { from, to } = parsed.data.data.attributes;
  if (from >= to) throw new Refused(400, "API input validation failed: 'from' must be before 'to'");
  return parsed.data.data.attributes;
}

/** The lines of each formula, or of each query where there are no formulas; their order is `query_index`. */
function lines(points: Points, wanted: Wanted, now: number): Line[][] {
  const span: Span = { from: wanted.from, to: wanted.to, intervalMs: wanted.interval ?? null, now };
  const asked = wanted.queries.map(({ query, name }, index) => {
    return { name: name ?? `query${index + 1}`, lines: calculate(points, readQuery(query), span) };
  });
  const named = new Map(asked.map((one) => [one.name, one.lines]));
  return wanted.formulas?.map(({ formula }) => workOut(formula, named)) ?? asked.map((one) => one.lines);
}

/** POST /api/v2/query/timeseries. `times` holds only buckets with data; no data is three empty arrays. */
export function timeseries(points: Points, body: unknown, now: number): Answer {
  const all = lines(points, read("timeseries_request", body), now).flatMap((found, index) =>
    found.filter((line) => line.buckets.size > 0).map((line) => ({ line, index })),
  );
  const times = [...new Set(all.flatMap(({ line }) => [...line.buckets.keys()]))].sort((a, b) => a - b);
  const attributes = {
    series: all.map(({ line, index }) => ({ group_tags: line.scope, query_index: index, unit: null })),
    times,
    values: all.map(({ line }) => times.map((start) => line.buckets.get(start) ?? null)),
  };
  return ok({ data: { id: "0", type: "timeseries_response", attributes } }, "application/vnd.api+json");
}

/** POST /api/v2/query/scalar: one group column per tag, then one column of numbers per formula. */
export function scalar(points: Points, body: unknown, now: number): Answer {
  const wanted = read("scalar_request", body);
  const found = lines(points, wanted, now);
  const scopes = new Map(found.flat().map((line) => [line.scope.join(), line.scope]));
  const keys = [...scopes.values()][0]?.map((tag) => tag.slice(0, tag.indexOf(":"))) ?? [];
  const groups = keys.map((key, position) => {
    const values = [...scopes.values()].map((scope) => [scope[position]?.slice(key.length + 1) ?? ""]);
    return { name: key, type: "group", values };
  });
  const numbers = found.map((group, index) => ({
    name: wanted.formulas?.[index]?.formula ?? wanted.queries[index]?.name ?? `query${index + 1}`,
    type: "number",
    values: [...scopes.keys()].map((scope) => {
      const line = group.find((one) => one.scope.join() === scope);
      return line ? single(line, wanted.queries[index]?.aggregator ?? "avg") : null;
    }),
    meta: { unit: null },
  }));
  return ok({ data: { id: "0", type: "scalar_response", attributes: { columns: [...groups, ...numbers] } } });
}

function single(line: Line, aggregator: (typeof aggregators)[number]): number | null {
  const values = [...line.buckets.values()].filter((value) => value !== null);
  if (values.length === 0) return null;
  if (aggregator === "last") return values.at(-1) ?? null;
  return reduce[aggregator === "sum" || aggregator === "min" || aggregator === "max" ? aggregator : "avg"](values);
}

/** GET /api/v1/query?from=&to=&query= (seconds); several queries are joined by commas. */
export function queryV1(points: Points, params: URLSearchParams, now: number): Answer {
  const from = Number(params.get("from") ?? Number.NaN) * 1000;
  const to = Number(params.get("to") ?? Number.NaN) * 1000;
  const text = params.get("query") ?? "";
  if (!(to > from) || !text) throw new Refused(400, "Invalid from, to or query");
  const span: Span = { from, to, intervalMs: null, now };
  const queries = text.split(/,(?![^{(]*[})])/).map(readQuery);
  const series = queries.flatMap((query, index) => {
    const widthMs = bucketWidth(query, span);
    const found = calculate(points, query, span).filter((line) => line.buckets.size > 0);
    return found.map((line) => ({
      metric: query.metric,
      display_name: query.metric,
      query_index: index,
      aggr: query.across,
      scope: line.scope.join(",") || query.filterText,
      tag_set: line.scope,
      expression: query.text,
      interval: widthMs / 1000,
      start: Math.min(...line.buckets.keys()),
      end: Math.max(...line.buckets.keys()) + widthMs - 1,
      length: line.buckets.size,
      pointlist: [...line.buckets],
      unit: null,
      attributes: {},
    }));
  });
  const common = { status: "ok", resp_version: 1, res_type: "time_series", message: "", times: [], values: [] };
  return ok({ ...common, query: text, from_date: from, to_date: to, group_by: queries[0]?.by ?? [], series });
}
