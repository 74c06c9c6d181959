// Judges a comparison of the canary with the rest of the fleet, once, at the end of the bake: each look more would be a chance more for a false
// alarm. Pure; the statistics are in judging/compare.ts.

import type { CompareCheck } from "./checks.ts";
import { judgeCompare } from "./judging/compare.ts";
import type { CompareReading, Look } from "./readings.ts";
import { blank, inconclusive, isStale, lastOf, noAnswer, readingOf } from "./result.ts";
import { worseSince } from "./since.ts";
import type { CheckResult, Reason } from "./verdict.ts";

export function judgeComparison(check: CompareCheck, looks: readonly Look[]): CheckResult {
  const last = lastOf(check, looks);
  return last ? judgeLast(check, last.look, last.reading) : soFar(check, looks.at(-1));
}

function judgeLast(check: CompareCheck, look: Look, reading: CompareReading): CheckResult {
  const { trouble, canary, baseline } = reading;
  if (trouble) return inconclusive(check, look, noAnswer(trouble));
  const result = { ...blank(check, look), ...shownOf(reading) };
  const values = [canary, baseline].map(({ points }) => points.map(([, value]) => value)) as [number[], number[]];
  const judged = judgeCompare(check, ...values);
  const smallest = check.ignoreBelow * Math.abs(baseline.median ?? 0);
  const reason = reasonOf(judged, values);
  const differs = reason.kind === "higher" || reason.kind === "lower";
  if (differs && Math.abs(reason.shift) >= smallest) {
    const since = worseSince(reason.kind, canary.points, baseline.points);
    return { ...result, verdict: "fail", reason: { ...reason, ...(since !== null && { since }) } };
  }
  for (const of of ["canary", "baseline"] as const) {
    const { count, until } = reading[of];
    if (count > 0 && isStale(until, look)) return { ...result, reason: { kind: "dataStopped", at: until, of } };
  }
  return differs
    ? { ...result, verdict: "pass", reason: { ...reason, kind: "tooSmall", smallest } }
    : { ...result, verdict: reason.kind === "meansDisagree" ? "inconclusive" : judged.verdict, reason };
}

function soFar(check: CompareCheck, look: Look | undefined): CheckResult {
  const reading = look && readingOf(look, check);
  if (!reading || reading.canary.median === null) return inconclusive(check, look, { kind: "notMeasured" });
  return { ...inconclusive(check, look, { kind: "tooEarly" }), ...shownOf(reading) };
}

function shownOf({ canary, baseline }: CompareReading): Pick<CheckResult, "value" | "baseline" | "points"> {
  return { value: canary.median, baseline: baseline.median, points: canary.count };
}

function reasonOf(
  { reason, p = 1, shift = 0, interval = [shift, shift] }: ReturnType<typeof judgeCompare>,
  [canary, baseline]: [number[], number[]],
): Reason {
  const comparison = { shift, interval, p, points: [canary.length, baseline.length] as [number, number] };
  switch (reason.kind) {
    case "noCanaryData":
      return { kind: "noData" };
    case "noBaselineData":
      return { kind: "noBaselineData" };
    case "tooFewPoints": {
      const { points, needed } = reason;
      return { kind: "tooFewPoints", points, needed, of: reason.of === "baseline" ? "baseline" : "canary" };
    }
    case "higher":
    case "lower":
    case "meansDisagree":
      return { kind: reason.kind, ...comparison };
    case "dependentPoints":
      return { kind: "dependentPoints", ...comparison, correlation: reason.dependence, wider: reason.wider };
    default:
      return { kind: "withinNoise", ...comparison };
  }
}
