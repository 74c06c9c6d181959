// What it means for a deploy that hosts have points or have none, and what state monitors are in. Pure.

import type { Check, MetricCheck } from "../canary/checks.ts";
import type { Mark } from "../chat/sentences/doctor.ts";
import type { CheckFinding, Part } from "../chat/sentences/doctorChecks.ts";
import { hostList } from "../chat/sentences/hostList.ts";
import type { Monitor } from "../ports/metrics.ts";
import { isByHost, metricsIn, type PartQuestion } from "./questions.ts";

export interface Fleet {
  /** All hosts, in the order of the configuration. */
  hosts: string[];
  canary: string[];
  lookedMs: number;
}

export type Marked = [mark: Mark, about: CheckFinding];

/** A question and the hosts of which there were points. */
export type Heard = PartQuestion & { seen: ReadonlySet<string> };

/** `heard`: all parts of the check. */
export function metricFindings(check: MetricCheck, heard: readonly Heard[], fleet: Fleet): Marked[] {
  const silent = heard.flatMap((one) => {
    const hosts = fleet.hosts.filter((host) => !one.seen.has(host));
    return hosts.length > 0 && mustSpeak(check, one.part) ? [{ ...one, hosts }] : [];
  });
  const findings = merged(silent).map((one) => noPoints(check, one, fleet));
  if (check.kind === "limit" && check.alive !== null) findings.push(...silentOf(check, heard, fleet));
  if (findings.length > 0) return findings.map((one) => softly(check, one));
  return [["ok", { kind: "checkWell", hosts: fleet.hosts.length, lookedMs: fleet.lookedMs }]];
}

/** Errors that are not there are not reported, and where something else shows that a host is alive, its silence is a zero. */
function mustSpeak(check: MetricCheck, part: Part): boolean {
  if (part === "errors") return false;
  return part === "alive" || check.kind !== "limit" || check.alive === null;
}

type Silent = Heard & { hosts: string[] };

/** Two parts that are silent on the same hosts are one finding. */
function merged(silent: Silent[]): (Silent & { parts: Part[]; queries: string[] })[] {
  const byHosts = new Map<string, Silent & { parts: Part[]; queries: string[] }>();
  for (const one of silent) {
    const known = byHosts.get(one.hosts.join());
    if (known) {
      known.parts.push(one.part);
      known.queries.push(one.query);
    } else byHosts.set(one.hosts.join(), { ...one, parts: [one.part], queries: [one.query] });
  }
  return [...byHosts.values()];
}

function noPoints(
  check: MetricCheck,
  { hosts, query, parts, queries }: ReturnType<typeof merged>[number],
  fleet: Fleet,
): Marked {
  const canary = hosts.filter((host) => fleet.canary.includes(host));
  const rest = fleet.hosts.filter((host) => !fleet.canary.includes(host));
  const all = hosts.length === fleet.hosts.length;
  // One line for all canary hosts has points as long as one of them has.
  const canaryStuck = isByHost(query) ? canary.length > 0 : canary.length === fleet.canary.length;
  const restStuck = check.kind !== "limit" && rest.every((host) => hosts.includes(host));
  const stuck = canaryStuck || restStuck;
  return [
    stuck ? "wrong" : "look",
    {
      kind: "noPoints",
      parts,
      hosts: all && hosts.length > 1 ? "any host" : hostList(hosts),
      all,
      passes: !stuck,
      canary: canary.length > 0,
      metrics: [...new Set(queries.flatMap(metricsIn))],
      lookedMs: fleet.lookedMs,
    },
  ];
}

/** Hosts that are alive and of which the query itself has nothing. */
function silentOf(check: Extract<MetricCheck, { kind: "limit" }>, heard: readonly Heard[], fleet: Fleet): Marked[] {
  const own = heard.find(({ part }) => part === "query");
  const alive = heard.find(({ part }) => part === "alive");
  if (!own || !alive) return [];
  const silent = fleet.hosts.filter((host) => alive.seen.has(host) && !own.seen.has(host));
  const metrics = metricsIn(own.query);
  const { lookedMs } = fleet;
  if (silent.length === 0) return [];
  if (check.atLeast === null) return own.seen.size === 0 ? [["look", { kind: "neverSeen", metrics, lookedMs }]] : [];
  const stuck = isByHost(own.query) ? silent.some((host) => fleet.canary.includes(host)) : own.seen.size === 0;
  return [[stuck ? "wrong" : "look", { kind: "aliveSilent", hosts: hostList(silent), metrics, lookedMs }]];
}

export function monitorFindings(check: Extract<Check, { kind: "monitors" }>, monitors: readonly Monitor[]): Marked[] {
  const select = "tags" in check.select ? `the tags ${check.select.tags.join(", ")}` : "these ids";
  if (monitors.length === 0) return [softly(check, ["wrong", { kind: "monitorsNone", select }])];
  const namesOf = (some: readonly Monitor[]) => some.map(({ name }) => name);
  const muted = monitors.filter((one) => one.muted);
  const heard = monitors.filter((one) => !one.muted);
  const states = (monitor: Monitor) =>
    (monitor.groups.length > 0 ? monitor.groups : [monitor]).map(({ state }) => state);
  const red = heard.filter((one) => states(one).includes("alert"));
  const silent = heard.filter((one) => states(one).some((state) => !["alert", "ok", "warn"].includes(state)));
  const findings: Marked[] = [
    ...(muted.length > 0 ? [["wrong", { kind: "monitorsMuted", monitors: namesOf(muted) }] satisfies Marked] : []),
    ...(silent.length > 0 ? [["wrong", { kind: "monitorsSilent", monitors: namesOf(silent) }] satisfies Marked] : []),
    ...(red.length > 0 ? [["look", { kind: "monitorsRed", monitors: namesOf(red) }] satisfies Marked] : []),
  ];
  if (findings.length > 0) return findings.map((one) => softly(check, one));
  return [["ok", { kind: "monitorsWell", monitors: monitors.length }]];
}

/** A check on trial stops nothing. */
export function softly({ soft }: Pick<Check, "soft">, [mark, about]: Marked): Marked {
  if (!soft || mark !== "wrong") return [mark, about];
  return ["look", about.kind === "noPoints" ? { ...about, passes: true } : about];
}
