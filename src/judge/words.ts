// The sentences of `lockstep judge`: what was measured, what is allowed, and how sure that is. A reason without words does not compile.

import type { CompareCheck, CountsCheck, Judged, LimitCheck, Look, Reason } from "../canary/judging/shapes.ts";

export type Check = CompareCheck | CountsCheck | LimitCheck;

/** One or two plain sentences with numbers. */
export function explain(check: Check, judged: Judged): string {
  const { reason } = judged;
  switch (reason.kind) {
    case "noCanaryData":
      return check.kind === "counts"
        ? "The canary had no traffic, so nothing can be told."
        : "There is no data of the canary. That is not zero: nothing was reported.";
    case "noBaselineData":
      return check.kind === "counts"
        ? "The rest of the fleet had no traffic, so there is nothing to compare with."
        : "There is no data of the rest of the fleet, so there is nothing to compare with.";
    case "tooFewPoints":
      return tooFew(check, reason);
    case "higher":
    case "lower":
    case "withinNoise":
    case "identical":
    case "meansDisagree":
    case "dependentPoints":
      return compared(check as CompareCheck, judged, reason);
    case "moreErrors":
    case "notMoreErrors":
      return countedWords(check as CountsCheck, judged, reason);
    case "countsWentBack":
      return `A count is smaller at second ${number(reason.at)} than it was before: it was reset, so nothing can be told.`;
    case "withinLimit":
    case "aboveLimit":
    case "belowLimit":
      return limited(check as LimitCheck, reason);
    case "stopped":
      return `The canary reported nothing, or zero, for ${number(reason.seconds)} s from second ${number(reason.from)} on; allowed is ${allowed(check as LimitCheck)}. It has stopped.`;
    case "dataMissing":
      return `From second ${number(reason.from)} to ${number(reason.to)} too little is known of the canary to tell. Silence is not zero.`;
  }
}

function tooFew(check: Check, { points, needed, of }: Extract<Reason, { kind: "tooFewPoints" }>): string {
  if (of === "seconds")
    return `The points span ${number(points)} s; a stretch of ${number(needed)} s cannot be seen in them.`;
  const whose = of === "canary" ? "The canary has" : "The rest of the fleet has";
  const confidence = check.kind === "compare" ? percent(check.confidence) : "";
  return points < 10
    ? `${whose} ${plural(points, "point")}; at least ${needed} on each side are needed to tell a difference from luck.`
    : `${whose} ${plural(points, "point")}: too few to be sure at ${confidence}, whatever they are.`;
}

type Compared = Extract<Reason, { points: [number, number] }>;

function compared(check: CompareCheck, { verdict, p = 1, shift = 0, interval }: Judged, reason: Compared): string {
  const [canary, baseline] = reason.points;
  const points = `${canary} points of the canary and ${baseline} of the rest`;
  if (reason.kind === "identical") return `The canary and the rest show the same values (${points}).`;
  const [low, high] = interval ?? [shift, shift];
  const range = `${percent(check.confidence)} interval ${number(low)} to ${number(high)}`;
  const difference =
    shift === 0 ? "as high as the rest" : `${shift > 0 ? "higher" : "lower"} by ${number(Math.abs(shift))}`;
  const measured = `The canary is ${difference} (${range}; ${points}; p = ${number(p)})`;
  const rule = `the interval has to stay clear of 0 by ${percent(check.tolerance)} of the difference`;
  switch (reason.kind) {
    case "higher":
    case "lower":
      return `${measured}. That counts: the interval stays clear of 0 by more than ${percent(check.tolerance)} of the difference, ${number(check.tolerance * Math.abs(shift))}.`;
    case "meansDisagree":
      return `${measured}. But on average it is the other way round: a few points of one side are far from the rest of it. Kayenta's rule lets that pass; look at the points.`;
    case "withinNoise":
      return `${measured}. That does not count as ${worseWords(check)}: for that ${rule}.`;
    case "dependentPoints":
      return `${measured}. But neighbouring points resemble each other (correlation ${number(reason.dependence)}), so they say less than their number: the interval is rather ${number(reason.wider[0])} to ${number(reason.wider[1])}, and ${rule}.${verdict === "inconclusive" ? " So much may be chance or not: it cannot be told." : ""}`;
  }
}

function worseWords({ worse }: CompareCheck): string {
  return worse === "either" ? "different" : worse;
}

type Counted = Extract<Reason, { counts: Look }>;

function countedWords(
  { alpha }: CountsCheck,
  { p = 1, decidedAt }: Judged,
  { kind, counts, expected }: Counted,
): string {
  const { canary, baseline } = counts;
  const measured = `The canary has ${plural(canary.errors, "error")} in ${number(canary.total)} requests, the rest ${baseline.errors} in ${number(baseline.total)}; by its share of the traffic one expects ${number(expected)}`;
  const sure = `p = ${number(p)}; it fails at ${number(alpha)}, however often one looks`;
  return kind === "moreErrors"
    ? `${measured}. That is more than chance (${sure}), certain since second ${number(decidedAt ?? counts.at)}.`
    : `${measured}. That is not more than chance gives (${sure}).`;
}

function limited(
  check: LimitCheck,
  { kind, value, silent, seconds }: Extract<Reason, { kind: "withinLimit" | "aboveLimit" | "belowLimit" }>,
): string {
  const zeros = silent > 0 ? ` (silent while alive in ${plural(silent, "bucket")})` : "";
  if (seconds !== null) {
    return kind === "withinLimit"
      ? `No stretch of ${number(seconds)} s broke the limit${zeros}; allowed is ${allowed(check)} in each bucket.`
      : `The canary was as ${kind === "aboveLimit" ? "high" : "low"} as ${number(value)} and beyond the limit for ${number(seconds)} s on end${zeros}; allowed is ${allowed(check)}.`;
  }
  return `The canary's ${check.aggregate} is ${number(value)}${zeros}; allowed is ${allowed(check)}.`;
}

function allowed({ atLeast, atMost, forSeconds }: LimitCheck): string {
  const bounds = [
    ...(atLeast == null ? [] : [`at least ${number(atLeast)}`]),
    ...(atMost == null ? [] : [`at most ${number(atMost)}`]),
  ].join(" and ");
  return forSeconds ? `${bounds}, or less than ${number(forSeconds)} s without it` : bounds;
}

/** Four digits say enough to a person; the exact number is beside the sentence. */
function number(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? String(value) : String(Number(value.toPrecision(4)));
}

function percent(part: number): string {
  return `${number(part * 100)} %`;
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
