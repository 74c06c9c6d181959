// What a check is: a question to metrics or monitors, with its limit and its runbook. Shapes only.

import { z } from "zod";

const common = {
  name: z.string(),
  /** What the metric means to the engineer who reads the verdict. */
  means: z.string(),
  /** Address of the runbook section of exactly this check. */
  runbook: z.string(),
};

/** How the points of a window become one number. */
export const aggregate = z.enum(["sum", "mean", "max", "min", "last"]);
export type Aggregate = z.infer<typeof aggregate>;

/** The canary hosts' own metric against a fixed bound. */
export const limitCheck = z.object({
  ...common,
  kind: z.literal("limit"),
  /** As it is sent, hosts filled in. */
  query: z.string(),
  aggregate,
  atMost: z.number().nullable(),
  atLeast: z.number().nullable(),
  unit: z.string(),
});
export type LimitCheck = z.infer<typeof limitCheck>;

/** Monitors that must not alert at any moment of the bake. */
export const monitorsCheck = z.object({
  ...common,
  kind: z.literal("monitors"),
  select: z.union([z.object({ ids: z.array(z.int()).min(1) }), z.object({ tags: z.array(z.string()).min(1) })]),
});
export type MonitorsCheck = z.infer<typeof monitorsCheck>;

export const check = z.discriminatedUnion("kind", [limitCheck, monitorsCheck]);
export type Check = z.infer<typeof check>;
