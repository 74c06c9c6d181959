// What is asked to see whether the checks' questions have points of every host: each question about all hosts at once, one line for each. Pure.

import type { MetricCheck } from "../canary/checks.ts";
import type { Part } from "../chat/sentences/doctorChecks.ts";
import { groupsOf } from "../config/queries.ts";
import type { Series } from "../ports/metrics.ts";

export interface PartQuestion {
  part: Part;
  /** As the bot asks it, of all hosts. */
  query: string;
}

/** The parts of a check in an order whose canary is the whole fleet. */
export function partsOf(check: MetricCheck): PartQuestion[] {
  switch (check.kind) {
    case "limit":
      return [
        { part: "query", query: check.query },
        ...(check.alive === null ? [] : [{ part: "alive", query: check.alive } as const]),
      ];
    case "compare":
      return [{ part: "query", query: check.query.canary }];
    case "counts":
      return [
        { part: "total", query: check.total.canary },
        { part: "errors", query: check.errors.canary },
      ];
  }
}

/** One metric with its filter, and the groups behind it if there are any. */
const METRIC = /((?:\w+:)?[A-Za-z][\w.]*\{[^{}]*\})(?:\s*by\s*\{[^{}]*\})?/g;

/** The same query with one line for each host, whatever else it is grouped by. */
export function byHost(query: string): string {
  return query.replace(METRIC, "$1 by {host}");
}

export function isByHost(query: string): boolean {
  return groupsOf(query).includes("host");
}

/** Names of the metrics in a query, for people who look for them. */
export function metricsIn(query: string): string[] {
  return [...query.matchAll(/(?:\w+:)?([A-Za-z][\w.]*)\{/g)].flatMap(([, name = ""]) => (name === "by" ? [] : [name]));
}

/** Those of the hosts of which there is at least one point. Datadog writes the names of hosts as it likes. */
export function hostsWithPoints(series: readonly Series[], hosts: readonly string[]): Set<string> {
  const seen = new Set<string>();
  for (const { scope, points } of series) {
    if (!points.some(({ value }) => value !== null)) continue;
    for (const tag of scope) if (tag.toLowerCase().startsWith("host:")) seen.add(tag.slice(5).toLowerCase());
  }
  return new Set(hosts.filter((host) => seen.has(host.toLowerCase())));
}
