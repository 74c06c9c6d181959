// What doctor found when it asked the checks' own questions: what is so, and how to mend it. A finding without words does not compile.

import type { MetricsTrouble } from "../../ports/metrics.ts";
import { count, duration, names } from "./amounts.ts";
import { fine, type Said, type Words } from "./doctorHosts.ts";
import { METRICS_TROUBLE } from "./noAnswer.ts";

/** Which of a check's questions: its own, the one that shows which hosts are alive, the errors or the whole of counts. */
export type Part = "query" | "alive" | "errors" | "total";

export type CheckFinding =
  | { kind: "checkWell"; hosts: number; lookedMs: number }
  | {
      kind: "noPoints";
      parts: Part[];
      /** As they are shown; `all`: these are all that there are. */
      hosts: string;
      all: boolean;
      /** Whether a deploy now could pass this check all the same. */
      passes: boolean;
      canary: boolean;
      metrics: string[];
      lookedMs: number;
    }
  /** Alive, and says nothing of what has to be there. */
  | { kind: "aliveSilent"; hosts: string; metrics: string[]; lookedMs: number }
  /** Nowhere, which is right as long as there is nothing to count. */
  | { kind: "neverSeen"; metrics: string[]; lookedMs: number }
  /** It has points, but does not say of which hosts. */
  | { kind: "hostsUnnamed" }
  | { kind: "checkTrouble"; trouble: MetricsTrouble; detail: string }
  | { kind: "monitorsWell"; monitors: number }
  | { kind: "monitorsNone"; select: string }
  | { kind: "monitorsMuted"; monitors: string[] }
  | { kind: "monitorsRed"; monitors: string[] }
  | { kind: "monitorsSilent"; monitors: string[] };

export const CHECK_WORDS: Words<CheckFinding> = {
  checkWell: ({ hosts, lookedMs }) => fine(`points of ${all(hosts)} in the last ${duration(lookedMs)}`),
  noPoints: (finding) => ({
    is: `no points of ${finding.hosts}${finding.canary && !finding.all ? " (canary)" : ""} in the last ${duration(finding.lookedMs)}${partsOf(finding.parts)}`,
    todo: `${finding.passes ? "" : "As it is, no deploy passes by itself. "}${explore(finding.metrics)} Does the agent run there, and is its host name the name in the configuration?`,
  }),
  aliveSilent: ({ hosts, metrics, lookedMs }) => ({
    is: `${hosts} alive, and without points in the last ${duration(lookedMs)}: the check fails on hosts like that`,
    todo: `${explore(metrics)} Has it stopped there, or is it never sent from there?`,
  }),
  neverSeen: ({ metrics, lookedMs }) => ({
    is: `the hosts are alive, and none has points in the last ${duration(lookedMs)}`,
    todo: `Right if there was nothing to count. Otherwise the metric or its filter is misspelt. ${explore(metrics)}`,
  }),
  hostsUnnamed: () => fine("points, of which the query does not let one tell the hosts"),
  checkTrouble: ({ trouble, detail }) => ({
    is: `${METRICS_TROUBLE[trouble].is} (${detail})`,
    todo: METRICS_TROUBLE[trouble].todo,
  }),
  monitorsWell: ({ monitors }) => fine(count(monitors, "monitor")),
  monitorsNone: ({ select }) => ({
    is: `no monitor has ${select}, so the check never passes`,
    todo: "Give the service's monitors these tags in Datadog, or take the check out.",
  }),
  monitorsMuted: ({ monitors }) => ({
    is: `muted: ${names(monitors)}. As long as ${one(monitors)} so, the check never passes`,
    todo: "Unmute in Datadog, or end the downtime.",
  }),
  monitorsRed: ({ monitors }) => ({
    is: `alerting now: ${names(monitors)}. A deploy leaves out what was red before it`,
    todo: "Look at the alert before you deploy: nobody would notice that a canary makes it worse.",
  }),
  monitorsSilent: ({ monitors }) => ({
    is: `without a state that tells anything: ${names(monitors)}. As long as ${one(monitors)} so, the check never passes`,
    todo: "Look at why Datadog has no data for it: its query, or hosts that no longer report.",
  }),
};

const PARTS: Record<Part, string> = { query: "query", alive: "alive", errors: "errors", total: "total" };

/** The usual one goes without saying. */
function partsOf(parts: Part[]): string {
  return parts.length === 1 && parts[0] === "query" ? "" : ` (${names(parts.map((part) => PARTS[part]))})`;
}

function all(hosts: number): string {
  return hosts === 1 ? "the only host" : `all ${hosts} hosts`;
}

function one(monitors: string[]): string {
  return monitors.length === 1 ? "it is" : "they are";
}

function explore(metrics: string[]): Said["is"] {
  return `See ${names(metrics, 3)} by host in Datadog's metrics explorer.`;
}
