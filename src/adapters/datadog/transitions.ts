// Changes of monitors' states, from Datadog's event search. The official client's model leaves the change itself out, so the body is read as it came.
// Knows no groups of a monitor and judges nothing.

import { z } from "zod";
import type { FromMetrics, MonitorState } from "../../ports/metrics.ts";
import { type Account, type Api, call } from "./client.ts";
import { type Failure, garbled, place } from "./failures.ts";
import { stateOf } from "./monitors.ts";

export interface Transition {
  monitor: number;
  /** As the event names them, such as `["host:web-1"]`; empty for a monitor that is not grouped. */
  groups: string[];
  /** Milliseconds since 1970, by the service's clock. */
  at: number;
  to: MonitorState;
  /** From something else into an alert. Told again while it goes on, it is none. */
  alerts: boolean;
}

const words = z.array(z.string()).nullish();
const name = z.string().nullish();

/** What an event about a monitor tells. `groups` are those of the change; `result.group_key` only names the tag they are grouped by. */
const about = z.object({
  timestamp: z.number().nullish(),
  status: name,
  monitor_id: z.int().nullish(),
  monitor_groups: words,
  monitor: z
    .object({
      id: z.int().nullish(),
      groups: words,
      transition: z.object({ transition_type: name, source_state: name, destination_state: name }).nullish(),
      result: z.object({ result_ts: z.number().nullish() }).nullish(),
    })
    .nullish(),
});
type About = z.infer<typeof about>;

const page = z.object({
  data: z.array(z.object({ attributes: z.object({ timestamp: z.string().nullish(), attributes: about }) })),
  meta: z.object({ page: z.object({ after: name }).nullish() }).nullish(),
});

const monitorsAtOnce = 50;
const pageSize = 250;
const mostPages = 40;

/** All changes since then, oldest first. More than 10,000 of 50 monitors are a trouble, not a part of an answer. */
export async function findTransitions(
  account: Account,
  monitors: number[],
  { since, signal }: { since: number; signal: AbortSignal },
): Promise<FromMetrics<Transition[]>> {
  const found: Transition[] = [];
  for (let first = 0; first < monitors.length; first += monitorsAtOnce) {
    const some = monitors.slice(first, first + monitorsAtOnce);
    const answer = await allPages(account, { monitors: some, since }, signal);
    if (!answer.ok) return asTransitions(answer);
    found.push(...answer.value);
  }
  return { ok: true, value: found.toSorted((a, b) => a.at - b.at) };
}

/** Says of what, and which permission it takes. A search that is not there is no monitor that is not there. */
function asTransitions(failure: Failure): Failure {
  const trouble = failure.trouble === "notFound" ? "garbled" : failure.trouble;
  const detail = `transition events (permission events_read): ${failure.detail}`.slice(0, 300);
  return { ...failure, trouble, detail };
}

type Asked = { monitors: number[]; since: number };

async function allPages(account: Account, asked: Asked, signal: AbortSignal): Promise<FromMetrics<Transition[]>> {
  const query = `@monitor.id:(${asked.monitors.join(" OR ")})`;
  const found: Transition[] = [];
  let cursor: string | undefined;
  for (let count = 0; count < mostPages; count += 1) {
    const body = {
      // Without an end: it is the service's "now" then, whatever our clock says.
      filter: { query, from: String(Math.floor(asked.since)) },
      page: { limit: pageSize, ...(cursor === undefined ? {} : { cursor }) },
      sort: "timestamp" as const,
    };
    const answer = await call(account, (api: Api) => api.history.searchEvents({ body }), signal);
    if (!answer.ok) return answer;
    const read = readTransitions(answer.value, asked.monitors);
    if (!read.ok) return read;
    found.push(...read.value.transitions);
    const { after } = read.value;
    if (after === null) return { ok: true, value: found };
    if (after === cursor) return garbled("the list of events begins again at the same place");
    cursor = after;
  }
  return garbled(`the list of events has no end after ${mostPages} pages`);
}

/** One page. An event of a selected monitor that cannot be read is never passed over; other events are. */
export function readTransitions(
  body: unknown,
  monitors: number[],
): FromMetrics<{ transitions: Transition[]; after: string | null }> {
  const read = page.safeParse(body);
  if (!read.success) return garbled(`the list of events: ${place(read.error)}`);
  const transitions: Transition[] = [];
  for (const { attributes } of read.data.data) {
    const told = attributes.attributes;
    const monitor = told.monitor?.id ?? told.monitor_id;
    if (monitor == null && told.monitor) return garbled("an event of a monitor does not say of which");
    if (monitor == null || !monitors.includes(monitor)) continue;
    const change = changeOf(told);
    if (change === "none") continue;
    const at = told.timestamp ?? timeOf(attributes.timestamp) ?? secondsToMs(told.monitor?.result?.result_ts);
    if (at === null) return garbled(`an event of monitor ${monitor} has no time`);
    if (change === null) return garbled(`an event of monitor ${monitor} does not say what has changed`);
    transitions.push({ monitor, groups: told.monitor_groups ?? told.monitor?.groups ?? [], at, ...change });
  }
  return { ok: true, value: { transitions, after: read.data.meta?.page?.after ?? null } };
}

/** `none`: an event that is no change, such as somebody's edit. Null: it cannot be told. */
function changeOf({ monitor, status }: About): Pick<Transition, "to" | "alerts"> | "none" | null {
  const { transition } = monitor ?? {};
  // Events without their change are told apart by what they look like in the list: red is an alert.
  if (!transition) return status === "error" ? { to: "alert", alerts: true } : "none";
  const to = stateOf(transition.destination_state);
  const type = transition.transition_type?.toLowerCase() ?? "";
  if (to !== "unknown") return { to, alerts: to === "alert" && stateOf(transition.source_state) !== "alert" };
  if (type === "") return null;
  return type.startsWith("alert") && !type.includes("recovery") ? { to: "alert", alerts: true } : { to, alerts: false };
}

function timeOf(text: string | null | undefined): number | null {
  const at = text == null ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

const secondsToMs = (at: number | null | undefined) => (at ? at * 1_000 : null);
