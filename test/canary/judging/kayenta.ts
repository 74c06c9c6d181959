// Kayenta's published rule for one metric, written anew from its description and with roots that do not depend on the unit: what ours has to
// agree with, and is measured against. Shares no code with ours.

const QUANTILE = 2.3263478740408408;

export type Classification = "high" | "low" | "pass";

/** As with its constants: confidence 98 %, tolerance 25 %, allowed effect 1. Points: at least one on each side. */
export function kayenta(canary: number[], baseline: number[], worse: "higher" | "lower" | "either"): Classification {
  const x = canary.toSorted((a, b) => a - b);
  const y = baseline.toSorted((a, b) => a - b);
  if (String(x) === String(y) || new Set([...x, ...y]).size === 1) return "pass";
  const low = root(x, y, QUANTILE);
  const high = root(x, y, -QUANTILE);
  const tolerated = 0.25 * Math.abs(root(x, y, 0));
  const effect = mean(y) === 0 || mean(x) === 0 ? Number.NaN : mean(x) / mean(y);
  if (worse !== "lower" && low > tolerated && !(effect < 1)) return "high";
  if (worse !== "higher" && high < -tolerated && !(effect > 1)) return "low";
  return "pass";
}

/** Where z, falling with the assumed shift, meets the target; an end of the range when it does not inside. */
function root(x: number[], y: number[], target: number): number {
  let low = (x[0] as number) - (y.at(-1) as number);
  let high = (x.at(-1) as number) - (y[0] as number);
  if (z(x, y, low) <= target) return low;
  if (z(x, y, high) >= target) return high;
  // A root at 0 would be approached for ever; what is left of it is far below any digit of the points.
  const nothing = 1e-18 * (high - low);
  while (high - low > 1e-15 * Math.max(Math.abs(low), Math.abs(high)) && high - low > nothing) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    const found = z(x, y, middle);
    if (found === target) return middle;
    if (found > target) low = middle;
    else high = middle;
  }
  const found = (low + high) / 2;
  return Math.abs(found) <= nothing ? 0 : found;
}

/** Standardised rank sum of x - shift among x - shift and y, corrected for ties and continuity. */
function z(x: number[], y: number[], shift: number): number {
  const [n, m] = [x.length, y.length];
  let [i, j, before, rankSum, ties] = [0, 0, 0, 0, 0];
  while (i < n || j < m) {
    const left = i < n ? (x[i] as number) - shift : Number.POSITIVE_INFINITY;
    const value = Math.min(left, y[j] ?? Number.POSITIVE_INFINITY);
    const [fromI, fromJ] = [i, j];
    while (i < n && (x[i] as number) - shift === value) i++;
    while (j < m && y[j] === value) j++;
    const together = i - fromI + j - fromJ;
    rankSum += (i - fromI) * (before + (together + 1) / 2);
    ties += together ** 3 - together;
    before += together;
  }
  const d = rankSum - (n * (n + 1)) / 2 - (n * m) / 2;
  const variance = ((n * m) / 12) * (n + m + 1 - ties / ((n + m) * (n + m - 1)));
  return (d - 0.5 * Math.sign(d)) / Math.sqrt(variance);
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
