// The deploys that are killed: each with its configuration, what the metrics say, and what a person orders meanwhile. Know no bot and no store.

import type { Settings } from "../../src/config/read.ts";
import type { Outcome } from "../../src/deploy/facts.ts";
import type { Deploy } from "../../src/deploy/fold.ts";
import type { Release, Target } from "../../src/deploy/order.ts";
import type { Wish } from "../../src/deploy/rules.ts";
import type { HostTrouble } from "../../src/ports/fleet.ts";
import type { Metrics, Monitor, Series } from "../../src/ports/metrics.ts";
import { type Changing, configured } from "../config/example.ts";
import { NEW, OLD } from "../support/build.ts";
import { wellMetrics } from "../support/outside.ts";
import type { Edge } from "./mortal.ts";

export interface Scenario {
  name: string;
  settings: Settings;
  target: Target;
  begins: "deploy" | "rollback";
  /** Releases that the target has had, oldest first. */
  past?: Release[];
  metrics: Metrics;
  /** Whether the monitor alerts, as it stands then. */
  alerts?: (deploy: Deploy, now: number) => boolean;
  /** A host whose first order comes to nothing. */
  fails?: { host: string; trouble: HostTrouble };
  /** What a person says as soon as it stands so. */
  says?: { when: (deploy: Deploy) => boolean; wish: Wish };
  /** A bot that has died before: the edges are those of the next one. */
  died?: Edge;
  outcome: Outcome;
  /** What each host was restarted with, in order. */
  restarts: Record<string, string[]>;
}

const HOSTS = ["web-01.example.com", "web-02.example.com", "web-03.example.com", "web-04.example.com"] as const;
const [FIRST, SECOND, THIRD, FOURTH] = HOSTS;
export const WEB = { service: "web", environment: "production" };

/** Two canary hosts, two batches of one, a bake of two looks over one check. */
function quick({ all, web, production }: Changing): void {
  const everyone = { deploy: "everyone", lock: "everyone", rollBack: "everyone", freeze: "everyone" };
  for (const environment of Object.values<{ who: unknown }>(all.environments)) environment.who = everyone;
  const { jobs, monitors } = web.checks;
  delete jobs.limit.for;
  web.checks = { jobs, monitors };
  production.canary = 2;
  production.batches = "50%";
  delete production.between;
  production.bake = { for: "20s", warmUp: "5s", settle: "5s", every: "15s", bucket: "5s" };
}

const settings = (change: (what: Changing) => void = () => {}): Settings => ({
  configuration: configured((what) => {
    quick(what);
    change(what);
  }),
  runbooks: new Map(),
});

const withoutMonitors = settings(({ web }) => delete web.checks.monitors);

export const monitor: Monitor = { id: 1, name: "Jobs stopped", state: "ok", muted: false, groups: [], lagMs: 10_000 };
const well: Metrics = { ...wellMetrics, monitors: async () => ({ ok: true, value: [monitor] }) };

function seeing(seen: (query: string, series: Series[]) => Series[]): Metrics {
  return {
    ...well,
    async ask(questions, window, intervalMs, signal) {
      const answer = await well.ask(questions, window, intervalMs, signal);
      if (!answer.ok) return answer;
      const seenOf = ({ id, query }: { id: string; query: string }) =>
        [id, seen(query, answer.value.get(id) ?? [])] as const;
      return { ok: true, value: new Map(questions.map(seenOf)) };
    },
  };
}

/** The service is up, and does nothing. */
const noJobs = seeing((query, series) =>
  query.includes("jobs.processed")
    ? series.map(({ scope, points }) => ({ scope, points: points.map(({ at }) => ({ at, value: 0 })) }))
    : series,
);
const nothing = seeing(() => []);

const onAll = (...releases: string[]) => Object.fromEntries(HOSTS.map((host) => [host, releases]));
const onCanary = { ...onAll(), [FIRST]: ["new", "old"], [SECOND]: ["new", "old"] };

