// All that is counted and timed, by the names under which monitoring finds it: what each one means, and its labels. Labels are of closed lists or come from the configuration:
// never a host, a person or a deploy. Knows no way of measuring.

import type { Meter } from "../ports/meters.ts";

/** Answers of machines, and those that a person waits for. */
const MOMENTS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 3, 10, 60];
/** Parts of a deploy. */
const STAGES = [1, 5, 15, 60, 300, 900, 3_600];
/** From an answer of memory to one that takes longer than the store may. */
const STORE = [0.001, 0.005, 0.02, 0.1, 0.5, 1, 5];

const counter = <const L extends readonly string[]>(help: string, ...labels: L) => ({
  kind: "counter" as const,
  help,
  labels,
});
const histogram = <const L extends readonly string[]>(buckets: readonly number[], help: string, ...labels: L) => ({
  kind: "histogram" as const,
  help,
  labels,
  buckets,
});
const gauge = <const L extends readonly string[]>(help: string, ...labels: L) => ({
  kind: "gauge" as const,
  help,
  labels,
});

const TARGET = ["service", "environment"] as const;

export const METERS = {
  lockstep_commands_total: counter(
    "What people asked: commands by name, button, form. Outcome: answered, refused (a rule said no), failed (a fault, or the store was away).",
    "command",
    "outcome",
  ),
  lockstep_answer_seconds: histogram(MOMENTS, "From the acknowledgement until the answer is ready.", "command"),
  lockstep_acknowledgement_seconds: histogram(
    MOMENTS,
    "From when something of Slack was read until it was acknowledged. Slack gives up after 3.",
  ),
  lockstep_duplicates_total: counter("What Slack delivered once more, and was dropped."),

  lockstep_deploys_started_total: counter("Deploys that began. Kind: deploy, rollback.", ...TARGET, "kind"),
  lockstep_deploys_ended_total: counter(
    "Deploys that ended. Outcome: deployed, rolledBack, untouched, incomplete (some host is not where it belongs).",
    ...TARGET,
    "outcome",
  ),
  lockstep_deploy_stage_seconds: histogram(STAGES, "How long ended deploys were in each stage.", ...TARGET, "stage"),
  lockstep_verdicts_total: counter("Verdicts on canaries: pass, fail, inconclusive.", ...TARGET, "verdict"),
  lockstep_late_alerts_total: counter("Monitors alerted after the checks had passed.", ...TARGET),

  lockstep_deploy_stage_age_seconds: gauge(
    "How long the running deploy has been in its stage; nothing while none runs.",
    ...TARGET,
    "stage",
  ),
  lockstep_hosts_unknown: gauge("Hosts of the running deploy of which nobody knows what they run.", ...TARGET),
  lockstep_lock_age_seconds: gauge("How long the target has been locked; nothing while it is not.", ...TARGET),
  lockstep_line_length: gauge("People who wait for the target.", ...TARGET),
  lockstep_freeze_age_seconds: gauge(
    "How long no deploy may start there (environment: all, or its name).",
    "environment",
  ),
  lockstep_thread_backlog_lines: gauge("Lines of deploys that are not in their threads yet."),
  lockstep_thread_backlog_age_seconds: gauge("How old the oldest of them is; 0 when there is none."),

  lockstep_host_order_seconds: histogram(
    [0.05, 0.25, 1, 5, 15, 60, 300],
    "What hosts are asked: prepare, rollOut, rollBack, inspect, fence. Outcome: ok, failed.",
    "order",
    "outcome",
  ),
  lockstep_host_failures_total: counter("Orders to hosts that failed, by trouble.", "trouble"),
  lockstep_ssh_connections: gauge("SSH connections to hosts that are open or being opened."),

  lockstep_slack_connected: gauge("1 while a socket to Slack is open; always 1 in HTTP mode."),
  lockstep_slack_requests_total: counter(
    "Requests to Slack by method. Outcome: ok, refused (Slack said no), rateLimited (429), failed (5xx), unreachable.",
    "method",
    "outcome",
  ),
  lockstep_slack_request_seconds: histogram(MOMENTS, "Requests to Slack.", "method"),

  lockstep_datadog_answers_total: counter(
    "Questions to Datadog: ask (metrics), monitors, mark. Outcome: ok, or the trouble, such as rateLimited.",
    "question",
    "outcome",
  ),
  lockstep_datadog_answer_seconds: histogram(MOMENTS, "Questions to Datadog.", "question"),

  lockstep_git_answers_total: counter(
    "Questions to git: resolve, isOn, compare, archive. Outcome: ok, or the problem.",
    "question",
    "outcome",
  ),
  lockstep_git_answer_seconds: histogram(MOMENTS, "Questions to git.", "question"),

  lockstep_store_reachable: gauge("1 when the store answered within a second, just now."),
  lockstep_store_seconds: histogram(STORE, "Requests to the store: append, read, streams, lease.", "request"),
  lockstep_store_errors_total: counter("Requests to the store without an answer.", "request"),
  lockstep_store_conflicts_total: counter(
    "Appends that came too late: somebody else wrote first. Harmless, unless it is all of them.",
  ),
  lockstep_leases_held: gauge("Leases that this process holds: what it drives, shows and keeps."),
  lockstep_leases_lost_total: counter("Leases that could not be renewed: this process stopped working under them."),
} satisfies Record<string, Meter>;

export type MeterName = keyof typeof METERS;
type NamesOf<K extends Meter["kind"]> = {
  [N in MeterName]: (typeof METERS)[N]["kind"] extends K ? N : never;
}[MeterName];
export type CounterName = NamesOf<"counter">;
export type HistogramName = NamesOf<"histogram">;
export type GaugeName = NamesOf<"gauge">;
export type LabelsOf<N extends MeterName> = Record<(typeof METERS)[N]["labels"][number], string>;
