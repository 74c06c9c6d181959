// What is said when the metrics service gives no answer, and when it does again.

import type { Trouble } from "../../canary/readings.ts";
import type { MetricsTrouble } from "../../ports/metrics.ts";
import { clock, type Text, t } from "../text.ts";
import { names } from "./amounts.ts";

/** What Datadog did instead of answering, and what to do about it. */
export const METRICS_TROUBLE: Record<MetricsTrouble, { is: string; todo: string }> = {
  rateLimited: { is: "Datadog limits our requests", todo: "Retry in a few minutes, or ask fewer queries." },
  keysRefused: {
    is: "Datadog refuses our keys",
    todo: "Check DD_API_KEY and DD_APP_KEY, and that the application key may read metrics, monitors and events (permissions timeseries_query, monitors_read, events_read).",
  },
  queryRefused: {
    is: "Datadog does not understand the query",
    todo: "Try the check's query in Datadog's metrics explorer.",
  },
  serviceError: { is: "Datadog answers with an error of its own", todo: "Look at Datadog's status page, then retry." },
  unreachable: { is: "Datadog cannot be reached", todo: "Check the bot's way out to the network, and DD_SITE." },
  timedOut: { is: "Datadog did not answer in time", todo: "Retry." },
  garbled: {
    is: "something other than Datadog's API answers",
    todo: "Check DD_API_URL and DD_SITE: a proxy or a login page may be in between.",
  },
  notFound: { is: "Datadog has no such monitor", todo: "Correct the monitor's id in the configuration." },
};

/** What Datadog did instead of answering, and what to do about it. No full stop at its end. */
export function noAnswerSentence(trouble: Trouble): Text {
  const { kind, retryAt } = trouble;
  const said = t`${whatIs(trouble)}.`;
  if (kind !== "rateLimited" || retryAt === undefined) return t`${said} ${todo(kind)}`;
  return t`${said} Retry after that, ask fewer queries, or have Datadog's support raise the limit`;
}

function whatIs({ kind, detail, retryAt }: Trouble): Text {
  const { is } = METRICS_TROUBLE[kind];
  const wait = kind === "rateLimited" ? "" : ", and asks us to wait";
  const until = retryAt === undefined ? t`` : t`${wait} until ${clock(retryAt)}`;
  return t`${is}${until} (${detail})`;
}

function todo(kind: MetricsTrouble): string {
  return METRICS_TROUBLE[kind].todo.replace(/\.$/, "");
}

/** These may be over with the next look: nobody has to do anything yet. */
const PASSING: ReadonlySet<MetricsTrouble> = new Set(["rateLimited", "serviceError", "timedOut"]);

/** `checks` is empty when none was answered; `until` (ms since 1970) is when the bake is over without an answer. */
export function silentSentence(checks: string[], { trouble, until }: { trouble: Trouble; until: number }): Text {
  const which = checks.length === 0 ? t`` : t` about ${names(checks)}`;
  const advice = PASSING.has(trouble.kind) ? t`` : t` ${todo(trouble.kind)}.`;
  return t`Two looks in a row without an answer${which}: ${whatIs(trouble)}.${advice} The bake goes on: an answer by ${clock(until)} still tells of all of it, and without one the canary does not pass by itself.`;
}

export function answersAgainSentence(): Text {
  return t`Datadog answers again, and tells of the whole bake so far.`;
}
