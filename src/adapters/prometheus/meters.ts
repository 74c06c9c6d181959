// The meters in Prometheus' own format. Knows the table of names by its shape only.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Meters, Sample } from "../../ports/meters.ts";

interface Meter {
  kind: "counter" | "histogram" | "gauge";
  help: string;
  labels: readonly string[];
  buckets?: readonly number[];
}

export interface PrometheusMeters extends Meters {
  /** Everything, as text, with what stands now; `type` goes into the answer's Content-Type. */
  page(standing: readonly Sample[]): Promise<{ type: string; text: string }>;
}

/** With the measures of the process itself, as prom-client takes them. */
export function prometheusMeters(table: Record<string, Meter>): PrometheusMeters {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counters = new Map<string, Counter>();
  const histograms = new Map<string, Histogram>();
  const gauges = new Map<string, Gauge>();
  for (const [name, { kind, help, labels, buckets = [] }] of Object.entries(table)) {
    const settings = { name, help, labelNames: [...labels], registers: [registry] };
    if (kind === "counter") counters.set(name, new Counter(settings));
    else if (kind === "histogram") histograms.set(name, new Histogram({ ...settings, buckets: [...buckets] }));
    else gauges.set(name, new Gauge(settings));
  }
  let turn: Promise<unknown> = Promise.resolve();

  async function page(standing: readonly Sample[]) {
    // What stands no longer is not there: an age of 0 would say that it stands since now.
    for (const gauge of gauges.values()) gauge.reset();
    for (const { name, labels, value } of standing) gauges.get(name)?.set(labels, value);
    return { type: registry.contentType, text: await registry.metrics() };
  }

  return {
    expect: (name, labels) => counters.get(name)?.inc(labels, 0),
    count: (name, labels) => counters.get(name)?.inc(labels),
    took: (name, labels, seconds) => histograms.get(name)?.observe(labels, seconds),
    start() {
      const began = performance.now();
      return () => (performance.now() - began) / 1_000;
    },
    page(standing) {
      // One after the other: what stands is written where all of them read it.
      const answer = turn.then(() => page(standing));
      turn = answer.catch(() => undefined);
      return answer;
    },
  };
}
