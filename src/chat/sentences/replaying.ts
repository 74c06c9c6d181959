// What `lockstep replay` says of past deploys: cells of its table, what a check would have done, and why some things cannot be told. Knows no table.

import type { Target } from "../../deploy/order.ts";
import type { MetricsTrouble } from "../../ports/metrics.ts";
import { type Text, t } from "../text.ts";
import { count, duration, names } from "./amounts.ts";
import { METRICS_TROUBLE } from "./noAnswer.ts";

/** How a deploy ended, as far as it tells whether a check was right. */
export const ENDINGS = {
  stayed: "stayed",
  stopped: "stopped",
  takenBack: "taken back later",
  otherwise: "ended otherwise",
} as const;

/** What one check would have said of one deploy, in a word or two. */
export function cell(
  said: { says: "stop"; afterMs: number } | { says: "pass" | "untold" | "cut" | "unknown" },
): string {
  switch (said.says) {
    case "stop":
      return `STOP +${minutes(said.afterMs)}`;
    case "pass":
      return "passed";
    case "untold":
      return "cannot tell";
    case "cut":
      return "cut short";
    case "unknown":
      return "not watched";
  }
}

function minutes(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** What a check came to over all deploys. `stops` is `right`, `falseAlarms` and `unclear` together. */
export interface Tally {
  check: string;
  deploys: number;
  stops: number;
  /** Stopped or taken back in fact. */
  right: number;
  /** Stayed in fact. */
  falseAlarms: number;
  /** Ended for a reason that says nothing about the change. */
  unclear: number;
  /** Would have passed what was stopped or taken back in fact. */
  missed: number;
  /** Stayed in fact, and the check could tell. */
  toldOfStayed: number;
  untold: number;
  /** Of the stops, those only because it could not tell and the configuration says to go back then. */
  stopsUntold: number;
}

export function tallySentence(tally: Tally): Text {
  const { check, deploys, stops, right, falseAlarms, unclear, missed, untold, stopsUntold } = tally;
  const kinds = [
    ...(right > 0 ? [`${right} rightly`] : []),
    ...(falseAlarms > 0 ? [count(falseAlarms, "false alarm")] : []),
    ...(unclear > 0 ? [`${unclear} that ended for another reason`] : []),
  ];
  const which = stops === 0 ? "" : `: ${names(kinds)}`;
  const because =
    stopsUntold > 0
      ? ` Of these, ${stopsUntold} only because it cannot tell and "inconclusive: fail" says to go back then.`
      : "";
  const bad = missed > 0 ? ` It would have let ${missed} pass that went back in fact.` : "";
  const open = untold > 0 ? ` It cannot tell for ${untold}.` : "";
  return t`${{ bold: check }} would have stopped ${stops === 0 ? "none" : stops} of ${count(deploys, "deploy")}${which}.${because}${bad} ${rate(tally)}${open}`;
}

function rate({ falseAlarms, toldOfStayed }: Tally): string {
  if (toldOfStayed === 0) return "No deploy that stayed could be told, so there is no false-alarm rate.";
  const percent = Math.round((100 * falseAlarms) / toldOfStayed);
  return `False alarms: ${percent} % (${falseAlarms} of ${toldOfStayed} that stayed).`;
}

const LEGEND = {
  cut: "Cut short: nothing was wrong until something else ended the bake.",
  unknown: "Not watched: the bot did not watch these monitors then, and what they were cannot be asked any more.",
};

/** What the words mean; those that are seldom needed only where they are used. */
export function legend(used: ReadonlySet<string>): string {
  const seldom = Object.entries(LEGEND).flatMap(([says, words]) => (used.has(says) ? [` ${words}`] : []));
  return `Rightly: the deploy was stopped, or taken back by the next one, in fact; that counts also when this very check stopped it. False alarm: it stayed.${seldom.join("")}`;
}

export function whyUntoldSentence(check: string, times: number, why: Text): Text {
  return t`${check} cannot tell for ${times}: ${why}.`;
}

export function rolledUpSentence(deploys: string[], widthMs: number, askedMs: number): Text {
  return t`Datadog keeps points of ${names(deploys)} only each ${duration(widthMs)} by now, not each ${duration(askedMs)} as the bot would have seen them: checks that need many points cannot tell.`;
}

export function replayHeading(
  { service, environment }: Target,
  { replayed, without, zone }: { replayed: number; without: number; zone: string },
): Text {
  const more = without > 0 ? ` Left out: ${count(without, "deploy")} without a canary, such as rollbacks.` : "";
  return t`The configured checks over the last ${count(replayed, "deploy")} of ${service} in ${environment}, newest first; times are in ${zone}.${more}`;
}

export function noHistorySentence({ service, environment }: Target, without: number): string {
  const none = `No deploy of ${service} in ${environment} has had a canary yet, so there is nothing to replay.`;
  return without > 0
    ? `${none} The journal has ${count(without, "deploy")} without one: give the environment a canary in the configuration.`
    : `${none} The journal knows no deploy of it: check DATA_DIR or REDIS_URL if there were any.`;
}

/** Why it ended before all deploys were asked about. */
export function replayStoppedSentence(
  { trouble, detail, retryAfterMs }: { trouble: MetricsTrouble; detail: string; retryAfterMs?: number },
  asked: number,
  of: number,
): string {
  const { is, todo } = METRICS_TROUBLE[trouble];
  const when = retryAfterMs === undefined ? "" : ` It says to try again in ${duration(retryAfterMs)}.`;
  return `Ended after ${asked} of ${count(of, "deploy")}: ${is} (${detail}).${when} ${todo}`;
}

export const REPLAY_STOPPED = "Stopped.";

export const REPLAY_HELP = `Runs the configured checks over the bakes of a service's last deploys: what they would have stopped, when, and how often wrongly.
So a check can be tried before it may stop anybody.

  lockstep replay web
  lockstep replay web --last 50 --check latency

  --environment <name>   the service's usual one when left out
  --last <number>        how many deploys with a canary; 20 when left out
  --check <name>         only this one
  --json                 one JSON object on standard output

Exit code: 0 when it could be done, 2 when not. It asks Datadog once per deploy. It needs the configuration (LOCKSTEP_CONFIG), DD_API_KEY,
DD_APP_KEY, and the bot's journal: DATA_DIR, on the machine (or in the container) where the bot runs, or REDIS_URL. The bot may run meanwhile.
`;
