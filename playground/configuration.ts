// The configuration of the playground's bot: the same file format as everybody's, with short times. Knows no server.

import { stringify } from "yaml";
import type { DemoFleet } from "./fleet/hosts.ts";

export interface ConfigurationParts {
  fleet: Pick<DemoFleet, "hosts" | "privateKeyPath" | "knownHostsPath">;
  repositoryUrl: string;
  /** Where the stand-in for Datadog shows its pages. */
  datadogUrl: string;
  botUrl: string;
  runbooks: string;
  pace: Pace;
  /** Who may deploy, lock and roll back: the word `everyone` or Slack ids. */
  who?: Partial<Record<"deploy" | "lock" | "rollBack" | "freeze", "everyone" | string[]>>;
  locks?: Locks;
  /** Which checks there are; all when left out. A short bake has too few points for `latency`. */
  checks?: CheckName[];
  /** Which of them stop nothing; none when left out. */
  soft?: Partial<Record<CheckName, { until: string; owner: string }>>;
}
export type CheckName = keyof typeof checks;

/** Durations such as `20s`. */
export interface Locks {
  for: string;
  longest: string;
  warn: string;
  accept: string;
}

/** For people who try out how a lock runs out and how the line moves on. */
export const playgroundLocks: Locks = { for: "5m", longest: "2h", warn: "1m", accept: "1m" };

/** Durations such as `20s`. */
export interface Pace {
  bake: string;
  warmUp: string;
  settle: string;
  every: string;
  askFor: string;
  /** How long there may be no jobs. */
  stopped: string;
}

/** For people who watch: short, and long enough to press a button. */
export const playgroundPace: Pace = {
  bake: "20s",
  warmUp: "2s",
  settle: "3s",
  every: "2s",
  askFor: "5m",
  stopped: "5s",
};

const EVERYONE = { deploy: "everyone", lock: "everyone", rollBack: "everyone", freeze: "everyone" } as const;

const ENVIRONMENT = "production";

export function playgroundConfiguration(parts: ConfigurationParts): string {
  return stringify({
    channel: "#deploys",
    publicUrl: parts.botUrl,
    runbooks: parts.runbooks,
    datadog: { app: parts.datadogUrl },
    ssh: { key: parts.fleet.privateKeyPath, knownHosts: [parts.fleet.knownHostsPath] },
    environments: { [ENVIRONMENT]: { who: { ...EVERYONE, ...parts.who } } },
    locks: parts.locks ?? playgroundLocks,
    services: { web: web(parts) },
  });
}

function web({ fleet, repositoryUrl, pace, checks: names, soft = {} }: ConfigurationParts) {
  return {
    repository: repositoryUrl,
    defaultEnvironment: ENVIRONMENT,
    dashboard: { id: "as-you-deploy" },
    runbook: "web.md",
    onCall: { id: "S0SRE", name: "SRE" },
    release: {
      path: fleet.hosts[0]?.path ?? "/srv/web",
      shared: ["log"],
      keep: 4,
      restart: "bin/restart",
      restartTimeout: "1m",
      health: { command: "bin/health", timeout: "10s", every: "500ms" },
    },
    checks: Object.fromEntries(
      Object.entries(checksNamed(names, pace)).map(([name, check]) => [name, softly(check, soft[name as CheckName])]),
    ),
    environments: {
      [ENVIRONMENT]: {
        hosts: fleet.hosts.map(({ name, address, port, user }) => ({ name, address, port, user })),
        canary: Math.min(2, fleet.hosts.length - 1),
        batches: 4,
        bake: { for: pace.bake, warmUp: pace.warmUp, settle: pace.settle, every: pace.every, bucket: "1s" },
        askFor: pace.askFor,
      },
    },
  };
}

function softly(check: object, soft: object | undefined): object {
  return soft ? { ...check, soft } : check;
}

function checksNamed(names: CheckName[] | undefined, { stopped }: Pace) {
  const { jobs } = checks;
  const all = { ...checks, jobs: { ...jobs, limit: { ...jobs.limit, for: stopped } } };
  return Object.fromEntries(Object.entries(all).filter(([name]) => names?.includes(name as CheckName) ?? true));
}

const checks = {
  jobs: {
    limit: {
      query: "sum:web.jobs.processed{service:$service,env:$environment,$canary} by {host}.as_count()",
      atLeast: 1,
      // How long is in the pace: `for`.
      alive: "max:web.up{service:$service,env:$environment,$canary} by {host}",
      unit: "jobs",
    },
    means:
      "Background jobs are finished on the canary hosts. Without them mails and exports stop, although every page still works.",
    runbook: "background-jobs.md#no-jobs",
  },
  latency: {
    compare: {
      query: "avg:web.request.duration.95percentile{service:$service,env:$environment,$hosts}",
      // A process that has just started is a little slower than one that runs for long.
      ignoreBelow: "50%",
      unit: "ms",
    },
    means: "95 of 100 requests are answered faster than this. People notice when it is much more than it was.",
    runbook: "latency.md#slower-than-the-rest",
  },
  errors: {
    counts: {
      errors: "sum:web.requests{service:$service,env:$environment,status_class:5xx,$hosts}.as_count()",
      total: "sum:web.requests{service:$service,env:$environment,$hosts}.as_count()",
    },
    means: "Requests that the service could not answer (5xx).",
    runbook: "latency.md#more-failing-requests",
  },
  monitors: {
    monitors: { tags: ["service:$service", "env:$environment"] },
    means: "A monitor that somebody set up for this service alerted while the canary was out.",
    runbook: "background-jobs.md#monitor-alerted",
  },
};
