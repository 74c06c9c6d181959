// Tries Datadog's two keys for doctor: the API key by itself, then real questions with both, each of which needs a permission. Changes nothing there.

import { z } from "zod";
import type { DatadogExams, DatadogQuestion } from "../../ports/examination.ts";
import { type Api, call } from "./client.ts";
import { garbled, place } from "./failures.ts";
import { accountOf, type DatadogAccount } from "./metrics.ts";

/** A metric of Datadog's own: whether it has points does not matter. */
const METRIC = "avg:datadog.agent.running{*}";
const WINDOW_MS = 300_000;

interface Try {
  ask(api: Api): Promise<unknown>;
  /** What an answer looks like: a proxy's own page is none. */
  shape: z.ZodType;
}

const TRIES: Record<DatadogQuestion, Try> = {
  validate: {
    ask: (api) => api.keys.validate(),
    shape: z.object({ valid: z.literal(true) }),
  },
  metrics: {
    ask: (api) => {
      const to = Date.now();
      const queries = [{ dataSource: "metrics" as const, name: "q0", query: METRIC }];
      const attributes = { from: to - WINDOW_MS, to, queries, formulas: [{ formula: "q0" }] };
      return api.metrics.queryTimeseriesData({ body: { data: { type: "timeseries_request", attributes } } });
    },
    shape: z.object({ data: z.object({ attributes: z.object({}) }) }),
  },
  monitors: {
    ask: (api) => api.monitors.listMonitors({ page: 0, pageSize: 1 }),
    shape: z.array(z.unknown()),
  },
  events: {
    ask: (api) => {
      const filter = { query: "source:alert", from: String(Date.now() - WINDOW_MS), to: "now" };
      return api.history.searchEvents({ body: { filter, page: { limit: 1 } } });
    },
    shape: z.object({ data: z.array(z.unknown()) }),
  },
};

/** Never rejects, but for a client that cannot be loaded at all. */
export function datadogExams(options: DatadogAccount): DatadogExams {
  const account = accountOf(options);
  return {
    async try(question, signal) {
      const { ask, shape } = TRIES[question];
      const answer = await call(account, ask, signal);
      if (!answer.ok) return answer;
      const read = shape.safeParse(answer.value);
      return read.success ? { ok: true, value: null } : garbled(`the answer's ${place(read.error)}`);
    },
  };
}
