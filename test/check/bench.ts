// The real command as a process, against the Datadog stand-in over HTTP: a configuration file, two keys, and nothing else in its environment.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { type DatadogOptions, type DatadogStandIn, startDatadog } from "../../playground/datadog/server.ts";
import { type Ran, type Running, startLockstep } from "../support/lockstep.ts";

const ROOT = join(import.meta.dirname, "../..");

export interface Bench {
  datadog: DatadogStandIn;
  folder: string;
  start(args: string[], environment?: Record<string, string>): Running;
  run(args: string[], environment?: Record<string, string>): Promise<Ran>;
  close(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: tests write what the schema does not allow
type Anything = any;

/** web-1 to web-4, of which web-1 is the canary; two checks and short times. */
export function aConfiguration(): Anything {
  const query = (metric: string) => `sum:web.${metric}{service:$service,$canary} by {host}.as_count()`;
  return {
    channel: "#deploys",
    runbooks: join(ROOT, "runbooks"),
    publicUrl: "https://deploys.example.com/",
    environments: {
      production: { who: { deploy: "everyone", lock: "everyone", rollBack: "everyone" } },
      staging: { who: { deploy: "everyone", lock: "everyone", rollBack: "everyone" } },
    },
    services: {
      web: {
        repository: "git@example.com:web.git",
        defaultEnvironment: "production",
        release: { path: "/srv/web", restart: "true" },
        checks: {
          jobs: {
            limit: {
              query: query("jobs"),
              atLeast: 1,
              alive: "max:web.up{service:$service,$canary} by {host}",
              unit: "jobs",
            },
            means: "Background jobs are finished.",
            runbook: "background-jobs.md#no-jobs",
          },
          errors: {
            limit: {
              query: query("errors"),
              atMost: 5,
              alive: "max:web.up{service:$service,$canary} by {host}",
              unit: "errors",
            },
            means: "Requests that were not answered.",
            runbook: "latency.md#failing-requests",
          },
        },
        environments: {
          production: { hosts: ["web-1", "web-2", "web-3", "web-4"], canary: 1, bake: { ...BAKE } },
          staging: { hosts: ["stage-1"], canary: "none" },
        },
      },
    },
  };
}

const BAKE = { for: "5m", warmUp: "30s", settle: "60s", every: "30s", bucket: "10s" };

export async function startBench(
  configuration: Anything = aConfiguration(),
  options: DatadogOptions = {},
): Promise<Bench> {
  const datadog = await startDatadog({ evaluateMs: 0, flushMs: 0, ...options });
  const folder = mkdtempSync(join(tmpdir(), "lockstep-check-"));
  const path = join(folder, "lockstep.yml");
  writeFileSync(path, stringify(configuration));
  const environment = {
    PATH: process.env.PATH ?? "",
    LOCKSTEP_CONFIG: path,
    DD_API_KEY: datadog.apiKey,
    DD_APP_KEY: datadog.appKey,
    DD_API_URL: datadog.url,
    TZ: "UTC",
  };

  function start(args: string[], more: Record<string, string> = {}): Running {
    return startLockstep(args, { cwd: folder, env: { ...environment, ...more } });
  }

  return {
    datadog,
    folder,
    start,
    run: (args, more) => start(args, more).ended,
    async close() {
      await datadog.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A value for each 10 s of the last `minutes`, on these hosts. */
export function fill(
  { datadog }: Bench,
  metric: string,
  {
    hosts,
    value,
    minutes = 10,
    until = Date.now(),
  }: { hosts: string[]; value: number; minutes?: number; until?: number },
): void {
  for (const host of hosts) {
    for (let at = until - minutes * 60_000; at < until; at += 10_000) {
      datadog.submit(metric, at, value, ["service:web", `host:${host}`]);
    }
  }
}
