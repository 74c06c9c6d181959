// A local stand-in for Datadog: takes DogStatsD over UDP, answers the API over HTTP, evaluates monitors, draws dashboards.
// Knows nothing of the program that asks it.

import type { DashboardOption } from "./dashboards.ts";
import { type Happened, rememberEvents } from "./events.ts";
import { type Endpoint, type Fault, rememberFaults } from "./faults.ts";
import { listen, type Seen } from "./http.ts";
import { type Limit, rememberLimits } from "./limits.ts";
import { evaluate, type MonitorOption, move, type Surroundings, type Watched, watch } from "./monitors.ts";
import { rememberPoints } from "./points.ts";
import { Refused } from "./refused.ts";
import { routes } from "./routes.ts";
import { listenStatsd } from "./statsd.ts";

export type { DashboardOption, Endpoint, Fault, Happened, MonitorOption, Seen };

export interface DatadogOptions {
  /** Made-up keys when left out. */
  apiKey?: string;
  appKey?: string;
  /** 0 (any free one) when left out. */
  port?: number;
  statsdPort?: number;
  /** How often measurements that came over UDP are handed on: 10,000 as the agent does when left out; 0 only by `flush()`. */
  flushMs?: number;
  /** How long a measurement takes until a query can see it. */
  ingestDelayMs?: number;
  monitors?: MonitorOption[];
  /** How often monitors evaluate: 1,000 when left out; 0 only by `evaluate()`. */
  evaluateMs?: number;
  /** Bodies that the list of monitors has besides: other types, other shapes. */
  otherMonitors?: object[];
  dashboards?: DashboardOption[];
  clock?: { now(): number };
}

/** Sets states by hand. From then on evaluation leaves that group alone. */
export interface MonitorByHand {
  /** `group` is `*` for a monitor without groups, otherwise such as `host:web-1`. */
  alert(group?: string): void;
  resolve(group?: string): void;
  mute(): void;
  unmute(): void;
}

export interface DatadogStandIn {
  /** For `DD_API_URL`, and where `/dashboard/<id>` and `/monitors/<id>` are. */
  url: string;
  statsd: { address: string; port: number };
  apiKey: string;
  appKey: string;
  /** Remembers one measurement at once. It takes part in `.as_count()` as a count and without it as a gauge. */
  submit(metric: string, at: number, value: number, tags?: string[]): void;
  /** Throws for an id that no monitor has. */
  monitor(id: number): MonitorByHand;
  /** Makes the next `times` requests to an endpoint go wrong; for good when left out. */
  fault(endpoint: Endpoint | "any", fault: Fault, times?: number): void;
  clearFaults(): void;
  /** From now on so many requests of an endpoint in a period are answered, and every answer has the headers that say so. */
  limit(endpoint: Endpoint, limit: Limit): void;
  clearLimits(): void;
  /** Hands on what has come over UDP. */
  flush(): void;
  /** Evaluates every monitor once. */
  evaluate(): void;
  /** What was asked, oldest first, keys left out. */
  requests: Seen[];
  /** What was posted and which monitors changed, oldest first. */
  events: Happened[];
  close(): Promise<void>;
}

export async function startDatadog(options: DatadogOptions = {}): Promise<DatadogStandIn> {
  const now = () => (options.clock ?? Date).now();
  const around: Surroundings = { points: rememberPoints(), events: rememberEvents(), now };
  const delayMs = options.ingestDelayMs ?? 0;
  const monitors = (options.monitors ?? []).map(watch);
  const faults = rememberFaults();
  const limits = rememberLimits(now);
  const apiKey = options.apiKey ?? "playground-api-key";
  const appKey = options.appKey ?? "playground-application-key";

  let bucketStart = now();
  const statsd = await listenStatsd({
    port: options.statsdPort ?? 0,
    flushMs: options.flushMs ?? 10_000,
    onFlush(measurements) {
      for (const { metric, kind, tags, value } of measurements) {
        around.points.add({ metric, kind, tags }, { at: bucketStart, value, visibleAt: now() + delayMs });
      }
      bucketStart = now();
    },
  });

  const byHand = (id: number) => monitorByHand(monitors, id, around);
  const requests: Seen[] = [];
  const inside = { ...around, monitors, faults, limits, otherMonitors: options.otherMonitors ?? [] };
  const table = routes({
    ...inside,
    dashboards: options.dashboards ?? [],
    setMonitor: (id, group, state) => byHand(id)[state](group),
  });
  const http = await listen({ routes: table, faults, limits, requests, apiKey, appKey, now }, options.port ?? 0).catch(
    async (error: unknown) => {
      await statsd.close();
      throw error;
    },
  );
  const evaluateAll = () => {
    for (const monitor of monitors) evaluate(monitor, around);
  };
  const everyMs = options.evaluateMs ?? 1000;
  const timer = everyMs > 0 ? setInterval(evaluateAll, everyMs) : undefined;
  let closed: Promise<unknown> | undefined;

  return {
    url: http.url,
    statsd: { address: "127.0.0.1", port: statsd.port },
    apiKey,
    appKey,
    submit: (metric, at, value, tags = []) =>
      around.points.add({ metric, kind: "any", tags }, { at, value, visibleAt: at + delayMs }),
    monitor: byHand,
    fault: faults.set,
    clearFaults: faults.clear,
    limit: limits.set,
    clearLimits: limits.clear,
    flush: statsd.flush,
    evaluate: evaluateAll,
    requests,
    events: around.events.all,
    close: async () => {
      clearInterval(timer);
      closed ??= Promise.all([statsd.close(), http.close()]);
      await closed;
    },
  };
}

function monitorByHand(monitors: Watched[], id: number, around: Surroundings): MonitorByHand {
  const monitor = monitors.find(({ option }) => option.id === id);
  if (!monitor) throw new Refused(404, `no monitor has the id ${id}`);
  const set = (name: string, status: "Alert" | "OK") =>
    move(monitor, { name, status, value: null, byHand: true }, around);
  return {
    alert: (group = "*") => set(group, "Alert"),
    resolve: (group = "*") => set(group, "OK"),
    mute: () => {
      monitor.muted = true;
    },
    unmute: () => {
      monitor.muted = false;
    },
  };
}
