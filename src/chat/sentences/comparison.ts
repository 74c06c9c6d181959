// What was measured on the canary and on the rest of the fleet, in words: for comparisons and for counts of errors. Knows no other kind of check.

import type { CompareCheck, CountsCheck, Side } from "../../canary/checks.ts";
import type { CheckResult, Reason } from "../../canary/verdict.ts";
import { precise, type Text, t } from "../text.ts";
import { count, measure, number } from "./amounts.ts";
import { luck, percent } from "./chance.ts";

type Kind<K extends Reason["kind"]> = Extract<Reason, { kind: K }>;
type Compared = Kind<"higher" | "lower" | "withinNoise" | "meansDisagree" | "tooSmall" | "dependentPoints">;

export function whose(side: Side): string {
  return side === "canary" ? "the canary" : "the rest of the fleet";
}

export function bothSides(
  { unit }: CompareCheck,
  { value, baseline = null }: Pick<CheckResult, "value" | "baseline">,
): string {
  const shown = (one: number | null) => (one === null ? "nothing" : measure(one, unit));
  return `${shown(value)} on the canary and ${shown(baseline)} on the rest of the fleet`;
}

export function comparedSentence(
  check: CompareCheck,
  result: CheckResult,
  reason: Compared | Kind<"noBaselineData" | "tooFewPoints">,
): Text {
  switch (reason.kind) {
    case "noBaselineData":
      return t`no data at all for the rest of the fleet, so there is nothing to compare the canary with`;
    case "tooFewPoints":
      return t`${bothSides(check, result)}, but ${whose(reason.of)} has only ${count(reason.points, "point")}. At least ${reason.needed} on each side are needed to tell a difference from luck`;
    default:
      return t`${difference(check, result, reason)}${conclusion(check, result, reason)}`;
  }
}

/** What was measured. */
function difference(check: CompareCheck, result: CheckResult, { shift, points }: Compared): string {
  const [canary, baseline] = points;
  const by =
    shift === 0
      ? "No difference"
      : `The canary is ${shift > 0 ? "higher" : "lower"} by ${measure(Math.abs(shift), check.unit)}`;
  return `${bothSides(check, result)} (medians of ${canary} and ${count(baseline, "point")}). ${by}`;
}

/** What that means by the rule of the check: in one line; how sure a fail is, is said elsewhere. */
function conclusion(check: CompareCheck, result: CheckResult, reason: Compared): Text {
  const between = (interval: readonly [number, number]) => betweenWords(check, interval);
  switch (reason.kind) {
    case "higher":
    case "lower":
      return reason.since === undefined ? t`` : t`. Most points are worse from ${precise(reason.since)} on`;
    case "withinNoise": {
      const [low, high] = reason.interval;
      const better = check.worse === "higher" ? high < 0 : check.worse === "lower" && low > 0;
      if (better) return t`, and only ${check.worse} is worse`;
      return t`; with ${between(reason.interval)}. That may be chance (p = ${number(reason.p)})`;
    }
    case "meansDisagree":
      return t`. But on average it is the other way round: a few points of one side are far from the rest of it. Look at the picture before anybody goes on`;
    case "tooSmall":
      return t`. That is more than chance, but less than the ${measure(reason.smallest, check.unit)} from which it matters (${percent(check.ignoreBelow)} of the rest)`;
    case "dependentPoints":
      return t`. But neighbouring points resemble each other (correlation ${number(reason.correlation)}) and say less than their number: with ${between(reason.wider)}. ${result.verdict === "pass" ? "That may be chance" : "So large a difference may be chance or not"}`;
  }
}

function betweenWords({ confidence, unit }: CompareCheck, [low, high]: readonly [number, number]): string {
  return `${percent(confidence)} confidence the difference is between ${number(low)} and ${measure(high, unit)}`;
}

/** How sure a fail is, for people who never heard of p. */
export function comparedSureness(check: CompareCheck, reason: Kind<"higher" | "lower">): string {
  const margin = measure(check.tolerance * Math.abs(reason.shift), check.unit);
  return `with ${betweenWords(check, reason.interval)}, all of it beyond the ${margin} that are forgiven (${percent(check.tolerance)} of the difference). Luck alone does that ${luck(reason.p)}.`;
}

export function countedSureness({ alpha }: CountsCheck, reason: Kind<"moreErrors">): string {
  const all = reason.canary.errors + reason.baseline.errors;
  return `by its share of the requests the canary would have about ${Number(reason.expected.toPrecision(2))} of all ${count(all, "error")}. Luck alone does that at most ${luck(reason.p)}, however often one looks; it fails at ${percent(alpha)}.`;
}

export function countedSentence(
  { alpha }: CountsCheck,
  reason: Kind<"moreErrors" | "notMoreErrors" | "noTraffic" | "tooFewRequests" | "countsWentBack">,
): Text {
  switch (reason.kind) {
    case "noTraffic":
      return reason.of === "canary"
        ? t`no requests reached the canary, or none were reported, so nothing can be told`
        : t`no requests reached the rest of the fleet, or none were reported, so there is nothing to compare the canary with`;
    case "tooFewRequests":
      return t`${count(reason.requests, "request")} reached the canary: too few, for if all of them had failed it might have been chance`;
    case "countsWentBack":
      return t`a count is smaller at ${precise(reason.at)} than it was before, so nothing can be told`;
    case "moreErrors":
      return t`${bothCounts(reason)}, certain since ${precise(reason.since)}`;
    case "notMoreErrors":
      return reason.canary.errors === 0
        ? t`${bothCounts(reason)}`
        : t`${bothCounts(reason)}. That may be chance (p = ${number(reason.p)}; it fails at ${percent(alpha)})`;
  }
}

function bothCounts({ canary, baseline }: Kind<"moreErrors" | "notMoreErrors">): string {
  return `${inRequests(canary)} on the canary, ${inRequests(baseline)} on the rest of the fleet`;
}

export function inRequests({ errors, total }: { errors: number; total: number }): string {
  return `${count(errors, "error")} in ${number(total)} ${total === 1 ? "request" : "requests"}`;
}
