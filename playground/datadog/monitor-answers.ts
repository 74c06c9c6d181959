// Monitors in the shapes of Datadog's API. Knows no states' reasons.

import { type Group, overall, type Watched } from "./monitors.ts";
import { type Answer, ok, Refused } from "./refused.ts";

const groupStates = new Set(["all", "alert", "warn", "no data", "ok", "ignored", "skipped", "unknown"]);
const statuses = new Set(["alert", "warn", "no data", "ok", "ignored", "skipped", "unknown"]);

/** GET /api/v1/monitor/{id} */
export function getMonitor(monitors: Watched[], id: string, params: URLSearchParams): Answer {
  const wanted = readGroupStates(params);
  if (!/^\d+$/.test(id)) throw new Refused(400, "Invalid monitor id");
  const monitor = monitors.find(({ option }) => option.id === Number(id));
  if (!monitor) throw new Refused(404, "Monitor not found");
  return ok(full(monitor, wanted, params.get("with_downtimes") === "true"));
}

/** GET /api/v1/monitor, narrowed by `monitor_tags` and `name`; `others` are bodies of monitors that only exist as such. */
export function listMonitors(monitors: Watched[], others: object[], params: URLSearchParams): Answer {
  const wanted = readGroupStates(params);
  const tags = (params.get("monitor_tags") ?? "").split(",").flatMap((tag) => tag.trim() || []);
  const name = params.get("name")?.toLowerCase();
  const found = monitors
    .filter(({ option }) => tags.every((tag) => option.tags?.includes(tag)))
    .filter(({ option }) => name === undefined || option.name.toLowerCase().includes(name))
    .map((monitor) => full(monitor, wanted, params.get("with_downtimes") === "true"));
  const all = [...found, ...others];
  if (!params.has("page")) return ok(all);
  const size = Number(params.get("page_size") ?? 100);
  const page = Number(params.get("page"));
  if (!(size > 0 && size <= 1000 && page >= 0)) throw new Refused(400, "Invalid page or page_size.");
  return ok(all.slice(page * size, (page + 1) * size));
}

function readGroupStates(params: URLSearchParams): Set<string> | null {
  const text = params.get("group_states");
  if (text === null) return null;
  const wanted = new Set(text.split(",").map((state) => state.trim().toLowerCase()));
  if (![...wanted].every((state) => groupStates.has(state))) throw new Refused(400, "Invalid group_state filters.");
  return wanted;
}

function full(monitor: Watched, wanted: Set<string> | null, withDowntimes: boolean) {
  const { option, muted, changedAt } = monitor;
  const groups = [...monitor.groups.values()].filter(
    ({ status }) => wanted?.has("all") || wanted?.has(status.toLowerCase()),
  );
  return {
    id: option.id,
    org_id: 321813,
    type: option.type ?? "metric alert",
    name: option.name,
    message: option.message ?? "",
    tags: option.tags ?? [],
    query: option.query ?? "no_query",
    options: {
      notify_audit: false,
      on_missing_data: option.onMissing ?? "resolve",
      evaluation_delay: option.evaluationDelayS ?? null,
      silenced: muted ? { "*": null } : {},
    },
    multi: (monitor.question?.query.by.length ?? 0) > 0,
    created_at: 1728578340000,
    created: "2024-10-10T16:39:00.138359+00:00",
    modified: "2024-10-10T16:39:00.138359+00:00",
    deleted: null,
    restricted_roles: null,
    priority: null,
    overall_state_modified: changedAt === null ? null : new Date(changedAt).toISOString(),
    overall_state: overall(monitor),
    creator: { name: null, email: "redacted@example.com", handle: "redacted@example.com", id: 1445416 },
    ...(withDowntimes ? { matching_downtimes: [] } : {}),
    ...(wanted && !option.hidesGroups
      ? { state: { groups: Object.fromEntries(groups.map((group) => [group.name, shown(group)])) } }
      : {}),
  };
}

const shown = (group: Group) => ({
  name: group.name,
  status: group.status,
  last_triggered_ts: group.lastTriggered || null,
  last_resolved_ts: group.lastResolved || null,
  last_nodata_ts: group.lastNoData || null,
  last_notified_ts: group.lastTriggered || null,
});

/** GET /api/v1/monitor/search with `status:`, `tag:` and words of the name. */
export function searchMonitors(monitors: Watched[], params: URLSearchParams): Answer {
  const words = (params.get("query") ?? "").match(/[\w.]+:"[^"]*"|\S+/g) ?? [];
  const found = monitors.filter((monitor) => words.every((word) => matches(monitor, word)));
  const size = Number(params.get("per_page") ?? 30);
  const page = Number(params.get("page") ?? 0);
  return ok({
    counts: { status: [], muted: [], tag: [], type: [] },
    monitors: found.slice(page * size, (page + 1) * size).map(summary),
    metadata: { total_count: found.length, page_count: Math.ceil(found.length / size), page, per_page: size },
  });
}

function matches(monitor: Watched, word: string): boolean {
  const [, key, quoted = ""] = /^(status|tag|id):(.*)$/.exec(word) ?? [];
  const value = quoted.replaceAll('"', "");
  if (key === "status") {
    if (statuses.has(value.toLowerCase())) return overall(monitor).toLowerCase() === value.toLowerCase();
    throw new Refused(400, `Query parsing error: '${value}' is not a valid monitor status`);
  }
  if (key === "tag") return monitor.option.tags?.includes(value) ?? false;
  if (key === "id") return String(monitor.option.id) === value;
  return monitor.option.name.toLowerCase().includes(word.toLowerCase());
}

function summary(monitor: Watched) {
  const { option, muted } = monitor;
  const triggered = Math.max(0, ...[...monitor.groups.values()].map((group) => group.lastTriggered));
  return {
    status: overall(monitor),
    scopes: [],
    classification: "metric",
    creator: { handle: "redacted@example.com", id: 1445416, name: null },
    restricted_roles: [],
    metrics: monitor.question ? [monitor.question.query.metric] : [],
    notifications: [],
    muted_until_ts: muted ? 0 : null,
    query: option.query ?? "no_query",
    id: option.id,
    last_triggered_ts: triggered || null,
    name: option.name,
    tags: option.tags ?? [],
    org_id: 321813,
    priority: null,
    type: option.type ?? "metric alert",
  };
}
