// Evidence that errors fall on the canary more often than its share of the traffic explains: a Beta-binomial mixture (Lindon & Malek,
// Anytime-Valid Inference for Multinomial Count Data, 2022). It is fair at every look, however many there are: without a difference it
// ever reaches 1/alpha with a probability of at most alpha. Pure.

import { logRising } from "./rising.ts";

/** What came in since the look before. `share` is the canary's part of the traffic of that time, between 0 and 1. */
export interface Increment {
  canaryErrors: number;
  baselineErrors: number;
  share: number;
}

export interface Evidence {
  /** ln E; 0 before anything was seen. */
  logE: number;
  /** Errors on the canary, and how many its share of the traffic would explain. */
  seen: number;
  expected: number;
  /** What is believed of the canary's part of the errors, each with its own ln E; empty before anything was seen. */
  beliefs: Belief[];
}

/** Beta(a, b), and the share for which that was written. */
interface Belief {
  a: number;
  b: number;
  share: number;
  logE: number;
}

export const NO_EVIDENCE: Evidence = { logE: 0, seen: 0, expected: 0, beliefs: [] };

/**
 * Two beliefs of the same weight, each two imagined errors: split as the traffic is, which finds small differences among many errors, and split evenly,
 * which finds a few errors on a small canary sooner. The mean of two fair bets is a fair bet.
 */
const beginning = (share: number): Belief[] => [
  { a: 2 * share, b: 2 * (1 - share), share, logE: 0 },
  { a: 1, b: 1, share, logE: 0 },
];

/**
 * One more increment. Each factor is a ratio of two probabilities of the new errors' places, given how many there are and how the traffic
 * was shared; the belief depends on the past and on the traffic only. So the product stays fair also when the share changes. While it does
 * not, the product of one belief is E = B(a+x, b+y) / B(a, b) / (p^x (1-p)^y) with all errors x and y so far.
 */
export function withIncrement(before: Evidence, { canaryErrors, baselineErrors, share }: Increment): Evidence {
  const errors = canaryErrors + baselineErrors;
  const byTraffic = canaryErrors * Math.log(share) + baselineErrors * Math.log1p(-share);
  const known = before.beliefs.length > 0 ? before.beliefs : beginning(share);
  const beliefs = known.map((belief): Belief => {
    const { a, b } = movedTo(share, belief);
    const mixture = logRising(a, canaryErrors) + logRising(b, baselineErrors) - logRising(a + b, errors);
    return { a: a + canaryErrors, b: b + baselineErrors, share, logE: belief.logE + mixture - byTraffic };
  });
  return {
    logE: logOfMean(beliefs.map(({ logE }) => logE)),
    seen: before.seen + canaryErrors,
    expected: before.expected + share * errors,
    beliefs,
  };
}

/** ln of the mean of the numbers with these logarithms. */
function logOfMean(logs: number[]): number {
  const largest = Math.max(...logs);
  return largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0) / logs.length);
}

/** The belief is about how many times more errors a request on the canary has: a changed share moves its odds along. */
function movedTo(share: number, belief: Belief): { a: number; b: number } {
  if (belief.share === share) return belief;
  const odds = ((belief.a / belief.b) * (share / (1 - share))) / (belief.share / (1 - belief.share));
  const strength = belief.a + belief.b;
  return { a: (strength * odds) / (1 + odds), b: strength / (1 + odds) };
}
