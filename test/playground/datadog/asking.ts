// Plain HTTP to the Datadog stand-in, for the tests in this folder.

import { type DatadogStandIn, startDatadog } from "../../../playground/datadog/server.ts";

export interface Told {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON came; the tests say what they expect in it.
  body: any;
}

export async function tell(datadog: DatadogStandIn, path: string, body?: unknown, keys = true): Promise<Told> {
  const headers = keys ? { "DD-API-KEY": datadog.apiKey, "DD-APPLICATION-KEY": datadog.appKey } : undefined;
  const request = body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
  const response = await fetch(`${datadog.url}${path}`, request);
  const text = await response.text();
  return {
    status: response.status,
    body: response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text,
  };
}

export function timeseries(
  queries: string[],
  span: { from: number; to: number; interval?: number },
  formulas?: string[],
) {
  const asked = queries.map((query, index) => ({ data_source: "metrics", name: `q${index}`, query }));
  const attributes = { ...span, queries: asked, formulas: formulas?.map((formula) => ({ formula })) };
  return { data: { type: "timeseries_request", attributes } };
}

/** A clock that stands still until it is set. */
export function handClock(start: number) {
  let now = start;
  return {
    now: () => now,
    set: (to: number) => {
      now = to;
    },
  };
}

export const noon = Date.parse("2025-06-01T12:00:00Z");

/** The minute before noon. */
export const minute = { from: noon - 60_000, to: noon, interval: 10_000 };

/** A stand-in at noon with a monitor, a dashboard and one measurement: four jobs, half a minute ago. */
export async function startAtNoon(): Promise<DatadogStandIn> {
  const datadog = await startDatadog({
    monitors: [{ id: 7, name: "jobs stopped", tags: ["service:web", "team:core"] }],
    otherMonitors: [{ id: 8, type: "synthetics alert", tags: [] }],
    dashboards: [
      {
        id: "as-you-deploy",
        title: "As you deploy",
        graphs: [{ title: "Jobs", query: "sum:jobs{$service}.as_count()" }],
      },
    ],
    evaluateMs: 0,
    flushMs: 0,
    clock: handClock(noon),
  });
  datadog.submit("jobs", noon - 30_000, 4, ["service:web", "host:web-1"]);
  return datadog;
}

export const seriesPath = "/api/v2/query/timeseries";

export function ask(datadog: DatadogStandIn, queries: string[], formulas?: string[]): Promise<Told> {
  return tell(datadog, seriesPath, timeseries(queries, minute, formulas));
}

/** A scalar request about that minute. */
export function scalar(more: object = {}, query = "sum:jobs{*} by {host}.as_count()") {
  const queries = [{ data_source: "metrics", name: "a", query, aggregator: "sum", ...more }];
  return {
    data: {
      type: "scalar_request",
      attributes: { from: minute.from, to: minute.to, queries, formulas: [{ formula: "a" }] },
    },
  };
}
