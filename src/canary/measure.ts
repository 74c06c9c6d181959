// What a check asks the metrics service, and how the answers become a reading. Pure; asks nothing itself.

import type { MetricsTrouble, Question, Series } from "../ports/metrics.ts";
import { gridOf, type Within } from "./buckets.ts";
import type { CompareCheck, CountsCheck, MetricCheck, Side, Sides } from "./checks.ts";
import { aggregateOf } from "./judging/aggregate.ts";
import type { CompareReading, CountsReading, Reading, Trouble } from "./readings.ts";
import { readLimit } from "./readLimit.ts";

export type Asked = Within & {
  /** The look that sees the whole bake. */
  last: boolean;
};

const SIDES = ["canary", "baseline"] as const;

/** All questions of these checks, for one request. No name of a check holds a slash. */
export function questionsOf(checks: readonly MetricCheck[]): Question[] {
  return checks.flatMap((check) => {
    const queries = Object.entries(queriesOf(check));
    return queries.map(([part, query]) => ({ id: `${check.name}/${part}`, query }));
  });
}

function queriesOf(check: MetricCheck): Record<string, string> {
  switch (check.kind) {
    case "limit":
      return { canary: check.query, ...(check.alive === null ? {} : { alive: check.alive }) };
    case "compare":
      return check.query;
    case "counts":
      return {
        errors: check.errors.canary,
        total: check.total.canary,
        baselineErrors: check.errors.baseline,
        baselineTotal: check.total.baseline,
      };
  }
}

/** The reading of one check from the answers to all questions. */
export function readMetrics(check: MetricCheck, answers: ReadonlyMap<string, Series[]>, asked: Asked): Reading {
  const heard = (part: string) => answers.get(`${check.name}/${part}`) ?? [];
  switch (check.kind) {
    case "limit":
      return readLimit(check, { canary: heard("canary"), alive: heard("alive") }, asked);
    case "compare":
      return readComparison(check, { canary: heard("canary"), baseline: heard("baseline") }, asked);
    case "counts":
      return readCounts(
        check,
        {
          canary: { errors: heard("errors"), total: heard("total") },
          baseline: { errors: heard("baselineErrors"), total: heard("baselineTotal") },
        },
        asked,
      );
  }
}

/** The reading of a check whose questions were not answered. */
export function readTrouble(check: MetricCheck, trouble: Trouble): Reading {
  const common = { check: check.name, trouble };
  switch (check.kind) {
    case "limit":
      return { kind: "limit", values: [], ...common };
    case "compare":
      return { kind: "compare", canary: NO_POINTS, baseline: NO_POINTS, ...common };
    case "counts":
      return { kind: "counts", canary: NO_COUNTS, baseline: NO_COUNTS, ...common };
  }
}

const NO_POINTS: CompareReading[Side] = { median: null, count: 0, until: 0, points: [] };
const NO_COUNTS: CountsReading[Side] = { errors: 0, total: 0, until: 0 };

export function readComparison(
  { name, query }: CompareCheck,
  heard: Record<Side, Series[]>,
  asked: Asked,
): CompareReading {
  const several = severalLines(query, heard);
  if (several) return { kind: "compare", check: name, canary: NO_POINTS, baseline: NO_POINTS, trouble: several };
  const [canary, baseline] = SIDES.map((side): CompareReading[Side] => {
    const grid = gridOf(query[side], heard[side], asked);
    const valued = grid.valued(heard[side][0]?.points ?? []);
    const values = valued.map(({ value }) => value);
    return {
      median: values.length === 0 ? null : aggregateOf("p50", values),
      count: values.length,
      until: (valued.at(-1)?.at ?? asked.window.from - grid.width) + grid.width,
      points: asked.last ? valued.map(({ at, value }) => [at, value]) : [],
    };
  }) as [CompareReading[Side], CompareReading[Side]];
  return { kind: "compare", check: name, canary, baseline, trouble: null };
}

type HeardCounts = Record<Side, { errors: Series[]; total: Series[] }>;

export function readCounts({ name, errors, total }: CountsCheck, heard: HeardCounts, within: Within): CountsReading {
  const several =
    severalLines(total, { canary: heard.canary.total, baseline: heard.baseline.total }) ??
    severalLines(errors, { canary: heard.canary.errors, baseline: heard.baseline.errors });
  if (several) return { kind: "counts", check: name, canary: NO_COUNTS, baseline: NO_COUNTS, trouble: several };
  const [canary, baseline] = SIDES.map((side): CountsReading[Side] => {
    const whole = gridOf(total[side], heard[side].total, within);
    const requests = whole.valued(heard[side].total[0]?.points ?? []);
    const failed = gridOf(errors[side], heard[side].errors, within).valued(heard[side].errors[0]?.points ?? []);
    return {
      // A service that answers well has no errors to report; that it is there is seen from its requests.
      errors: Math.round(sumOf(failed)),
      total: sumOf(requests),
      until: (requests.at(-1)?.at ?? within.window.from - whole.width) + whole.width,
    };
  }) as [CountsReading[Side], CountsReading[Side]];
  return { kind: "counts", check: name, canary, baseline, trouble: null };
}

function sumOf(valued: { value: number }[]): number {
  return valued.reduce((sum, { value }) => sum + value, 0);
}

/** A query without groups has one line; which one would count is not for us to choose. */
function severalLines(query: Sides, heard: Record<Side, Series[]>): { kind: MetricsTrouble; detail: string } | null {
  const side = SIDES.find((one) => heard[one].length > 1);
  if (side === undefined) return null;
  const scopes = heard[side].map(({ scope }) => scope.join(", ") || "no group").slice(0, 3);
  return { kind: "garbled", detail: `${heard[side].length} lines (${scopes.join("; ")}) for one: ${query[side]}` };
}
