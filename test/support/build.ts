// Builders for tests: an order with everything that a deploy needs, and its facts. Each takes what matters to the test and makes up the rest.

import type { Check, CompareCheck, CountsCheck, LimitCheck, MonitorsCheck } from "../../src/canary/checks.ts";
import type { LimitReading, Look, MonitorsReading, Reading, Watched } from "../../src/canary/readings.ts";
import { readLimit } from "../../src/canary/readLimit.ts";
import type { Judgement } from "../../src/canary/verdict.ts";
import type { DeployFact, FactOf } from "../../src/deploy/facts.ts";
import { type At, type Deploy, fold, type Stage } from "../../src/deploy/fold.ts";
import { type Host, hostsOf, type Order, type Person, type Release } from "../../src/deploy/order.ts";
import type { Point } from "../../src/ports/metrics.ts";

export const you: Person = { id: "U0YOU", name: "you" };
export const teammate: Person = { id: "U0MATE", name: "teammate" };
export const onCall: Person = { id: "U0CALL", name: "on-call" };

/** 2026-11-20 12:00 UTC */
export const NOON = Date.UTC(2026, 10, 20, 12);
export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export function aRelease(letter = "b", subject = `Change ${letter}`): Release {
  const sha = letter.charCodeAt(0).toString(16).repeat(20);
  return { name: `20261120120000-${sha.slice(0, 7)}`, commit: { sha, subject, author: "teammate", committedAt: NOON } };
}

export const OLD = aRelease("a", "What ran before");
export const NEW = aRelease("b", "Faster search");

export function hostsNamed(...names: string[]): Host[] {
  return names.map((name) => ({ name, address: name, port: 22, user: "deploy" }));
}

export function aLimit(parts: Partial<LimitCheck> = {}): LimitCheck {
  return {
    kind: "limit",
    name: "errors",
    means: "Requests that were not answered.",
    runbook: "https://bot.example.com/runbooks/web.md#errors",
    inconclusive: "ask",
    query: "sum:web.errors{host IN (web-01)}",
    aggregate: "sum",
    atMost: 5,
    atLeast: null,
    forMs: null,
    alive: null,
    unit: "requests",
    ...parts,
  };
}

export function aComparison(parts: Partial<CompareCheck> = {}): CompareCheck {
  return {
    kind: "compare",
    name: "latency",
    means: "95 of 100 requests are answered faster than this.",
    runbook: "https://bot.example.com/runbooks/web.md#slower",
    inconclusive: "ask",
    query: {
      canary: "avg:web.time{host IN (web-01)}.fill(null)",
      baseline: "avg:web.time{host IN (web-03)}.fill(null)",
    },
    worse: "higher",
    tolerance: 0.25,
    confidence: 0.98,
    ignoreBelow: 0,
    unit: "ms",
    ...parts,
  };
}

export function aCount(parts: Partial<CountsCheck> = {}): CountsCheck {
  const both = (what: string) => ({
    canary: `sum:web.${what}{host IN (web-01)}.as_count()`,
    baseline: `sum:web.${what}{host IN (web-03)}.as_count()`,
  });
  return {
    kind: "counts",
    name: "failing",
    means: "The part of the requests that fails.",
    runbook: "https://bot.example.com/runbooks/web.md#failing",
    inconclusive: "ask",
    errors: both("errors"),
    total: both("requests"),
    alpha: 0.01,
    ...parts,
  };
}

export function aMonitorsCheck(parts: Partial<MonitorsCheck> = {}): MonitorsCheck {
  return {
    kind: "monitors",
    name: "monitors",
    means: "Somebody set up a monitor for this.",
    runbook: "https://bot.example.com/runbooks/web.md#alerts",
    inconclusive: "ask",
    select: { tags: ["service:web"] },
    ...parts,
  };
}

/** Two canary hosts and three more in two batches; a bake of five minutes with two checks. */
export function anOrder(parts: Partial<Order> = {}): Order {
  return {
    deploy: "k3v9x2",
    kind: "deploy",
    target: { service: "web", environment: "production" },
    by: you,
    ref: "main",
    repository: "git@example.com:web.git",
    release: NEW,
    canary: hostsNamed("web-01", "web-02"),
    batches: [hostsNamed("web-03", "web-04"), hostsNamed("web-05")],
    site: {
      path: "/srv/web",
      shared: [],
      keep: 5,
      restart: "true",
      restartTimeoutMs: MINUTE,
      health: null,
      environment: {},
    },
    concurrency: 2,
    bake: {
      forMs: 5 * MINUTE,
      warmUpMs: 30 * SECOND,
      settleMs: MINUTE,
      pollMs: 30 * SECOND,
      intervalMs: 10 * SECOND,
    },
    checks: [aLimit(), aLimit({ name: "jobs", atMost: null, atLeast: 1, unit: "jobs" })],
    maxFailedHosts: 0,
    askMs: 30 * MINUTE,
    links: { dashboard: null, compare: null, runbook: null },
    channel: "#deploys",
    ...parts,
  };
}

