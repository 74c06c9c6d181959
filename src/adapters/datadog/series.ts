// Questions about metrics: what is sent, and how the answer is read. An answer that is not exactly as documented is no answer.

import type { v2 } from "@datadog/datadog-api-client";
import { z } from "zod";
import type { FromMetrics, Point, Question, Series, Window } from "../../ports/metrics.ts";
import { garbled, place } from "./failures.ts";

/** All questions as one request; `query_index` in the answer is the position of the formula. */
export function request(questions: Question[], window: Window, intervalMs: number): v2.TimeseriesFormulaQueryRequest {
  return {
    data: {
      type: "timeseries_request",
      attributes: {
        from: window.from,
        to: window.to,
        interval: intervalMs,
        queries: questions.map(({ query }, index) => ({ dataSource: "metrics", name: `q${index}`, query })),
        formulas: questions.map((_, index) => ({ formula: `q${index}` })),
      },
    },
  };
}

const LARGEST = 1e300;

const answer = z.object({
  data: z.object({
    type: z.literal("timeseries_response"),
    attributes: z.object({
      series: z.array(z.object({ group_tags: z.array(z.string()), query_index: z.int().nonnegative() })),
      times: z.array(z.int()),
      // Sums of larger ones would not be numbers any more.
      values: z.array(z.array(z.number().min(-LARGEST).max(LARGEST).nullable())),
    }),
  }),
});

/** Every question has its entry. Buckets that do not start inside the window are left out. */
export function readSeries(body: unknown, questions: Question[], window: Window): FromMetrics<Map<string, Series[]>> {
  const read = answer.safeParse(body);
  if (!read.success) return garbled(`the answer's ${place(read.error)}`);
  const { series, times, values } = read.data.data.attributes;
  if (values.length !== series.length) return garbled(`${series.length} series with ${values.length} rows of values`);
  const found = new Map<string, Series[]>(questions.map(({ id }) => [id, []]));
  for (const [index, { group_tags: scope, query_index: asked }] of series.entries()) {
    const row = values[index] ?? [];
    const question = questions[asked];
    if (!question) return garbled(`a series for question ${asked} of ${questions.length}`);
    if (row.length !== times.length) return garbled(`${times.length} times with ${row.length} values`);
    const points = inOrder(times.map((at, position) => ({ at, value: row[position] ?? null })));
    if (!points) return garbled("two different values for the same bucket");
    const inside = points.filter(({ at }) => at >= window.from && at < window.to);
    if (inside.length > 0) found.get(question.id)?.push({ scope, points: inside });
  }
  return { ok: true, value: found };
}

/** By time, each bucket once; null when one bucket has two values. */
function inOrder(points: Point[]): Point[] | null {
  const byTime = new Map<number, Point>();
  for (const point of points) {
    const known = byTime.get(point.at)?.value ?? null;
    if (known !== null && point.value !== null && known !== point.value) return null;
    byTime.set(point.at, { at: point.at, value: known ?? point.value });
  }
  return [...byTime.values()].sort((a, b) => a.at - b.at);
}
