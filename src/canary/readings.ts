// What a check saw in one window, kept as a fact. Shapes only; nothing is judged here.

import { z } from "zod";
import { drawn } from "./drawn.ts";
import { limitReason } from "./limitReasons.ts";

export const window = z.object({ from: z.number(), to: z.number() });

/** Why the metrics service gave no answer. Each one has words in chat/sentences/verdict.ts. */
export const metricsTrouble = z.enum([
  "rateLimited",
  "keysRefused", // 401 or 403
  "queryRefused", // 400: the service does not understand the query
  "serviceError", // 5xx
  "unreachable",
  "timedOut",
  "garbled", // an answer that is not what the service documents, such as HTML
  "notFound",
]);

/** `retryAt` (ms since 1970): when the service said that it may be asked again. */
const noAnswer = z.object({ kind: metricsTrouble, detail: z.string(), retryAt: z.number().optional() });
export type Trouble = z.infer<typeof noAnswer>;
const trouble = noAnswer.nullable();

/** Only at looks where it may be shown. */
const picture = { drawn: drawn.optional() };

export const limitReading = z.object({
  kind: z.literal("limit"),
  check: z.string(),
  /** One entry per group of the query, or of its companion; empty when there was no data. `value` is null where no number tells. */
  values: z.array(
    z.object({
      scope: z.string(),
      value: z.number().nullable(),
      points: z.int(),
      /** End of the newest bucket that counted. */
      until: z.number(),
      /** Missing in facts of a version that did not keep it. */
      outcome: limitReason.optional(),
    }),
  ),
  trouble,
  ...picture,
});
export type LimitReading = z.infer<typeof limitReading>;

/** One side of a comparison. */
const compared = z.object({
  /** Null when there was no point. */
  median: z.number().nullable(),
  count: z.int(),
  /** End of the newest bucket with a value. */
  until: z.number(),
  /** Time and value in the order of time, at the look that saw the whole bake only: each look has all points of those before. */
  points: z.array(z.tuple([z.number(), z.number()])),
});

export const compareReading = z.object({
  kind: z.literal("compare"),
  check: z.string(),
  canary: compared,
  baseline: compared,
  trouble,
  ...picture,
});
export type CompareReading = z.infer<typeof compareReading>;

/** What was counted on one side since the bake is judged. `until` as above; before any point it is the start. */
const counted = z.object({ errors: z.int(), total: z.number(), until: z.number() });

export const countsReading = z.object({
  kind: z.literal("counts"),
  check: z.string(),
  canary: counted,
  baseline: counted,
  trouble,
  ...picture,
});
export type CountsReading = z.infer<typeof countsReading>;

export const monitorState = z.enum(["ok", "alert", "warn", "noData", "ignored", "skipped", "unknown"]);

/** One group of one monitor (`group` is empty for a monitor that is not grouped). */
export const watched = z.object({
  id: z.int(),
  name: z.string(),
  group: z.string(),
  state: monitorState,
  muted: z.boolean(),
  triggeredAt: z.number().nullable(),
  resolvedAt: z.number().nullable(),
  /** How late it may alert at most; null or missing when that is not known. */
  lagMs: z.number().nullable().optional(),
});
export type Watched = z.infer<typeof watched>;

export const monitorsReading = z.object({
  kind: z.literal("monitors"),
  check: z.string(),
  watched: z.array(watched),
  trouble,
});
export type MonitorsReading = z.infer<typeof monitorsReading>;

export const reading = z.discriminatedUnion("kind", [limitReading, compareReading, countsReading, monitorsReading]);
export type Reading = z.infer<typeof reading>;

/** All checks' readings of one look. `last` is the look that saw the whole bake. */
export const look = z.object({ at: z.number(), window, last: z.boolean(), readings: z.array(reading) });
export type Look = z.infer<typeof look>;