export const scenarios: Scenario[] = [
  {
    name: "that passes",
    settings: settings(),
    target: WEB,
    begins: "deploy",
    metrics: well,
    outcome: "deployed",
    restarts: onAll("new"),
  },
  {
    name: "whose canary fails",
    settings: withoutMonitors,
    target: WEB,
    begins: "deploy",
    metrics: noJobs,
    outcome: "rolledBack",
    restarts: onCanary,
  },
  {
    name: "that is aborted while the canary goes out",
    settings: settings(({ web, production }) => {
      delete web.checks.monitors;
      production.concurrency = 1;
    }),
    target: WEB,
    begins: "deploy",
    metrics: well,
    says: { when: ({ hosts }) => hosts.get(FIRST)?.is === "new", wish: "abort" },
    outcome: "rolledBack",
    restarts: { ...onAll(), [FIRST]: ["new", "old"] },
  },
  {
    name: "that a person takes back while the fleet is switched",
    settings: withoutMonitors,
    target: WEB,
    begins: "deploy",
    metrics: well,
    says: { when: ({ hosts }) => hosts.get(THIRD)?.is === "new", wish: "rollBack" },
    outcome: "rolledBack",
    restarts: { ...onAll("new", "old"), [FOURTH]: [] },
  },
  {
    name: "whose checks cannot tell, and that a person promotes",
    settings: withoutMonitors,
    target: WEB,
    begins: "deploy",
    metrics: nothing,
    says: { when: ({ stage }) => stage === "asking", wish: "promote" },
    outcome: "deployed",
    restarts: onAll("new"),
  },
  {
    name: "whose checks cannot tell, and of which nobody says anything",
    settings: settings(({ web, production }) => {
      delete web.checks.monitors;
      production.askFor = "1m";
    }),
    target: WEB,
    begins: "deploy",
    metrics: nothing,
    outcome: "rolledBack",
    restarts: onCanary,
  },
  {
    name: "with bakes between batches",
    settings: settings(({ web, production }) => {
      delete web.checks.monitors;
      production.between = { pause: "20s" };
    }),
    target: WEB,
    begins: "deploy",
    metrics: well,
    outcome: "deployed",
    restarts: onAll("new"),
  },
  {
    name: "that goes back to the release before",
    settings: withoutMonitors,
    target: WEB,
    begins: "rollback",
    past: [NEW, OLD],
    metrics: well,
    outcome: "deployed",
    restarts: onAll("new"),
  },
  {
    name: "of a service that is commands only",
    settings: settings(),
    target: { service: "mail", environment: "production" },
    begins: "deploy",
    metrics: well,
    outcome: "deployed",
    restarts: { "mail-01.example.com": ["new"], "mail-02.example.com": ["new"] },
  },
  {
    name: "after whose bake a monitor alerts late",
    settings: settings(({ production }) => {
      production.between = { pause: "40s", checks: false };
    }),
    target: WEB,
    begins: "deploy",
    metrics: well,
    alerts: ({ hosts, lateAt }, now) => (lateAt === null ? hosts.get(THIRD)?.is === "new" : now < lateAt + 40_000),
    outcome: "rolledBack",
    restarts: { ...onAll("new", "old"), [FOURTH]: [] },
  },
  {
    name: "on one host of which the first try comes to nothing",
    settings: withoutMonitors,
    target: WEB,
    begins: "deploy",
    metrics: well,
    fails: { host: THIRD, trouble: "refused" },
    outcome: "deployed",
    restarts: onAll("new"),
  },
  {
    name: "that asks about a host that failed, and is told to try again",
    settings: withoutMonitors,
    target: WEB,
    begins: "deploy",
    metrics: well,
    fails: { host: THIRD, trouble: "diskFull" },
    says: { when: ({ stage }) => stage === "asking", wish: "retry" },
    outcome: "deployed",
    restarts: onAll("new"),
  },
  {
    name: "whose bot has died in the middle of a switch before",
    settings: withoutMonitors,
    target: WEB,
    begins: "deploy",
    metrics: well,
    died: { call: `roll out ${THIRD}`, moment: "cut" },
    outcome: "deployed",
    restarts: { ...onAll("new"), [THIRD]: ["new", "new"] },
  },
  {
    name: "whose bot has died on the way back before",
    settings: withoutMonitors,
    target: WEB,
    begins: "deploy",
    metrics: noJobs,
    died: { call: `roll back ${SECOND}`, moment: "cut" },
    outcome: "rolledBack",
    restarts: { ...onCanary, [SECOND]: ["new", "old", "old"] },
  },
];
