// What the judge of a single check is asked and what it answers: the shapes of `lockstep judge`, and of the checks behind it. Nothing is
// judged here, and there are no sentences.

import { z } from "zod";
import type { Verdict } from "../verdict.ts";

/** Far from where sums and differences of doubles overflow. */
const LARGEST = 1e300;
const value = z.number().min(-LARGEST).max(LARGEST);
const values = z.array(value.nullable());
const points = z.array(z.tuple([value, value.nullable()]));

/** Is the canary's distribution worse than the baseline's? */
export const compareCheck = z.strictObject({
  kind: z.literal("compare"),
  worse: z.enum(["higher", "lower", "either"]),
  /** Part of the shift by which its interval has to stay clear of 0. */
  tolerance: z.number().min(0).default(0.25),
  confidence: z.number().min(0.5).lt(1).default(0.98),
});
export type CompareCheck = z.infer<typeof compareCheck>;

/** Are there more errors per request on the canary? */
export const countsCheck = z.strictObject({
  kind: z.literal("counts"),
  /** How often a canary without more errors may fail. */
  alpha: z.number().gt(0).lt(1).default(0.01),
});
export type CountsCheck = z.infer<typeof countsCheck>;

const AGGREGATE = /^(?:sum|mean|max|min|last|p(?:100|\d{1,2})(?:\.\d+)?)$/;
/** Is the canary within a bound; has it stopped? */
export const limitCheck = z
  .strictObject({
    kind: z.literal("limit"),
    aggregate: z
      .string()
      .regex(AGGREGATE, "expected sum, mean, max, min, last or a percentile such as p95")
      .refine((name) => !(Number(name.slice(1)) > 100), "a percentile is at most 100"),
    atMost: value.nullish(),
    atLeast: value.nullish(),
    /** With it the bound is about single buckets: it fails when all of them break it for so long. */
    forSeconds: z.number().positive().nullish(),
  })
  .refine(({ atMost, atLeast }) => (atMost ?? atLeast) != null, "needs atMost or atLeast");
export type LimitCheck = z.infer<typeof limitCheck>;

const count = z.number().min(0).max(Number.MAX_SAFE_INTEGER);
const counted = z
  .object({ errors: count.int(), total: count })
  .refine(({ errors, total }) => errors <= total, "more errors than there are in total");
export const look = z.object({ at: value, canary: counted, baseline: counted });
export type Look = z.infer<typeof look>;

export const compareCase = z.object({ check: compareCheck, canary: values, baseline: values });
export const countsCase = z.object({
  check: countsCheck,
  looks: z.array(look).refine(inOrder, "looks are not in the order of time"),
});
export const limitCase = z.object({ check: limitCheck, canary: points, alive: points.nullish() });

function inOrder(looks: { at: number }[]): boolean {
  return looks.every(({ at }, i) => i === 0 || at >= (looks[i - 1]?.at ?? at));
}

/** Seconds and value; null when the bucket is empty. */
export type Point = readonly [at: number, value: number | null];

/** Why; every kind has words in src/judge/words.ts. */
export type Reason =
  // compare
  | {
      kind: "higher" | "lower" | "withinNoise" | "meansDisagree" | "identical";
      points: [number, number];
      dependence: number;
    }
  | { kind: "dependentPoints"; points: [number, number]; dependence: number; wider: [number, number] }
  | { kind: "tooFewPoints"; points: number; needed: number; of: "canary" | "baseline" | "seconds" }
  // counts
  | { kind: "moreErrors" | "notMoreErrors"; counts: Look; expected: number }
  | { kind: "countsWentBack"; at: number }
  // limit
  | { kind: "withinLimit" | "aboveLimit" | "belowLimit"; value: number; silent: number; seconds: number | null }
  | { kind: "stopped"; seconds: number; from: number }
  | { kind: "dataMissing"; from: number; to: number }
  // all
  | { kind: "noCanaryData" }
  | { kind: "noBaselineData" };

export interface Judged {
  verdict: Verdict;
  reason: Reason;
  p?: number;
  /** Canary minus baseline. */
  shift?: number;
  interval?: [number, number];
  /** Canary by baseline: of the means, or of the errors per request. */
  effect?: number;
  /** Seconds, in the time of the points or looks. */
  decidedAt?: number;
}
