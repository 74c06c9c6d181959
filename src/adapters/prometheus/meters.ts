// The meters in Prometheus' own format. Knows the table of names by its shape only.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Meter, Meters, Sample } from "../../ports/meters.ts";

export interface PrometheusMeters extends Meters {
  /** Everything, as text, with these values of gauges; `type` goes into the answer's Content-Type. */
  page(samples: readonly Sample[]): Promise<{ type: string; text: string }>;
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
    async page(samples) {
      const [counted, gauged] = await Promise.all([registry.metrics(), textOf(gauges, samples)]);
      return { type: registry.contentType, text: `${counted}${gauged}` };
    },
  };
}

interface GaugeSettings {
  name: string;
  help: string;
  labelNames: string[];
}

/** Made anew for each page: a lock that is gone, or what the store cannot tell now, must not be there, and prom-client would keep the last value or say 0. */
async function textOf(gauges: readonly GaugeSettings[], samples: readonly Sample[]): Promise<string> {
  const registry = new Registry();
  for (const settings of gauges) {
    const gauge = new Gauge({ ...settings, registers: [registry] });
    if (settings.labelNames.length === 0) gauge.remove(); // prom-client begins such a one at 0
    for (const { name, labels, value } of samples) if (name === settings.name) gauge.set(labels, value);
  }
  return registry.metrics();
}