export function allHosts(order: Order): string[] {
  return hostsOf(order).map(({ name }) => name);
}

export function aLook(readings: Reading[], parts: Partial<Look> = {}): Look {
  const window = { from: NOON, to: NOON + 5 * MINUTE };
  return { at: window.to + MINUTE, window, last: true, readings, ...parts };
}

/** One number for the whole canary, or one per group, up to the end of a look's window. Null: nothing was reported. */
export function aReading(value: number | null | Record<string, number>, check = aLimit()): LimitReading {
  const groups = typeof value === "object" && value !== null ? Object.entries(value) : [["", value] as const];
  const canary = groups.flatMap(([scope, one]) =>
    one === null
      ? []
      : [{ scope: scope === "" ? [] : scope.split(", "), points: pointsThatGive(one, check.aggregate) }],
  );
  const window = { from: NOON, to: NOON + 5 * MINUTE };
  return readLimit(check, { canary, alive: [] }, { window, intervalMs: 10 * SECOND });
}

/** Thirty of them. */
function pointsThatGive(value: number, aggregate: string): Point[] {
  return Array.from({ length: 30 }, (_, i) => ({
    at: NOON + i * 10 * SECOND,
    value: aggregate === "sum" && i > 0 ? 0 : value,
  }));
}

export function aWatched(parts: Partial<Watched> = {}): Watched {
  return {
    id: 1,
    name: "Jobs stopped",
    group: "",
    state: "ok",
    muted: false,
    triggeredAt: null,
    resolvedAt: null,
    ...parts,
  };
}

export function watchedNow(...watched: Watched[]): MonitorsReading {
  return { kind: "monitors", check: "monitors", watched, trouble: null };
}

type Untimed = { [K in DeployFact["kind"]]: Omit<FactOf<K>, "at"> & { at?: number } }[DeployFact["kind"]];

/** Facts a second apart, beginning at noon; `measured` and others may bring their own time. */
export function timed(facts: Untimed[], from = NOON): DeployFact[] {
  return facts.map((fact, i) => ({ at: from + i * SECOND, ...fact }) as DeployFact);
}

export const judgement = (verdict: Judgement["verdict"], results: Judgement["results"] = []): Judgement => ({
  verdict,
  results,
});

/** Facts up to the beginning of a stage, everything having gone well until there. */
export function factsUntil(stage: "preparing" | "canary" | "baking" | "promoting" | "ended", order = anOrder()) {
  const hosts = allHosts(order);
  const canary = order.canary.map(({ name }) => name);
  const rest = order.batches.flat().map(({ name }) => name);
  const switched = (host: string, phase: "canary" | "fleet"): Untimed[] => [
    { kind: "switching", host, phase },
    { kind: "switched", host, phase },
  ];
  const chapters: Record<typeof stage, Untimed[]> = {
    preparing: [{ kind: "requested", order }],
    canary: [
      ...hosts.map((host): Untimed => ({ kind: "looked", host, current: OLD.name, healthy: OLD.name })),
      {
        kind: "compared",
        previous: OLD,
        changes: { ahead: 1, behind: 0, authors: ["teammate"], commits: [NEW.commit] },
      },
      { kind: "marked", which: "start", trouble: null },
      { kind: "built", bytes: 2_048, sha256: "00" },
    ],
    baking: [
      { kind: "noted", monitors: {} },
      ...canary.flatMap((host) => switched(host, "canary")),
      { kind: "bakeStarted" },
    ],
    promoting: [{ kind: "judged", judgement: judgement("pass") }],
    ended: [
      ...rest.flatMap((host) => switched(host, "fleet")),
      { kind: "marked", which: "end", trouble: null },
      { kind: "ended", outcome: "deployed" },
    ],
  };
  const order_ = Object.keys(chapters) as (typeof stage)[];
  return timed(order_.slice(0, order_.indexOf(stage) + 1).flatMap((chapter) => chapters[chapter]));
}

/** The deploy after these facts, which must have brought it to `stage`. */
export function deployAt<S extends Stage>(stage: S, facts: DeployFact[]): At<S> {
  const deploy = fold(facts);
  if (deploy?.stage !== stage) throw new Error(`expected a deploy that is ${stage}, found ${deploy?.stage}`);
  return deploy as At<S>;
}

export function then(facts: DeployFact[], ...more: Untimed[]): DeployFact[] {
  const last = facts.at(-1)?.at ?? NOON;
  return [...facts, ...timed(more, last + SECOND)];
}

export function folded(facts: DeployFact[]): Deploy {
  const deploy = fold(facts);
  if (deploy === null) throw new Error("a deploy needs facts");
  return deploy;
}

export type { Check };
