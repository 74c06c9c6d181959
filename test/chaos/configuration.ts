// The configuration of the chaos run's bots: five services, each deployed in another way, with times as short as they may be. Knows no server.

import { stringify } from "yaml";
import { RECORD } from "./releases.ts";

export const ENVIRONMENT = "production";
export const CHANNEL = "C0DEPLOYS";
/** How long a question in a thread waits for an answer. */
export const ASK_FOR_S = 15;
const HOSTS = 4;

/** How each service differs from the others. `commands`: it fetches what it needs itself. */
const SERVICES = {
  web: { canary: 1, batches: 2, checks: ["jobs", "monitors"] },
  api: { canary: 1, batches: 2, between: { pause: "4s" }, checks: ["jobs"] },
  jobs: { canary: "none", batches: "50%", maxFailedHosts: 1, checks: [] },
  search: { canary: 1, batches: 3, prepareWhileBaking: false, maxFailedHosts: 1, retries: 0, checks: ["softly"] },
  mail: { canary: 1, batches: "100%", checks: ["jobs"], commands: true },
} as const;

export type ServiceName = keyof typeof SERVICES;
export const NAMES = Object.keys(SERVICES) as ServiceName[];
export const isCommands = (service: ServiceName): boolean => "commands" in SERVICES[service];
export const hostNames = (service: ServiceName): string[] =>
  Array.from({ length: HOSTS }, (_, i) => `${service}-0${i + 1}`);
export const serviceOf = (host: string): ServiceName => host.replace(/-\d+$/, "") as ServiceName;
export const ALL_HOSTS = NAMES.flatMap(hostNames);

export interface Around {
  repositoryUrl: string;
  datadogUrl: string;
  botUrl: string;
  runbooks: string;
  key: string;
  knownHosts: string;
  /** Where each host is reached. */
  ports: ReadonlyMap<string, number>;
}

export function configuration(around: Around): string {
  const everyone = { deploy: "everyone", lock: "everyone", rollBack: "everyone", freeze: "everyone" };
  return stringify({
    channel: "#deploys",
    publicUrl: around.botUrl,
    runbooks: around.runbooks,
    datadog: { app: around.datadogUrl },
    ssh: { key: around.key, knownHosts: [around.knownHosts], connectTimeout: "3s" },
    environments: { [ENVIRONMENT]: { who: everyone } },
    locks: { for: "10s", longest: "30s", warn: "3s", accept: "5s" },
    services: Object.fromEntries(NAMES.map((name) => [name, service(name, around)])),
  });
}

function service(name: ServiceName, { repositoryUrl, ports }: Around) {
  const { checks: wanted, ...different } = { ...SERVICES[name] } as { checks: readonly string[]; commands?: boolean };
  const { commands, ...place } = different;
  const hosts = hostNames(name).map((host) => ({
    ...{ name: host, address: "127.0.0.1", port: ports.get(host), user: "deploy" },
  }));
  return {
    repository: repositoryUrl,
    defaultEnvironment: ENVIRONMENT,
    runbook: "web.md",
    onCall: "S0SRE",
    ...(commands ? { commands: asCommands } : { release: asRelease }),
    checks: Object.fromEntries(wanted.map((check) => [check, CHECKS[check as keyof typeof CHECKS]])),
    environments: {
      [ENVIRONMENT]: {
        hosts,
        ...place,
        bake: { for: "4s", warmUp: "500ms", settle: "1s", every: "500ms", bucket: "1s" },
        askFor: `${ASK_FOR_S}s`,
      },
    },
  };
}

const asRelease = {
  ...{ path: "/srv/web", keep: 3, restart: "bin/restart", restartTimeout: "10s" },
  health: { command: "bin/health", timeout: "2s", every: "200ms" },
};

const asCommands = {
  ...{ path: "/srv/web", keep: 3, prepare: "sleep 0.2", timeout: "10s" },
  run: `${RECORD}sleep 0.2\necho "end $LOCKSTEP_RELEASE" >>"$LOCKSTEP_PATH/switches"`,
};

const finished = {
  limit: {
    query: "sum:chaos.jobs{service:$service,env:$environment,$canary} by {host}.as_count()",
    atLeast: 1,
    for: "2s",
    alive: "max:chaos.up{service:$service,env:$environment,$canary} by {host}",
    unit: "jobs",
  },
  means: "Background jobs are finished on the canary hosts.",
  runbook: "background-jobs.md#no-jobs",
};

const CHECKS = {
  jobs: finished,
  softly: { ...finished, soft: { until: "2099-12-31", owner: "U0ONE" } },
  monitors: {
    monitors: { tags: ["service:$service", "env:$environment"] },
    means: "A monitor that somebody set up for this service alerted while the canary was out.",
    runbook: "background-jobs.md#monitor-alerted",
  },
};
