// Monitors and the states of their groups, as Datadog sends them. A selected monitor that cannot be read is never passed over.

import { z } from "zod";
import type { FromMetrics, Monitor, MonitorGroup, MonitorSelector, MonitorState } from "../../ports/metrics.ts";
import { type Account, type Api, call } from "./client.ts";
import { garbled, place } from "./failures.ts";

const seconds = z.number().nullish();

const group = z.object({ status: z.string().nullish(), last_triggered_ts: seconds, last_resolved_ts: seconds });

const downtime = z.object({ active: z.boolean().nullish(), start: seconds, end: seconds });

const shape = z.object({
  id: z.int(),
  name: z.string(),
  overall_state: z.string().nullish(),
  state: z.object({ groups: z.record(z.string(), group).nullish() }).nullish(),
  query: z.string().nullish().catch(null),
  options: z
    .object({
      silenced: z.record(z.string(), z.number().nullable()).nullish(),
      evaluation_delay: z.number().nullish().catch(null),
    })
    .nullish(),
  matching_downtimes: z.array(downtime).nullish(),
});

/** What every entry of a list must tell, whatever kind of monitor it is. */
const tagged = z.object({ tags: z.array(z.string()).nullish() });

const withEverything = { groupStates: "all", withDowntimes: true };
const atOnce = 4;
const pageSize = 100;
const mostPages = 100;

/** Asks for each id, or for all pages of monitors with the tags. */
export function findMonitors(
  account: Account,
  selector: MonitorSelector,
  signal: AbortSignal,
): Promise<FromMetrics<Monitor[]>> {
  return "ids" in selector
    ? byIds(account, [...new Set(selector.ids)], signal)
    : byTags(account, selector.tags, signal);
}

async function byIds(account: Account, ids: number[], signal: AbortSignal): Promise<FromMetrics<Monitor[]>> {
  if (ids.length === 0) return nothingSelected;
  const monitors: Monitor[] = [];
  for (let first = 0; first < ids.length; first += atOnce) {
    const answers = await Promise.all(ids.slice(first, first + atOnce).map((id) => byId(account, id, signal)));
    for (const answer of answers) {
      if (!answer.ok) return answer;
      monitors.push(answer.value);
    }
  }
  return { ok: true, value: monitors };
}

async function byId(account: Account, id: number, signal: AbortSignal): Promise<FromMetrics<Monitor>> {
  const ask = (api: Api) => api.monitors.getMonitor({ monitorId: id, ...withEverything });
  const answer = await call(account, ask, signal);
  if (!answer.ok) return { ...answer, detail: `monitor ${id}: ${answer.detail}`.slice(0, 300) };
  const monitor = readMonitor(answer.value, Date.now());
  if (monitor.ok && monitor.value.id !== id) return garbled(`asked for monitor ${id}, got ${monitor.value.id}`);
  return monitor;
}

async function byTags(account: Account, tags: string[], signal: AbortSignal): Promise<FromMetrics<Monitor[]>> {
  if (tags.length === 0) return nothingSelected;
  const found = new Map<number, Monitor>();
  for (let page = 0; page < mostPages; page += 1) {
    const ask = (api: Api) =>
      api.monitors.listMonitors({ ...withEverything, monitorTags: tags.join(","), page, pageSize });
    const answer = await call(account, ask, signal);
    if (!answer.ok) return answer;
    const entries = readPage(answer.value, tags, Date.now());
    if (!entries.ok) return entries;
    for (const monitor of entries.value.monitors) found.set(monitor.id, monitor);
    if (entries.value.length < pageSize) return { ok: true, value: [...found.values()] };
  }
  return garbled(`the list of monitors has no end after ${mostPages} pages`);
}

const nothingSelected: FromMetrics<never> = { ok: false, trouble: "queryRefused", detail: "no monitor is selected" };

/** The monitors of one page that carry all of the tags; how Datadog joins several tags is not relied on. */
export function readPage(
  body: unknown,
  tags: string[],
  now: number,
): FromMetrics<{ monitors: Monitor[]; length: number }> {
  const entries = z.array(z.unknown()).safeParse(body);
  if (!entries.success) return garbled(`the list of monitors: ${place(entries.error)}`);
  const monitors: Monitor[] = [];
  for (const entry of entries.data) {
    const read = tagged.safeParse(entry);
    if (!read.success) return garbled(`a listed monitor's ${place(read.error)}`);
    const carried = new Set(read.data.tags?.map((tag) => tag.toLowerCase()));
    if (!tags.every((tag) => carried.has(tag.toLowerCase()))) continue;
    const monitor = readMonitor(entry, now);
    if (!monitor.ok) return monitor;
    monitors.push(monitor.value);
  }
  return { ok: true, value: { monitors, length: entries.data.length } };
}

/** `now` (ms) decides whether a mute has expired. */
export function readMonitor(body: unknown, now: number): FromMetrics<Monitor> {
  const read = shape.safeParse(body);
  if (!read.success) return garbled(`a monitor's ${place(read.error)}`);
  const { id, name, overall_state: state, state: states, options, matching_downtimes: downtimes, query } = read.data;
  const silenced = Object.values(options?.silenced ?? {}).some((until) => until === null || until * 1000 > now);
  const down = (downtimes ?? []).some((one) => one.active ?? covers(one, now));
  const groups = Object.entries(states?.groups ?? {}).map(([key, one]) => readGroup(key, one));
  return {
    ok: true,
    value: { id, name, state: stateOf(state), muted: silenced || down, groups, lagMs: lagOf(query, options) },
  };
}

const unitMs: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** From `avg(last_5m):…` or `….last("5m")`, the longest of them, and the evaluation delay in seconds. A composite monitor tells no window. */
function lagOf(query: string | null | undefined, options: z.infer<typeof shape>["options"]): number | null {
  const windows = [...(query ?? "").matchAll(/\blast(?:_|\(["'])(\d+)(s|m|h|d|w)\b/g)];
  if (windows.length === 0) return null;
  const windowMs = Math.max(...windows.map(([, amount, unit = "m"]) => Number(amount) * (unitMs[unit] ?? 0)));
  return windowMs + (options?.evaluation_delay ?? 0) * 1_000;
}

function covers({ start, end }: z.infer<typeof downtime>, now: number): boolean {
  return (start ?? 0) * 1000 <= now && (end ? end * 1000 > now : true);
}

function readGroup(name: string, read: z.infer<typeof group>): MonitorGroup {
  return {
    name,
    state: stateOf(read.status),
    lastTriggeredAt: toMs(read.last_triggered_ts),
    lastResolvedAt: toMs(read.last_resolved_ts),
  };
}

/** Datadog writes 0, null or nothing for never. */
const toMs = (at: number | null | undefined) => (at ? at * 1000 : null);

const known: Record<string, MonitorState> = {
  alert: "alert",
  warn: "warn",
  ok: "ok",
  "no data": "noData",
  ignored: "ignored",
  skipped: "skipped",
};

export const stateOf = (state: string | null | undefined): MonitorState =>
  known[state?.toLowerCase() ?? ""] ?? "unknown";
