// Judges whether the canary's points are worse than the baseline's of the same time. Pure. Agrees with Kayenta's judge on independent points,
// and is more careful where that judge says "high" without ground: too few points, and points that only repeat each other.

import { dependenceOf } from "../statistics/dependence.ts";
import { intervalOf, pValue, shiftOf, sortBoth } from "../statistics/mannWhitney.ts";
import { aggregateOf } from "./aggregate.ts";
import type { CompareCheck, Judged, Reason } from "./shapes.ts";

/** Fewer points on either side cannot be told apart from luck. */
export const FEWEST_POINTS = 10;
/** Differences of decimal numbers are rounded; what is exactly at the limit stays within it, in whatever unit it is written. */
const ROUNDING = 1e-12;
/** A difference that dependent points can neither prove nor deny is let pass below this part of the baseline's median; above it nobody can tell. */
const MATERIAL = 0.25;

/** Points in the order of time; null ones do not count. */
export function judgeCompare(
  check: CompareCheck,
  canary: readonly (number | null)[],
  baseline: readonly (number | null)[],
): Judged {
  const [x, y] = [numbersOf(canary), numbersOf(baseline)];
  if (x.length === 0) return { verdict: "inconclusive", reason: { kind: "noCanaryData" } };
  if (y.length === 0) return { verdict: "inconclusive", reason: { kind: "noBaselineData" } };
  const sorted = sortBoth(x, y);
  const shift = shiftOf(sorted);
  const interval = intervalOf(sorted, check.confidence);
  const effect = meanOf(x) / meanOf(y);
  const measured = {
    p: pValue(sorted),
    shift,
    ...(interval && { interval }),
    ...(Number.isFinite(effect) && { effect }),
  };
  const short = tooFew(x, y, interval !== null);
  if (short || interval === null) {
    return { verdict: "inconclusive", reason: short ?? { kind: "noCanaryData" }, ...measured };
  }
  return { ...decide(check, { x, y }, { shift, interval }), ...measured };
}

interface Estimate {
  shift: number;
  interval: [number, number];
}

function decide(
  check: CompareCheck,
  { x, y }: { x: number[]; y: number[] },
  { shift, interval }: Estimate,
): Pick<Judged, "verdict" | "reason"> {
  const { correlation, widening } = dependenceOf(x, y);
  const about = { points: [x.length, y.length] as [number, number], dependence: widening > 1 ? correlation : 0 };
  const largest = Math.max(...[x, y].map(largestOf));
  const side = worseSide(check, { shift, interval }, largest);
  if (side === null) {
    return { verdict: "pass", reason: { kind: sameValues(x, y) ? "identical" : "withinNoise", ...about } };
  }
  if (contradicted(side, x, y)) return { verdict: "pass", reason: { kind: "meansDisagree", ...about } };
  // Around the shift, in proportion: ranks have no more to give once the samples are apart, however far that is.
  const wider: [number, number] = [shift - (shift - interval[0]) * widening, shift + (interval[1] - shift) * widening];
  if (worseSide(check, { shift, interval: wider }, largest) === null) {
    const verdict = Math.abs(shift) > MATERIAL * Math.abs(aggregateOf("p50", y)) ? "inconclusive" : "pass";
    return { verdict, reason: { kind: "dependentPoints", ...about, wider } };
  }
  return { verdict: "fail", reason: { kind: side, ...about } };
}

/** The interval of the shift has to be clear of 0 by the tolerated part of the shift. */
function worseSide(
  { worse, tolerance }: CompareCheck,
  { shift, interval: [low, high] }: Estimate,
  largest: number,
): "higher" | "lower" | null {
  const tolerated = tolerance * Math.abs(shift) + ROUNDING * Math.abs(shift) + Number.EPSILON * 4 * largest;
  if (worse !== "lower" && low > tolerated) return "higher";
  if (worse !== "higher" && high < -tolerated) return "lower";
  return null;
}

/** Means of the other order speak against a shift of the ranks. A ratio of means says something only when both are above 0. */
function contradicted(side: "higher" | "lower", x: number[], y: number[]): boolean {
  const [canary, baseline] = [meanOf(x), meanOf(y)];
  if (canary <= 0 || baseline <= 0) return false;
  return side === "higher" ? canary < baseline : canary > baseline;
}

function sameValues(x: number[], y: number[]): boolean {
  const [a, b] = [x, y].map((values) => values.toSorted((one, other) => one - other)) as [number[], number[]];
  return a.length === b.length ? a.every((value, i) => value === b[i]) : a[0] === b.at(-1) && b[0] === a.at(-1);
}

function tooFew(x: number[], y: number[], enoughForInterval: boolean): Reason | null {
  const [points, of] = x.length <= y.length ? [x.length, "canary" as const] : [y.length, "baseline" as const];
  if (points < FEWEST_POINTS) return { kind: "tooFewPoints", points, needed: FEWEST_POINTS, of };
  return enoughForInterval ? null : { kind: "tooFewPoints", points, needed: points + 1, of };
}

function numbersOf(values: readonly (number | null)[]): number[] {
  return values.filter((value): value is number => value !== null && Number.isFinite(value));
}

function meanOf(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function largestOf(values: number[]): number {
  return values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}
