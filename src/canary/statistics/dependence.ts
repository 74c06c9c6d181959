// Whether the points of a sample follow one another in time. A rank test counts every point as news; the points of a gauge that wanders
// slowly repeat each other, and the test then sees differences that are not there (three bakes in ten at a correlation of 0.8). Pure.

/** Random order exceeds this, in standard deviations, in one sample pair of two hundred. */
const SIGNIFICANT = 2.6;
/** Weaker dependence than this does little harm, and many points would make it significant. */
const RELEVANT = 0.3;
/** Nearer to 1 the widening would grow without end. */
const LARGEST = 0.95;
/** A few points do not say well how strong they depend on each other: measured, see bench/judge. */
const CAUTION = 2;
/** Below it a correlation says nothing. */
const FEWEST = 8;

export interface Dependence {
  /** Correlation of each point with the next one, about 0 for points in random order, corrected for its bias in short series. */
  correlation: number;
  /** By how much an interval has to be wider than for independent points; 1 when nothing shows that they are not. */
  widening: number;
}

/** Of two samples in the order of time. Ranks, not values, so that one spike or the unit changes nothing. */
export function dependenceOf(x: readonly number[], y: readonly number[]): Dependence {
  const all = x.length + y.length;
  const independent = { correlation: 0, widening: 1 };
  if (Math.min(x.length, y.length) < FEWEST) return independent;
  const pooled = (x.length * serialCorrelation(x) + y.length * serialCorrelation(y)) / all;
  // In random order the expected value is -1/n for each series of n points.
  const excess = pooled + 2 / all;
  if (excess < RELEVANT || excess * Math.sqrt(all) < SIGNIFICANT) return { ...independent, correlation: excess };
  const correlation = Math.min(LARGEST, excess / (1 - 6 / all));
  return { correlation, widening: CAUTION * Math.sqrt((1 + correlation) / (1 - correlation)) };
}

/** Lag-1 autocorrelation of the ranks; 0 for a constant series. */
function serialCorrelation(values: readonly number[]): number {
  const centre = (values.length + 1) / 2;
  const ranks = ranksOf(values);
  let [together, alone] = [0, 0];
  for (let i = 0; i < ranks.length; i++) {
    const deviation = (ranks[i] as number) - centre;
    alone += deviation * deviation;
    if (i > 0) together += deviation * ((ranks[i - 1] as number) - centre);
  }
  return alone === 0 ? 0 : together / alone;
}

/** Ranks from 1; equal values share the mean of theirs. */
function ranksOf(values: readonly number[]): Float64Array {
  const order = Uint32Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number));
  const ranks = new Float64Array(values.length);
  for (let from = 0, to = 0; from < order.length; from = to) {
    const value = values[order[from] as number];
    while (to < order.length && values[order[to] as number] === value) to++;
    for (let i = from; i < to; i++) ranks[order[i] as number] = (from + 1 + to) / 2;
  }
  return ranks;
}
