// The Mann-Whitney U test of two samples, and how far one is shifted against the other (Hodges-Lehmann) with its confidence interval.
// Knows numbers only: nothing of canaries. Pure.

import { differenceAtRank, type Sorted } from "./differences.ts";
import { upperQuantile, upperTail } from "./normal.ts";

/** Sorted copies; shapes: at least one number in each, all finite. */
export function sortBoth(x: readonly number[], y: readonly number[]): Sorted {
  return { x: Float64Array.from(x).sort(), y: Float64Array.from(y).sort() };
}

/**
 * Two-sided p of the Mann-Whitney U test: the normal approximation with correction for ties and continuity, the same number as scipy's
 * `mannwhitneyu(method="asymptotic")`. 1 when all values are equal.
 */
export function pValue({ x, y }: Sorted): number {
  const { twiceU, ties } = walk({ x, y });
  const pairs = x.length * y.length;
  const larger = Math.max(twiceU, 2 * pairs - twiceU) / 2;
  const z = (larger - pairs / 2 - 0.5) / spread(x.length, y.length, ties);
  return Number.isFinite(z) ? Math.min(1, 2 * upperTail(z)) : 1;
}

/** The median of all differences x - y: the Hodges-Lehmann estimate of the shift. */
export function shiftOf(sorted: Sorted): number {
  const pairs = sorted.x.length * sorted.y.length;
  const upper = differenceAtRank(sorted, Math.floor(pairs / 2));
  return pairs % 2 === 1 ? upper : (differenceAtRank(sorted, pairs / 2 - 1) + upper) / 2;
}

/**
 * The shifts that the same test would not reject at `confidence`: the places where z, as a function of the assumed shift, steps over
 * ±quantile. z falls by one step at each difference, so they are differences: with N pairs and standard deviation s, the c-th largest and
 * the c-th smallest, c = ⌊N/2 + 1/2 + quantile·s⌋ + 1 counted from the other side (Hollander, Wolfe & Chicken, Nonparametric Statistical
 * Methods, 4.3, here with continuity correction and ties within each sample). Null when so few points can never reject: the interval is
 * then without an end. `widen` multiplies s, for points that tell less than their number says.
 */
export function intervalOf(sorted: Sorted, confidence: number, widen = 1): [number, number] | null {
  const { x, y } = sorted;
  const pairs = x.length * y.length;
  const deviation = spread(x.length, y.length, tiesWithin(x) + tiesWithin(y)) * widen;
  const above = Math.floor(pairs / 2 + 0.5 + upperQuantile((1 - confidence) / 2) * deviation) + 1;
  if (above > pairs) return null;
  return [differenceAtRank(sorted, pairs - above), differenceAtRank(sorted, above - 1)];
}

/** Standard deviation of U; `ties` is the sum of t³ - t over groups of equal values. */
function spread(m: number, n: number, ties: number): number {
  const all = m + n;
  return Math.sqrt(((m * n) / 12) * (all + 1 - ties / (all * (all - 1))));
}

function tiesWithin(values: Float64Array): number {
  let ties = 0;
  for (let from = 0, to = 0; from < values.length; from = to) {
    while (to < values.length && values[to] === values[from]) to++;
    ties += cubeMinus(to - from);
  }
  return ties;
}

/** Exact up to samples of 200,000 equal values; rounded as every sum of doubles beyond. */
function cubeMinus(count: number): number {
  return count * (count * count - 1);
}

/** One walk through both samples: twice U of x (pairs won, equal ones half), and the ties of the pooled sample. */
function walk({ x, y }: Sorted): { twiceU: number; ties: number } {
  let [i, j, twiceU, ties] = [0, 0, 0, 0];
  while (i < x.length || j < y.length) {
    const value = Math.min(x[i] ?? Number.POSITIVE_INFINITY, y[j] ?? Number.POSITIVE_INFINITY);
    const [fromX, fromY] = [i, j];
    while (x[i] === value) i++;
    while (y[j] === value) j++;
    twiceU += (i - fromX) * (fromY + j);
    ties += cubeMinus(i - fromX + j - fromY);
  }
  return { twiceU, ties };
}
