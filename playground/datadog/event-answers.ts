// Events in the shapes of Datadog's API: posting, listing (v1) and searching (v2).

import { z } from "zod";
import { alertTypes, type Events, type Happened } from "./events.ts";
import { type Answer, ok, Refused } from "./refused.ts";

const posted = z.object({
  title: z.string().min(1),
  text: z.string().max(4000),
  tags: z.array(z.string()).default([]),
  alert_type: z.enum(alertTypes).default("info"),
  date_happened: z.int().optional(),
});

const oldestMs = 18 * 3_600_000;

/** POST /api/v1/events */
export function postEvent(events: Events, body: unknown, now: number): Answer {
  const read = posted.safeParse(body);
  if (!read.success) throw new Refused(400, `Invalid field: ${read.error.issues[0]?.path.join(".") || "body"}`);
  const { title, text, tags, alert_type: alertType, date_happened: seconds } = read.data;
  const at = seconds === undefined ? now : seconds * 1000;
  if (at < now - oldestMs) throw new Refused(400, "Event too far in the past");
  const event = events.add({ at, title, text, tags, alertType, transition: null });
  return { status: 202, body: { status: "ok", event: v1(event) } };
}

const v1 = (event: Happened) => ({
  id: Number(event.id),
  id_str: event.id,
  title: event.title,
  text: event.text,
  date_happened: event.at / 1000,
  alert_type: event.alertType,
  handle: null,
  priority: null,
  related_event_id: null,
  tags: event.tags,
  url: `/event/event?id=${event.id}`,
});

/** GET /api/v1/events between `start` and `end` (seconds), all of `tags` on them. */
export function listEvents(events: Events, params: URLSearchParams): Answer {
  const start = Number(params.get("start") ?? Number.NaN);
  const end = Number(params.get("end") ?? Number.NaN);
  if (!(end > start)) throw new Refused(400, "Invalid start or end");
  const tags = (params.get("tags") ?? "").split(",").flatMap((tag) => tag.trim() || []);
  const inside = events.all.filter(({ at }) => at >= start * 1000 && at < end * 1000);
  return ok({ events: inside.filter((event) => tags.every((tag) => event.tags.includes(tag))).map(v1) });
}

const search = z.object({
  filter: z
    .object({ query: z.string().default("*"), from: z.string().optional(), to: z.string().optional() })
    .prefault({}),
  page: z.object({ limit: z.int().min(1).max(1000).default(10), cursor: z.string().optional() }).prefault({}),
  sort: z.enum(["timestamp", "-timestamp"]).default("timestamp"),
});

/** POST /api/v2/events/search with `@monitor.id:1`, tags and words of the title. */
export function searchEvents(events: Events, body: unknown, now: number): Answer {
  const read = search.safeParse(body ?? {});
  if (!read.success) throw new Refused(400, `Invalid ${read.error.issues[0]?.path.join(".")}`);
  const { filter, page, sort } = read.data;
  const from = time(filter.from ?? "now-15m", now);
  const to = time(filter.to ?? "now", now);
  // Words, or one word with a choice of values such as `@monitor.id:(1 OR 2)`.
  const words = (filter.query.match(/[^\s(]+\([^)]*\)|\S+/g) ?? []).filter((word) => word !== "*");
  const found = events.all
    .filter((event) => event.at >= from && event.at < to && words.every((word) => matches(event, word)))
    .sort((a, b) => (sort === "timestamp" ? a.at - b.at : b.at - a.at));
  const start = Number(page.cursor ?? 0);
  const shown = found.slice(start, start + page.limit).map(v2);
  const after = start + page.limit;
  return ok({ data: shown, ...(after < found.length ? { meta: { page: { after: String(after) } } } : {}) });
}

function matches(event: Happened, word: string): boolean {
  const monitors = /^@monitor\.id:\(?([\d\sOR]+)\)?$/.exec(word)?.[1];
  if (monitors !== undefined) return monitors.split(/\s+OR\s+/).some((id) => event.transition?.monitor === Number(id));
  return event.tags.includes(word) || event.title.toLowerCase().includes(word.toLowerCase());
}

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `now-15m`, milliseconds, or a date with a time zone. */
function time(text: string, now: number): number {
  const [, amount = "0", unit = "s"] = /^now(?:-(\d+)([smhd]))?$/.exec(text) ?? [];
  if (text.startsWith("now")) return now - Number(amount) * unitMs[unit as keyof typeof unitMs];
  const at = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(at)) throw new Refused(400, `Invalid time ${text}`);
  return at;
}

function v2(event: Happened) {
  const change = event.transition;
  const attributes = {
    title: event.title,
    status: event.alertType,
    timestamp: event.at,
    evt: { id: event.id, type: change ? "monitor_alert" : "user" },
    ...(change
      ? { monitor: monitorPart(event, change), monitor_groups: [change.group], monitor_id: change.monitor }
      : {}),
  };
  const at = new Date(event.at).toISOString();
  return {
    id: event.id,
    type: "event",
    attributes: { timestamp: at, message: event.text, tags: event.tags, attributes },
  };
}

function monitorPart(event: Happened, change: NonNullable<Happened["transition"]>) {
  return {
    id: change.monitor,
    name: change.name,
    templated_name: change.name,
    transition: { transition_type: change.type, source_state: change.from, destination_state: change.to },
    groups: [change.group],
    // The tags that the monitor is grouped by, without their values.
    result: { result_ts: event.at / 1000, group_key: change.group.replace(/:[^,]*/g, "") },
  };
}
