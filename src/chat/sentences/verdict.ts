// A verdict in words: what was measured, what is allowed, and when it failed, what that means and what it does not. A reason without words
// does not compile.

import type { Check } from "../../canary/checks.ts";
import type { Watched } from "../../canary/readings.ts";
import type { CheckResult, Verdict } from "../../canary/verdict.ts";
import { bold, clock, join, list, precise, type Text, t } from "../text.ts";
import { duration, names } from "./amounts.ts";
import {
  bothSides,
  comparedSentence,
  comparedSureness,
  countedSentence,
  countedSureness,
  whose,
} from "./comparison.ts";
import { hostList } from "./hostList.ts";
import { allowed, limitSentence, measured } from "./limit.ts";
import { noAnswerSentence } from "./noAnswer.ts";

export const VERDICT_WORDS: Record<Verdict, string> = {
  pass: "passed",
  fail: "FAILED",
  inconclusive: "cannot tell",
};

/** One line: what this check saw and what is allowed. */
export function resultSentence(check: Check, result: CheckResult): Text {
  const { reason } = result;
  switch (reason.kind) {
    case "withinLimit":
    case "aboveLimit":
    case "belowLimit":
    case "stopped":
    case "dataMissing":
    case "windowTooShort":
      return check.kind === "limit" ? limitSentence(check, result, reason) : t``;
    case "noData":
      return t`no data at all for the canary hosts. That is not zero: nothing was reported`;
    case "hostsWithoutData":
      return t`no data from ${hostList(reason.hosts)}`;
    case "dataStopped":
      return check.kind === "limit"
        ? limitSentence(check, result, reason)
        : t`the data of ${whose(reason.of ?? "canary")} stops at ${precise(reason.at)}, before the end of the bake`;
    case "noBaselineData":
    case "tooFewPoints":
    case "higher":
    case "lower":
    case "withinNoise":
    case "meansDisagree":
    case "tooSmall":
    case "dependentPoints":
      return check.kind === "compare" ? comparedSentence(check, result, reason) : t``;
    case "moreErrors":
    case "notMoreErrors":
    case "noTraffic":
    case "tooFewRequests":
    case "countsWentBack":
      return check.kind === "counts" ? countedSentence(check, reason) : t``;
    case "quiet":
      return t`no monitor alerted`;
    case "alerted":
      return join(byMonitor(reason.monitors).map(alertSentence), "; ");
    case "noMonitors":
      return t`no monitor matches ${check.kind === "monitors" ? selection(check.select) : ""}, so nothing was watched`;
    case "onlyRedBefore":
      return t`every monitor was already alerting before the deploy, so nothing was left to watch`;
    case "muted":
      return t`muted: ${names(reason.monitors)}. A muted monitor does not show whether the canary is well`;
    case "monitorsWithoutData":
      return t`no state known for ${names(reason.monitors)}. A monitor without data does not show whether the canary is well`;
    case "monitorsGone":
      return t`gone since the deploy began: ${names(reason.monitors)}. Deleted or without its tags, a monitor does not show whether the canary is well`;
    case "tooEarly":
      return tooEarlySentence(check, result);
    case "notMeasured":
      return t`not measured: the bake ended before it could be`;
    case "clockSetBack":
      return t`the bot's clock was set back by ${duration(reason.byMs)} during the bake, so nobody knows which time was measured`;
    case "trouble":
      return noAnswerSentence({ ...reason, kind: reason.trouble });
  }
}

/** Said once in the thread; a bake that went on has its verdict behind it. */
export function setBackSentence(byMs: number): Text {
  return t`The bot's clock was set back by ${duration(byMs)}: times above this line are ahead of those below. Pauses and questions keep the time that they had left; of a bake nobody can tell any more whether it passed.`;
}

/** How sure a fail is, where it is a matter of chance; empty where it is not. */
export function surenessSentence(check: Check, { reason }: CheckResult): Text {
  const compared = reason.kind === "higher" || reason.kind === "lower";
  if (check.kind === "compare" && compared) return t`${bold("How sure:")} ${comparedSureness(check, reason)}`;
  if (check.kind === "counts" && reason.kind === "moreErrors")
    return t`${bold("How sure:")} ${countedSureness(check, reason)}`;
  return [];
}

function tooEarlySentence(check: Check, result: CheckResult): Text {
  switch (check.kind) {
    case "limit":
      return result.value === null
        ? t`too little was measured to tell; allowed is ${allowed(check)}`
        : t`${measured(check, result)} so far; allowed is ${allowed(check)}`;
    case "compare":
      return t`${bothSides(check, result)} so far; that is compared at the end of the bake`;
    case "counts":
      return t`no more errors than chance gives so far`;
    case "monitors":
      return t`quiet so far`;
  }
}

/** Groups of one monitor that alerted, together. */
function byMonitor(watched: Watched[]): [Watched, ...Watched[]][] {
  const monitors = new Map<string, [Watched, ...Watched[]]>();
  for (const one of watched) {
    const key = `${one.id} ${one.state === "alert"}`;
    const known = monitors.get(key);
    if (known) known.push(one);
    else monitors.set(key, [one]);
  }
  return [...monitors.values()];
}

function alertSentence(groups: [Watched, ...Watched[]]): Text {
  const [{ name, state }] = groups;
  const named = groups.map(({ group }) => group).filter((group) => group !== "" && group !== "*");
  const which = named.length === 0 ? `“${name}”` : `“${name}” for ${names(named)}`;
  const triggered = groups.flatMap(({ triggeredAt }) => triggeredAt ?? []);
  const resolved = groups.flatMap(({ resolvedAt }) => resolvedAt ?? []);
  const first = Math.min(...triggered);
  const last = Math.max(...resolved);
  const since = triggered.length === 0 ? t`` : t` at ${precise(first)}`;
  if (state === "alert") return t`${which} alerted${since} and still does`;
  const after = last > first ? t`, at ${precise(last)}` : t``;
  return t`${which} alerted${since} and has resolved since${after}. A resolved alert is still a failed canary`;
}

function selection(select: { ids: number[] } | { tags: string[] }): string {
  return "ids" in select ? `id ${select.ids.join(", ")}` : select.tags.join(" and ");
}

/** Monitors that were red before, named once. */
export function redBeforeSentence(redBefore: Watched[]): Text {
  return t`Already alerting before this deploy, and left out: ${list([...new Set(redBefore.map(({ name }) => `“${name}”`))])}.`;
}

/** Who is called; told about it. */
export function onCallSentence({ id }: { id: string }): Text {
  return t`On call: ${{ mention: id }}.`;
}

/** What a person who is asked can do, and until when. */
export function wayOutSentence(until: number): Text {
  return t`Promote it, bake once more or roll back with the buttons of the deploy's message, by ${clock(until)}; after that it goes back.`;
}

const NOT_THE_TESTS =
  "that your tests or the pipeline are broken: a metric of the service is not where it should be while your change runs.";

const NOT_OF_ITS_KIND: Record<Check["kind"], string> = {
  limit: "",
  compare: "that the number itself is bad: only that it is worse than on the release before, at the same time.",
  counts: "that every one of these errors is new: there are more of them than on the release before.",
  monitors: "",
};

/**
 * What a failed verdict does not mean: people look for the fault in the wrong place otherwise. What is so for every check is said with the first one; empty when
 * there is nothing more to say.
 */
export function whatItIsNot({ kind }: Check, { first }: { first: boolean }): string {
  const own = NOT_OF_ITS_KIND[kind];
  if (!first) return own;
  return own === "" ? NOT_THE_TESTS : `${NOT_THE_TESTS} Nor ${own}`;
}
