// What the playground's Datadog has: a monitor that fires like the one in the story, and the as-you-deploy dashboard. Data only.

import type { DatadogOptions } from "./datadog/server.ts";

const ofCanary = "{$service,$env} by {host}";

export const datadogSetup: Pick<DatadogOptions, "monitors" | "dashboards" | "flushMs" | "evaluateMs"> = {
  flushMs: 1_000,
  evaluateMs: 1_000,
  monitors: [
    {
      id: 101,
      name: "Background jobs are being finished",
      // A host whose data stops resolves by itself, as Datadog's monitors do: this is how the founding incident hid.
      query: "sum(last_12s):sum:web.jobs.processed{service:web,env:production} by {host}.as_count() < 1",
      tags: ["service:web", "env:production"],
      onMissing: "resolve",
    },
  ],
  dashboards: [
    {
      id: "as-you-deploy",
      title: "web, as you deploy",
      variables: { service: "service", env: "env", version: "version" },
      graphs: [
        { title: "Background jobs finished", query: `sum:web.jobs.processed${ofCanary}.as_count()` },
        { title: "Requests", query: `sum:web.requests${ofCanary}.as_count()` },
        { title: "Request duration, 95th percentile (ms)", query: `avg:web.request.duration.95percentile${ofCanary}` },
        { title: "Jobs waiting", query: `avg:web.jobs.waiting${ofCanary}` },
      ],
    },
  ],
};
