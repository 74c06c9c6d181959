// Puts changes of state into the groups they belong to, so that an alert shows although it is over. Knows no request.

import type { FromMetrics, Monitor, MonitorGroup } from "../../ports/metrics.ts";
import type { Account } from "./client.ts";
import { findTransitions, type Transition } from "./transitions.ts";

/** How far the times of one and the same alert may lie apart in a monitor and in its event. A monitor is evaluated once a minute. */
const SAME_ALERT_MS = 10_000;

/** The monitors with what has happened since then. */
export async function withHistory(
  account: Account,
  monitors: Monitor[],
  lookBack: { since: number; signal: AbortSignal },
): Promise<FromMetrics<Monitor[]>> {
  const ids = monitors.map(({ id }) => id);
  const found = await findTransitions(account, ids, lookBack);
  if (!found.ok) return found;
  const of = (id: number) => found.value.filter(({ monitor }) => monitor === id);
  return { ok: true, value: monitors.map((monitor) => withTransitions(monitor, of(monitor.id))) };
}

/** `transitions` of this monitor, oldest first. */
export function withTransitions(monitor: Monitor, transitions: Transition[]): Monitor {
  const whole = { state: monitor.state, lastTriggeredAt: null, lastResolvedAt: null };
  // A monitor that shows no groups stays in sight beside groups that only an event tells of.
  const shown: MonitorGroup[] = monitor.groups.length > 0 ? monitor.groups : [{ name: "", ...whole }];
  const groups = new Map(shown.map((group) => [group.name, group]));
  const itself = new Set(groups.keys());
  for (const transition of transitions) {
    const name = nameOf(transition.groups, [...groups.keys()]);
    const before = groups.get(name) ?? { name, ...whole };
    const state = itself.has(name) ? before.state : transition.to;
    groups.set(name, { ...after(before, transition), state });
  }
  return { ...monitor, groups: [...groups.values()] };
}

function after(group: MonitorGroup, { at, to, alerts }: Transition): MonitorGroup {
  if (alerts) return { ...group, lastTriggeredAt: later(group.lastTriggeredAt, at) };
  return to === "ok" ? { ...group, lastResolvedAt: later(group.lastResolvedAt, at) } : group;
}

/** The monitor's own time stays when the event is about the same moment: it is what the times of other looks are compared with. */
function later(known: number | null, at: number): number {
  return known === null || at > known + SAME_ALERT_MS ? at : known;
}

/** The group as the monitor calls it: the same tags in whatever order, and `*` or nothing for the whole. */
function nameOf(told: string[], known: string[]): string {
  const joined = tagsOf(told.join(","));
  const one = known.find((name) => tagsOf(name) === joined || told.some((tags) => tagsOf(tags) === tagsOf(name)));
  return one ?? told.join(",");
}

function tagsOf(name: string): string {
  const tags = name.split(",").flatMap((tag) => tag.trim() || []);
  return tags
    .filter((tag) => tag !== "*")
    .sort()
    .join(",");
}
