// What can be said about the points of one group against a limit. A reading keeps it, because the points of all groups and looks would be too many,
// and a verdict gives it as its reason. Times in ms since 1970. Shapes only.

import { z } from "zod";

const measured = {
  /** Buckets in which the metric was silent while its host was alive. */
  silent: z.int().optional(),
  /** With a limit on single buckets: how long it was broken on end, or how long it would have had to be. */
  lastedMs: z.number().nullable().optional(),
  /**
   * Of a fail: how many buckets are beyond the limit (of a sum: at how many its total so far is), and the stretch in which most of them are. For the reader only.
   */
  beyond: z.object({ points: z.int(), from: z.number(), to: z.number() }).optional(),
};

export const limitReason = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("withinLimit"), ...measured }),
  z.object({ kind: z.literal("aboveLimit"), ...measured }),
  z.object({ kind: z.literal("belowLimit"), ...measured }),
  /** Nothing, or zero, for so long. */
  z.object({ kind: z.literal("stopped"), from: z.number(), lastedMs: z.number() }),
  /** There was data, but not up to the end of the bake: `at` is where it stopped. `of` for checks that ask about both sides. */
  z.object({ kind: z.literal("dataStopped"), at: z.number(), of: z.enum(["canary", "baseline"]).optional() }),
  /** So long is nothing known that a stretch beyond the limit may hide there. */
  z.object({ kind: z.literal("dataMissing"), from: z.number(), to: z.number() }),
  z.object({ kind: z.literal("windowTooShort"), neededMs: z.number() }),
]);
export type LimitReason = z.infer<typeof limitReason>;
