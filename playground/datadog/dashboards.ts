// Dashboards: titles and graphs with template variables, and the API's shape for them. Draws nothing.

import type { Points } from "./points.ts";
import { ok, Refused } from "./refused.ts";

export interface Graph {
  title: string;
  /** May hold `$name` (becomes `tag:value`) and `$name.value`. */
  query: string;
}

export interface DashboardOption {
  id: string;
  title: string;
  graphs: Graph[];
  /** Template variables by name, each with its tag key; unset ones become `*`. */
  variables?: Record<string, string>;
}

/** A dashboard that nobody configured shows every metric there is, so a link to it leads somewhere. */
export function fallback(id: string, points: Points): DashboardOption {
  const variables = { service: "service", environment: "env", env: "env", version: "version", host: "host" };
  const graphs = points.metrics().map((metric) => {
    const counted = points.streams(metric).some((stream) => stream.kind === "count");
    return { title: metric, query: counted ? `sum:${metric}{*} by {host}.as_count()` : `avg:${metric}{*} by {host}` };
  });
  return { id, title: "As you deploy", graphs, variables };
}

/** Puts the values of `tpl_var_<name>` (or `tpl_var_<name>[0]`, and so on) into a query. */
export function withVariables(dashboard: DashboardOption, query: string, params: URLSearchParams): string {
  return query.replace(/\$(\w+)(\.value)?/g, (_, name: string, onlyValue?: string) => {
    const values = [...params]
      .filter(([key]) => key.replace(/\[\d*\]$/, "") === `tpl_var_${name}`)
      .map(([, value]) => value);
    const chosen = values.filter((value) => value !== "" && value !== "*");
    if (chosen.length === 0) return "*";
    if (onlyValue) return chosen[0] ?? "*";
    const key = dashboard.variables?.[name] ?? name;
    return chosen.length === 1 ? `${key}:${chosen[0]}` : `${key} IN (${chosen.join(",")})`;
  });
}

/** GET /api/v1/dashboard/{id} */
export function getDashboard(dashboards: DashboardOption[], id: string) {
  const dashboard = dashboards.find((one) => one.id === id);
  if (!dashboard) throw new Refused(404, `Dashboard with ID ${id} not found`);
  const slug = dashboard.title.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const variables = Object.entries(dashboard.variables ?? {});
  return ok({
    id,
    title: dashboard.title,
    description: null,
    author_handle: "redacted@example.com",
    author_name: null,
    layout_type: "ordered",
    url: `/dashboard/${id}/${slug}`,
    is_read_only: false,
    template_variables: variables.map(([name, prefix]) => ({ name, prefix, default: "*", available_values: [] })),
    widgets: dashboard.graphs.map((graph, index) => ({
      id: index + 1,
      definition: { type: "timeseries", title: graph.title, requests: [{ q: graph.query, display_type: "line" }] },
    })),
    notify_list: null,
    created_at: "2024-11-15T19:33:06.217022+00:00",
    modified_at: "2024-11-15T19:33:06.217022+00:00",
    restricted_roles: [],
  });
}
