// The stand-in's table of contents: which address is answered by what.

import { z } from "zod";
import { type DashboardOption, fallback, getDashboard } from "./dashboards.ts";
import { listEvents, postEvent, searchEvents } from "./event-answers.ts";
import { endpoints, type Faults, fault } from "./faults.ts";
import type { Route } from "./http.ts";
import type { Limits } from "./limits.ts";
import { queryV1, scalar, timeseries } from "./metric-answers.ts";
import { getMonitor, listMonitors, searchMonitors } from "./monitor-answers.ts";
import type { Surroundings, Watched } from "./monitors.ts";
import { dashboardPage, indexPage, monitorPage } from "./pages.ts";
import { type Answer, ok, Refused } from "./refused.ts";

export interface Inside extends Surroundings {
  monitors: Watched[];
  otherMonitors: object[];
  dashboards: DashboardOption[];
  faults: Faults;
  limits: Limits;
  setMonitor(id: number, group: string, state: "alert" | "resolve" | "mute" | "unmute"): void;
}

export function routes(inside: Inside): Route[] {
  const { points, events, monitors, now } = inside;
  return [
    post("timeseries", "/api/v2/query/timeseries", ({ body }) => timeseries(points, body, now())),
    post("scalar", "/api/v2/query/scalar", ({ body }) => scalar(points, body, now())),
    get("query", "/api/v1/query", ({ params }) => queryV1(points, params, now())),
    { ...get("validate", "/api/v1/validate", () => ok({ valid: true })), keys: "api" },
    get("monitorSearch", "/api/v1/monitor/search", ({ params }) => searchMonitors(monitors, params)),
    get("monitor", "/api/v1/monitor/([^/]+)", ({ name, params }) => getMonitor(monitors, name, params)),
    get("monitors", "/api/v1/monitor", ({ params }) => listMonitors(monitors, inside.otherMonitors, params)),
    { ...post("postEvent", "/api/v1/events", ({ body }) => postEvent(events, body, now())), keys: "api" },
    get("events", "/api/v1/events", ({ params }) => listEvents(events, params)),
    post("eventsSearch", "/api/v2/events/search", ({ body }) => searchEvents(events, body, now())),
    get("dashboard", "/api/v1/dashboard/([^/]+)", ({ name }) => getDashboard(inside.dashboards, name)),
    ...pages(inside),
    { ...post(null, "/_control", ({ body }) => control(inside, body)), keys: "none" },
  ];
}

function pages(inside: Inside): Route[] {
  const page = (path: string, answer: Route["answer"]): Route => ({ ...get(null, path, answer), keys: "none" });
  return [
    page("/", () => indexPage(inside)),
    page("/dashboard/([^/]+)(?:/.*)?", ({ name, params }) => {
      const dashboard = inside.dashboards.find((one) => one.id === name) ?? fallback(name, inside.points);
      return dashboardPage(inside, dashboard, params);
    }),
    page("/monitors/([^/]+)", ({ name }) => monitorPage(inside, name)),
  ];
}

function get(endpoint: Route["endpoint"], path: string, answer: Route["answer"]): Route {
  return { method: "GET", path: new RegExp(`^${path}$`), endpoint, keys: "both", answer };
}

function post(endpoint: Route["endpoint"], path: string, answer: Route["answer"]): Route {
  return { method: "POST", path: new RegExp(`^${path}$`), endpoint, keys: "both", answer };
}

const order = z.union([
  z.object({
    fault: z.object({ endpoint: z.enum([...endpoints, "any"]) }).and(fault),
    times: z.int().positive().optional(),
  }),
  z.object({
    limit: z.object({
      endpoint: z.enum(endpoints),
      limit: z.int().nonnegative(),
      periodS: z.int().positive(),
      name: z.string().optional(),
    }),
  }),
  z.object({ clear: z.literal(true) }),
  z.object({ monitor: z.int(), group: z.string().default("*"), state: z.enum(["alert", "resolve", "mute", "unmute"]) }),
]);

/** POST /_control: `{"fault": {"endpoint": "timeseries", "kind": "html"}, "times": 1}`, `{"limit": {"endpoint": "timeseries", "limit": 10, "periodS": 60}}`, `{"clear": true}`, `{"monitor": 1, "group": "host:web-1", "state": "alert"}`. */
function control(inside: Inside, body: unknown): Answer {
  const read = order.safeParse(body);
  if (!read.success) throw new Refused(400, "Not understood: see POST /_control in routes.ts");
  if ("fault" in read.data) inside.faults.set(read.data.fault.endpoint, read.data.fault, read.data.times);
  else if ("limit" in read.data) inside.limits.set(read.data.limit.endpoint, read.data.limit);
  else if ("clear" in read.data) {
    inside.faults.clear();
    inside.limits.clear();
  } else inside.setMonitor(read.data.monitor, read.data.group, read.data.state);
  return ok({ ok: true });
}
