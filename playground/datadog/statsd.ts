// The agent's part: takes DogStatsD packets over UDP, adds them up and hands them on at each flush. Knows no query.

import { createSocket } from "node:dgram";
import type { AddressInfo } from "node:net";
import type { MetricKind } from "./points.ts";

export interface Measurement {
  metric: string;
  kind: MetricKind;
  tags: string[];
  value: number;
}

interface Sample {
  metric: string;
  type: "c" | "g" | "h";
  values: number[];
  rate: number;
  tags: string[];
}

/** One line of a packet: `jobs:1|c|@0.5|#host:web-1,env:prod`. Null for what is not understood. */
export function readSample(line: string): Sample | null {
  const [head = "", type = "", ...more] = line.trim().split("|");
  const [metric = "", ...numbers] = head.split(":");
  const values = numbers.map(Number);
  const known = type === "ms" ? "h" : type;
  if (known !== "c" && known !== "g" && known !== "h") return null;
  if (!/^[A-Za-z][\w.]*$/.test(metric) || numbers.length === 0 || numbers.includes("")) return null;
  const rate = Number(more.find((part) => part.startsWith("@"))?.slice(1) ?? 1);
  if (!values.every(Number.isFinite) || !(rate > 0 && rate <= 1)) return null;
  const tags = more.find((part) => part.startsWith("#"))?.slice(1) ?? "";
  return { metric, type: known, values, rate, tags: tags.split(",").flatMap((tag) => tag.trim() || []) };
}

/** Adds samples up between two flushes, as the agent does: counts are summed, a gauge's last value counts, histograms become five metrics. */
export function adder() {
  const sums = new Map<string, Measurement>();
  const histograms = new Map<string, { sample: Sample; values: number[]; count: number }>();

  function add(sample: Sample): void {
    const { metric, type, values, rate, tags } = sample;
    const key = `${type} ${metric} ${[...tags].sort().join()}`;
    if (type === "h") {
      const known = histograms.get(key) ?? { sample, values: [], count: 0 };
      known.values.push(...values);
      known.count += values.length / rate;
      histograms.set(key, known);
      return;
    }
    const before = sums.get(key)?.value ?? 0;
    const value = type === "c" ? values.reduce((sum, one) => sum + one / rate, before) : (values.at(-1) ?? 0);
    sums.set(key, { metric, kind: type === "c" ? "count" : "gauge", tags, value });
  }

  function flush(): Measurement[] {
    const all = [...sums.values(), ...[...histograms.values()].flatMap(summary)];
    sums.clear();
    histograms.clear();
    return all;
  }

  return { add, flush };
}

function summary({ sample, values, count }: { sample: Sample; values: number[]; count: number }): Measurement[] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  const gauge = (name: string, value: number): Measurement => {
    return { metric: `${sample.metric}.${name}`, kind: "gauge", tags: sample.tags, value };
  };
  return [
    gauge("avg", values.reduce((sum, value) => sum + value, 0) / values.length),
    gauge("median", at(0.5)),
    gauge("max", at(1)),
    gauge("95percentile", at(0.95)),
    { metric: `${sample.metric}.count`, kind: "count", tags: sample.tags, value: count },
  ];
}

export interface StatsdOptions {
  port: number;
  /** 0 flushes only when asked. */
  flushMs: number;
  onFlush(measurements: Measurement[]): void;
}

/** Listens on loopback. `flush` hands on what has arrived so far. */
export async function listenStatsd(options: StatsdOptions) {
  const socket = createSocket("udp4");
  const collected = adder();
  socket.on("message", (packet) => {
    for (const line of packet.toString("utf8").split("\n")) {
      const sample = readSample(line);
      if (sample) collected.add(sample);
    }
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(options.port, "127.0.0.1", resolve);
  });
  // A receive error concerns one packet; without a listener it would end the process.
  socket.on("error", () => {});
  const flush = () => options.onFlush(collected.flush());
  const timer = options.flushMs > 0 ? setInterval(flush, options.flushMs) : undefined;
  return {
    port: (socket.address() as AddressInfo).port,
    flush,
    close: () => {
      clearInterval(timer);
      return new Promise<void>((resolve) => socket.close(() => resolve()));
    },
  };
}
