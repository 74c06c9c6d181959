// What a check is: a question to metrics or monitors, with its limit and its runbook. Shapes only.

import { z } from "zod";
import { soft } from "./soft.ts";

const common = {
  name: z.string(),
  /** What the metric means to the engineer who reads the verdict. */
  means: z.string(),
  /** Address of the runbook section of exactly this check. */
  runbook: z.string(),
  /** What follows at the end of the bake when it cannot be told: a person is asked, or the canary goes back as if it had failed. */
  inconclusive: z.enum(["ask", "fail"]).default("ask"),
  /** It reports, and stops nothing; left out, it is hard. */
  soft: soft.optional(),
};

/** How the points of a window become one number: a word, or a percentile of the points such as `p95`. */
export const aggregate = z
  .string()
  .regex(
    /^(?:sum|mean|max|min|last|p(?:100|\d{1,2}(?:\.\d+)?))$/,
    "sum, mean, max, min, last or a percentile such as p95",
  );

/** The canary hosts' own metric against a fixed bound. */
export const limitCheck = z.object({
  ...common,
  kind: z.literal("limit"),
  /** As it is sent, hosts filled in. */
  query: z.string(),
  aggregate,
  atMost: z.number().nullable(),
  atLeast: z.number().nullable(),
  /** With it the bound is about single buckets: broken on end for so long, it has failed. */
  forMs: z.number().nullable().default(null),
  /** A query that shows that the hosts are alive: silence is a real zero then. */
  alive: z.string().nullable().default(null),
  /**
   * The same query for the rest of the fleet, for the picture only. `share`: by how much its numbers are multiplied to be those of as many hosts as the canary
   * has; 1 where they do not grow with the hosts.
   */
  rest: z.object({ query: z.string(), share: z.number() }).nullable().optional(),
  unit: z.string(),
});
export type LimitCheck = z.infer<typeof limitCheck>;

/** The same query for the canary hosts and for the rest of the fleet, as they are sent. */
export const sides = z.object({ canary: z.string(), baseline: z.string() });
export type Sides = z.infer<typeof sides>;
export type Side = keyof Sides;

/** The canary's points against those of the rest of the fleet at the same time. */
export const compareCheck = z.object({
  ...common,
  kind: z.literal("compare"),
  query: sides,
  worse: z.enum(["higher", "lower", "either"]),
  /** Part of the difference by which its interval has to stay clear of 0 to count. */
  tolerance: z.number(),
  /** Of that interval, between 0 and 1. */
  confidence: z.number(),
  /** A smaller difference, as a part of the baseline's median, is no reason to go back, however sure it is. */
  ignoreBelow: z.number(),
  unit: z.string(),
});
export type CompareCheck = z.infer<typeof compareCheck>;

/** Errors per request on the canary against those of the rest of the fleet. */
export const countsCheck = z.object({
  ...common,
  kind: z.literal("counts"),
  errors: sides,
  total: sides,
  /** How often a canary without more errors may fail, between 0 and 1. */
  alpha: z.number(),
});
export type CountsCheck = z.infer<typeof countsCheck>;

/** Monitors that must not alert at any moment of the bake. */
export const monitorsCheck = z.object({
  ...common,
  kind: z.literal("monitors"),
  select: z.union([z.object({ ids: z.array(z.int()).min(1) }), z.object({ tags: z.array(z.string()).min(1) })]),
});
export type MonitorsCheck = z.infer<typeof monitorsCheck>;

/** Checks that ask for metrics. */
export type MetricCheck = LimitCheck | CompareCheck | CountsCheck;

export const check = z.discriminatedUnion("kind", [limitCheck, compareCheck, countsCheck, monitorsCheck]);
export type Check = z.infer<typeof check>;
