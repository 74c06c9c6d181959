// Links that belong to a deploy: the dashboard set to its service and window, the compare page, the runbook. Pure.

import type { Deploy } from "../deploy/fold.ts";
import type { Window } from "../ports/metrics.ts";

/** After the end a minute is shown too, so that the recovery can be seen. */
const AFTERMATH_MS = 60_000;

/**
 * The as-you-deploy dashboard: from the deploy's start, live while it runs, pinned to its window when it is over. Null when none is
 * configured.
 */
export function dashboardLink(deploy: Deploy): string | null {
  const { dashboard } = deploy.order.links;
  if (dashboard === null) return null;
  const url = new URL(dashboard.url);
  const over = deploy.stage === "ended";
  url.searchParams.set("from_ts", String(deploy.startedAt));
  if (over) url.searchParams.set("to_ts", String(deploy.endedAt + AFTERMATH_MS));
  url.searchParams.set("live", String(!over));
  if (over) url.searchParams.set("refresh_mode", "paused");
  for (const [name, value] of Object.entries(dashboard.variables)) url.searchParams.set(`tpl_var_${name}`, value);
  return url.toString();
}

/** The same dashboard pinned to a window; null when none is configured. */
export function dashboardOver({ order }: Deploy, window: Window): string | null {
  const { dashboard } = order.links;
  if (dashboard === null) return null;
  const url = pinned(dashboard.url, window);
  for (const [name, value] of Object.entries(dashboard.variables)) url.searchParams.set(`tpl_var_${name}`, value);
  return url.toString();
}

/** A monitor's own page at that time; null in orders of a version that did not keep where Datadog's pages are. */
export function monitorLink({ order }: Deploy, id: number, window: Window): string | null {
  return order.links.app ? pinned(`${order.links.app}/monitors/${id}`, window).toString() : null;
}

/** Pages of Datadog slide on with the time unless they are told not to. */
function pinned(page: string, { from, to }: Window): URL {
  const url = new URL(page);
  for (const [name, value] of Object.entries({ from_ts: from, to_ts: to, live: false, refresh_mode: "paused" }))
    url.searchParams.set(name, String(value));
  return url;
}

/** The page that shows what is new; null without a configured address or when it is not known what ran before. */
export function compareLink({ order, previous }: Deploy): string | null {
  if (order.links.compare === null || !previous?.commit) return null;
  return order.links.compare
    .replaceAll("{from}", encodeURIComponent(previous.commit.sha))
    .replaceAll("{to}", encodeURIComponent(order.release.commit.sha));
}
