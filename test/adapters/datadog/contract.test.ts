// The Datadog adapter keeps the port's promises, over HTTP and through the official client.

import { metricsContract } from "../../contracts/metrics.ts";
import { startBench } from "./bench.ts";

metricsContract("Datadog", async () => {
  const resolved = { id: 41, tags: ["service:web", "env:production"], group: "host:web-1" };
  const { datadog, metrics, as } = await startBench({
    monitors: [
      { id: 41, name: "jobs stopped", tags: [...resolved.tags, "team:core"] },
      { id: 42, name: "disk full", tags: ["service:web"] },
    ],
  });
  datadog.monitor(41).alert(resolved.group);
  datadog.monitor(41).resolve(resolved.group);
  return {
    metrics,
    withWrongKeys: as({ appKey: "another" }),
    start: Math.floor(Date.now() / 60_000) * 60_000 - 300_000,
    count: async (metric, at, value, tags) => datadog.submit(metric, at, value, tags),
    queries: { perHost: (metric) => `sum:${metric}{*} by {host}.as_count()`, broken: "sum:lockstep.contract.jobs{" },
    resolved,
    unknownMonitor: 12345,
    close: () => datadog.close(),
  };
});
