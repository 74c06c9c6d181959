// The meters in Prometheus' own format. Knows the table of names by its shape only.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Meter, Meters, Sample } from "../../ports/meters.ts";

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
  const gauges: GaugeSettings[] = [];
  for (const [name, { kind, help, labels, buckets = [] }] of Object.entries(table)) {
    const settings = { name, help, labelNames: [...labels] };
    const registers = [registry];
    if (kind === "counter") counters.set(name, new Counter({ ...settings, registers }));
    else if (kind === "histogram")
      histograms.set(name, new Histogram({ ...settings, registers, buckets: [...buckets] }));
    else gauges.push(settings);
  }

  return {
    expect: (name, labels) => counters.get(name)?.inc(labels, 0),
    count: (name, labels) => counters.get(name)?.inc(labels),
    took: (name, labels, seconds) => histograms.get(name)?.observe(labels, seconds),
    start() {
      const began = performance.now();
      return () => (performance.now() - began) / 1_000;
    },
    async page(standing) {
      const [counted, stands] = await Promise.all([registry.metrics(), textOf(gauges, standing)]);
      return { type: registry.contentType, text: `${counted}${stands}` };
    },
  };
}

interface GaugeSettings {
  name: string;
  help: string;
  labelNames: string[];
}

/** Made anew for each page, because what stands no longer, or cannot be told, must not be there: an age of 0 would say that it stands since now. */
async function textOf(gauges: readonly GaugeSettings[], standing: readonly Sample[]): Promise<string> {
  const registry = new Registry();
  for (const settings of gauges) {
    const gauge = new Gauge({ ...settings, registers: [registry] });
    if (settings.labelNames.length === 0) gauge.remove(); // prom-client begins such a one at 0
    for (const { name, labels, value } of standing) if (name === settings.name) gauge.set(labels, value);
  }
  return registry.metrics();
}
