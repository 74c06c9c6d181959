// What a verdict rests on, so that anybody can ask again: window and hosts, queries, and links that show exactly that window. Pure.

import type { Check } from "../canary/checks.ts";
import type { CheckResult } from "../canary/verdict.ts";
import { names } from "../chat/sentences/amounts.ts";
import { code, link, type Text, t, windowText } from "../chat/text.ts";
import { askedOrder } from "../deploy/between.ts";
import type { Deploy } from "../deploy/fold.ts";
import { dashboardOver, monitorLink } from "./links.ts";

export function evidence(deploy: Deploy, check: Check, result: CheckResult): Text[] {
  const { window } = result;
  const over = window ? t`from ${windowText(window)}` : t`no window`;
  const dashboard = window && dashboardOver(deploy, window);
  return [
    t`${check.kind === "monitors" ? "Watched" : "Measured"} on ${measuredOn(deploy, check)} ${over}`,
    ...queries(check).map((query) => t`${code(query)}`),
    ...monitorLinks(deploy, result),
    dashboard ? t`${link(dashboard, "Dashboard at that time")}` : t``,
  ];
}

function measuredOn(deploy: Deploy, check: Check): string {
  const asked = askedOrder(deploy).canary.map(({ name }) => name);
  const canary = names(asked);
  if (check.kind === "limit" || check.kind === "monitors") return canary;
  return `${canary}, against ${names([...deploy.hosts.keys()].filter((name) => !asked.includes(name)))},`;
}

/** Those for the rest of the fleet are the same but for the hosts, which are many. */
function queries(check: Check): string[] {
  switch (check.kind) {
    case "limit":
      return check.alive === null ? [check.query] : [check.query, check.alive];
    case "compare":
      return [check.query.canary];
    case "counts":
      return [check.errors.canary, check.total.canary];
    case "monitors":
      return [];
  }
}

/** One for each monitor that alerted. */
function monitorLinks(deploy: Deploy, { reason, window }: CheckResult): Text[] {
  if (reason.kind !== "alerted" || window === null) return [];
  const named = new Map(reason.monitors.map(({ id, name }) => [id, name]));
  return [...named].flatMap(([id, name]) => {
    const url = monitorLink(deploy, id, window);
    return url === null ? [] : [t`${link(url, `Monitor “${name}”`)}`];
  });
}
