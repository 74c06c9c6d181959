// What the judge says: per check and for the whole canary, with a reason from a closed list. Shapes only.

import { z } from "zod";
import { drawn } from "./drawn.ts";
import { limitReason } from "./limitReasons.ts";
import { metricsTrouble, watched, window } from "./readings.ts";

const side = z.enum(["canary", "baseline"]);

/** What a comparison came to. `shift`: canary minus baseline, the median of all differences. */
const comparison = {
  shift: z.number(),
  interval: z.tuple([z.number(), z.number()]),
  p: z.number(),
  /** How many of the canary and of the baseline. */
  points: z.tuple([z.int(), z.int()]),
  /** Start of the first bucket from which on most points are worse, ms since 1970; of a fail, and for the reader only. */
  since: z.number().optional(),
};

const counted = z.object({ errors: z.number(), total: z.number() });
const counts = {
  canary: counted,
  baseline: counted,
  /** Errors of the canary that its share of the traffic explains. */
  expected: z.number(),
  p: z.number(),
};

export const verdict = z.enum(["pass", "fail", "inconclusive"]);
export type Verdict = z.infer<typeof verdict>;

/** Every reason has words in chat/sentences/; one without words does not compile. */
export const reason = z.discriminatedUnion("kind", [
  ...limitReason.options,
  z.object({ kind: z.literal("noData") }),
  z.object({ kind: z.literal("hostsWithoutData"), hosts: z.array(z.string()) }),
  z.object({ kind: z.literal("noBaselineData") }),
  /** Too few points to tell a difference from luck. */
  z.object({ kind: z.literal("tooFewPoints"), points: z.int(), needed: z.int(), of: side }),
  z.object({ kind: z.literal("higher"), ...comparison }),
  z.object({ kind: z.literal("lower"), ...comparison }),
  z.object({ kind: z.literal("withinNoise"), ...comparison }),
  /** Most points say worse, the means say the opposite: a few points of one side are far from the rest of it. */
  z.object({ kind: z.literal("meansDisagree"), ...comparison }),
  /** Not chance, but below what the check ignores (`smallest`, in its unit). */
  z.object({ kind: z.literal("tooSmall"), ...comparison, smallest: z.number() }),
  /** Neighbouring points repeat each other (`correlation`), so the interval is rather `wider`. */
  z.object({
    kind: z.literal("dependentPoints"),
    ...comparison,
    correlation: z.number(),
    wider: comparison.interval,
  }),
  /** `since`: end of the window in which it became certain (ms since 1970). */
  z.object({ kind: z.literal("moreErrors"), ...counts, since: z.number() }),
  z.object({ kind: z.literal("notMoreErrors"), ...counts }),
  z.object({ kind: z.literal("noTraffic"), of: side }),
  /** So few that the canary would not have failed if all of them had. */
  z.object({ kind: z.literal("tooFewRequests"), requests: z.number() }),
  /** A count became smaller from one look to the next. */
  z.object({ kind: z.literal("countsWentBack"), at: z.number() }),
  z.object({ kind: z.literal("quiet") }),
  z.object({ kind: z.literal("alerted"), monitors: z.array(watched) }),
  z.object({ kind: z.literal("noMonitors") }),
  z.object({ kind: z.literal("onlyRedBefore") }),
  z.object({ kind: z.literal("muted"), monitors: z.array(z.string()) }),
  z.object({ kind: z.literal("monitorsWithoutData"), monitors: z.array(z.string()) }),
  /** Were there before the deploy, and are not any more. */
  z.object({ kind: z.literal("monitorsGone"), monitors: z.array(z.string()) }),
  /** Another check had failed before this one could be told. */
  z.object({ kind: z.literal("tooEarly") }),
  z.object({ kind: z.literal("notMeasured") }),
  /** The bot's clock went back during the bake. */
  z.object({ kind: z.literal("clockSetBack"), byMs: z.number() }),
  /** `retryAt`: when the service said that it may be asked again. */
  z.object({
    kind: z.literal("trouble"),
    trouble: metricsTrouble,
    detail: z.string(),
    retryAt: z.number().optional(),
  }),
]);
export type Reason = z.infer<typeof reason>;

export const checkResult = z.object({
  check: z.string(),
  verdict,
  reason,
  /** The number that decided, for checks that saw one: of a comparison the median. */
  value: z.number().nullable(),
  /** The same of the rest of the fleet, for comparisons. */
  baseline: z.number().nullable().optional(),
  /** The group it belongs to, such as `host:web-01`; empty when the query is not grouped. */
  scope: z.string(),
  /** How many buckets the number is made of. */
  points: z.int(),
  /** What was looked at; null when nothing was. */
  window: window.nullable(),
  /** Monitors that were already alerting before the canary went out. */
  redBefore: z.array(watched),
  /** The picture, where there is one. */
  drawn: drawn.optional(),
  /** When a soft check would have stopped the deploy: at the first look at which that was certain. */
  wouldHaveStoppedAt: z.number().optional(),
});
export type CheckResult = z.infer<typeof checkResult>;

export const judgement = z.object({
  verdict,
  results: z.array(checkResult),
});
export type Judgement = z.infer<typeof judgement>;
