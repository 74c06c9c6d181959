// The pages that links lead to: the list, a dashboard with its graphs and deploy markers, a monitor with its groups.

import { calculate } from "./calculate.ts";
import { type DashboardOption, withVariables } from "./dashboards.ts";
import { drawGraph, type Line, type Mark } from "./drawing.ts";
import type { Happened } from "./events.ts";
import { type Group, overall, type Surroundings, type Watched } from "./monitors.ts";
import { readQuery } from "./query.ts";
import { type Answer, ok, Refused } from "./refused.ts";

const style = `
  :root { --alert: #c62828; --warn: #b26a00; --ok: #1b7f3b; --quiet: #5c6470; }
  body { font: 14px/1.45 system-ui, sans-serif; margin: 0; background: #f4f5f8; color: #1c2733; }
  header { background: #fff; border-bottom: 1px solid #dfe3ea; padding: 14px 24px; }
  h1 { font-size: 18px; margin: 0; } h2 { font-size: 14px; margin: 0 0 6px; font-weight: 600; }
  .quiet { color: var(--quiet); } a { color: #2a5db0; }
  main { padding: 20px 24px; display: grid; gap: 16px; grid-template-columns: repeat(auto-fill, minmax(520px, 1fr)); }
  section { background: #fff; border: 1px solid #dfe3ea; border-radius: 6px; padding: 12px 14px; min-width: 0; }
  svg { width: 100%; height: auto; display: block; } code { font-size: 12px; color: var(--quiet); overflow-wrap: anywhere; }
  table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: 4px 12px 4px 0; }
  .Alert { color: var(--alert); font-weight: 600; } .Warn { color: var(--warn); font-weight: 600; } .OK { color: var(--ok); }
`;

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
export const plain = (text: string) => text.replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign);

function page(title: string, main: string, options: { beside?: string; live?: boolean } = {}): Answer {
  const refresh = options.live ? '<meta http-equiv="refresh" content="3">' : "";
  return ok(
    `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>${plain(title)}</title>${refresh}<style>${style}</style></head>
<body><header><h1>${plain(title)}</h1><div class="quiet">${options.beside ?? ""}</div></header><main>${main}</main></body></html>`,
    "text/html; charset=utf-8",
  );
}

export function indexPage({ dashboards, monitors }: { dashboards: DashboardOption[]; monitors: Watched[] }): Answer {
  const boards = dashboards.map(
    ({ id, title }) => `<li><a href="/dashboard/${encodeURIComponent(id)}">${plain(title)}</a></li>`,
  );
  const watched = monitors.map(({ option }) => `<li><a href="/monitors/${option.id}">${plain(option.name)}</a></li>`);
  const main = `<section><h2>Dashboards</h2><ul>${boards.join("")}</ul></section><section><h2>Monitors</h2><ul>${watched.join("")}</ul></section>`;
  return page("Datadog, played locally", main, {
    beside: "A stand-in that speaks Datadog's API. No data leaves this machine.",
  });
}

const defaultSpanMs = 15 * 60_000;

/** `from_ts`, `to_ts` (ms), `live` (slides to now and reloads itself) and `tpl_var_*` as in Datadog's own links. */
export function dashboardPage(around: Surroundings, dashboard: DashboardOption, params: URLSearchParams): Answer {
  const now = around.now();
  const live = params.get("live") === "true" || !params.has("to_ts");
  const to = live ? now : Number(params.get("to_ts"));
  const from = params.has("from_ts") ? Number(params.get("from_ts")) : to - defaultSpanMs;
  if (!(to > from)) throw new Refused(400, "from_ts must be before to_ts");
  const intervalMs = Math.max(1000, Math.ceil((to - from) / 60_000) * 1000);
  const events = around.events.all.filter((event) => event.at >= from && event.at <= to && belongs(event, params));
  const marks = events.map(mark);
  const graphs = dashboard.graphs.map(({ title, query }) => {
    const text = withVariables(dashboard, query, params);
    const lines: Line[] = calculate(around.points, readQuery(text), { from, to, intervalMs, now });
    return `<section><h2>${plain(title)}</h2>${drawGraph(lines, marks, { from, to })}<code>${plain(text)}</code></section>`;
  });
  const chosen = [...params]
    .filter(([key]) => key.startsWith("tpl_var_"))
    .map(([key, value]) => `${key.slice(8)}: ${value}`);
  const time = (at: number) => `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  const beside = plain([`${time(from)} – ${live ? "now" : time(to)}`, ...chosen].join(" · "));
  const main = (graphs.join("") || "<p>No measurements yet.</p>") + (events.length > 0 ? eventList(events) : "");
  return page(dashboard.title, main, { beside, live });
}

function eventList(events: Happened[]): string {
  const said = events.slice(-15).map((event) => {
    return `<li>${new Date(event.at).toISOString().slice(11, 19)} UTC ${plain(event.title)}</li>`;
  });
  return `<section><h2>Events</h2><ul>${said.reverse().join("")}</ul></section>`;
}

/** Events of another service or environment than the chosen one stay out of the graphs. */
function belongs(event: Happened, params: URLSearchParams): boolean {
  return [...params].every(([key, value]) => {
    const tag = key === "tpl_var_environment" ? "env" : key.startsWith("tpl_var_") ? key.slice(8) : null;
    if (tag !== "service" && tag !== "env") return true;
    return !event.tags.some((other) => other.startsWith(`${tag}:`) && other !== `${tag}:${value}`);
  });
}

const mark = (event: Happened): Mark => ({ at: event.at, title: event.title, bad: event.alertType === "error" });

export function monitorPage({ monitors, events }: { monitors: Watched[] } & Surroundings, id: string): Answer {
  const monitor = monitors.find(({ option }) => String(option.id) === id);
  if (!monitor) throw new Refused(404, "Monitor not found");
  const time = (seconds: number) => (seconds ? `${new Date(seconds * 1000).toISOString().slice(11, 19)} UTC` : "never");
  const row = (group: Group) =>
    `<tr><td>${plain(group.name)}</td><td class="${plain(group.status)}">${plain(group.status)}</td><td>${group.value ?? ""}</td><td>${time(group.lastTriggered)}</td><td>${time(group.lastResolved)}</td></tr>`;
  const changes = events.all
    .filter((event) => event.transition?.monitor === monitor.option.id)
    .slice(-20)
    .reverse();
  const said = changes.map((event) => `<li>${time(event.at / 1000)} ${plain(event.title)}</li>`).join("");
  const head = "<tr><th>Group</th><th>State</th><th>Value</th><th>Triggered</th><th>Resolved</th></tr>";
  const main = `<section><h2>Groups</h2><table>${head}${[...monitor.groups.values()].map(row).join("")}</table></section>
<section><h2>What happened</h2><ul>${said || "<li>Nothing yet.</li>"}</ul></section>`;
  const beside = `${overall(monitor)}${monitor.muted ? " (muted)" : ""} · <code>${plain(monitor.option.query ?? "set by hand")}</code>`;
  return page(monitor.option.name, main, { beside, live: true });
}
