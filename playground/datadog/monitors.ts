// Monitors that evaluate, alert and resolve by themselves, per group. Knows no HTTP.

import type { Events, Transition } from "./events.ts";
import { groupValues, type MonitorQuery, readMonitorQuery } from "./monitor-query.ts";
import type { Points } from "./points.ts";

export interface MonitorOption {
  id: number;
  name: string;
  /** `sum(last_15s):sum:web.jobs.processed{env:production} by {host}.as_count() < 1`; without one only a hand sets its states. */
  query?: string;
  tags?: string[];
  /** Datadog's name for the kind, `metric alert` when left out. */
  type?: string;
  message?: string;
  /** A second, milder threshold. */
  warning?: number;
  /** What becomes of a group whose measurements stop. `resolve` when left out: this is how an alert vanishes. */
  onMissing?: "resolve" | "noData" | "zero";
  muted?: boolean;
  evaluationDelayS?: number;
  /** Tells its overall state only, whoever asks: then nothing but its events says that it has alerted. */
  hidesGroups?: boolean;
}

export type Status = "OK" | "Alert" | "Warn" | "No Data" | "Ignored" | "Skipped" | "Unknown";

export interface Group {
  name: string;
  status: Status;
  /** Seconds since 1970, as Datadog has them; 0 is never. */
  lastTriggered: number;
  lastResolved: number;
  lastNoData: number;
  value: number | null;
  /** Set by hand: evaluation leaves it alone. */
  byHand: boolean;
}

export interface Watched {
  option: MonitorOption;
  question: MonitorQuery | null;
  groups: Map<string, Group>;
  muted: boolean;
  /** Milliseconds; null before the first change. */
  changedAt: number | null;
}

export interface Surroundings {
  points: Points;
  events: Events;
  now(): number;
}

export function watch(option: MonitorOption): Watched {
  const question = option.query ? readMonitorQuery(option.query) : null;
  return { option, question, groups: new Map(), muted: option.muted ?? false, changedAt: null };
}

/** Looks at the measurements once and moves each group to the state they give. */
export function evaluate(monitor: Watched, around: Surroundings): void {
  if (!monitor.question) return;
  const values = groupValues(around.points, monitor.question, around.now());
  const onMissing = monitor.option.onMissing ?? "resolve";
  if (onMissing === "zero" && monitor.question.query.by.length === 0 && values.size === 0) values.set("*", 0);
  for (const name of new Set([...monitor.groups.keys(), ...values.keys()])) {
    if (monitor.groups.get(name)?.byHand) continue;
    const value = values.get(name) ?? (onMissing === "zero" ? 0 : null);
    const missing: Status = onMissing === "noData" ? "No Data" : "OK";
    move(monitor, { name, status: value === null ? missing : statusOf(monitor, value), value, byHand: false }, around);
  }
}

function statusOf({ question, option }: Watched, value: number): Status {
  if (question?.breaches(value)) return "Alert";
  return option.warning !== undefined && question?.breaches(value, option.warning) ? "Warn" : "OK";
}

export type Move = Pick<Group, "name" | "status" | "value" | "byHand">;

/** Moves one group, remembers when, and tells the event stream of a change. */
export function move(monitor: Watched, to: Move, around: Surroundings): void {
  const before = monitor.groups.get(to.name) ?? {
    status: "OK" as const,
    lastTriggered: 0,
    lastResolved: 0,
    lastNoData: 0,
  };
  const seconds = Math.floor(around.now() / 1000);
  const changed = before.status !== to.status;
  const triggered = changed && (to.status === "Alert" || to.status === "Warn");
  monitor.groups.set(to.name, {
    ...to,
    lastTriggered: triggered ? seconds : before.lastTriggered,
    lastResolved: changed && to.status === "OK" ? seconds : before.lastResolved,
    lastNoData: to.status === "No Data" ? seconds : before.lastNoData,
  });
  if (!changed) return;
  monitor.changedAt = around.now();
  tell(monitor, { group: to.name, from: before.status, to: to.status }, around);
}

function tell({ option }: Watched, change: Pick<Transition, "group" | "from" | "to">, around: Surroundings): void {
  const recovered = change.to === "OK";
  const type = recovered
    ? "alert recovery"
    : change.to === "No Data"
      ? "no data"
      : change.to === "Warn"
        ? "warning"
        : "alert";
  const verb = recovered
    ? "Recovered"
    : change.to === "No Data"
      ? "No data"
      : change.to === "Warn"
        ? "Warn"
        : "Triggered";
  around.events.add({
    at: around.now(),
    title: `[${verb} on {${change.group}}] ${option.name}`,
    text: option.message ?? option.query ?? "",
    tags: [...(option.tags ?? []), ...change.group.split(",").filter((tag) => tag !== "*"), "source:alert"],
    alertType: recovered ? "success" : change.to === "Alert" ? "error" : "warning",
    transition: { monitor: option.id, name: option.name, type, ...change },
  });
}

/** The worst state of any group; a monitor that has seen nothing yet has no data. */
export function overall(monitor: Watched): Status {
  const states = new Set([...monitor.groups.values()].map((group) => group.status));
  const order: Status[] = ["Alert", "Warn", "No Data", "Unknown", "Skipped", "Ignored", "OK"];
  return order.find((status) => states.has(status)) ?? "No Data";
}
