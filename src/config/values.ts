// What keys of the configuration may hold that are of use in many places: words, paths, durations, percentages. Knows no key.

import { z } from "zod";
import { parseDuration } from "./duration.ts";

export const text = z.string().trim().min(1);
export const word = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/i, "letters, digits, - and _ (at most 40)");
export const absolutePath = z
  .string()
  .regex(/^\/(?!.*(?:^|\/)\.\.?(?:\/|$))[^\0\n]+$/, "an absolute path on the host without . or .., such as /srv/web");
export const relativePath = z
  .string()
  .regex(/^(?!\/)(?!.*(?:^|\/)\.\.?(?:\/|$))[^\0\n]+$/, "a path below shared/, without . or ..")
  .transform((path) => path.replace(/\/+$/, ""));

/** `*` stands for any characters; no `-` at the beginning, which would be an option of git. */
export const refPattern = z
  .string()
  .regex(/^(?!.*\.\.)[A-Za-z0-9*_.][\w./@+*-]{0,199}$/, "the name of a branch or tag, or a pattern such as release/*");

export const anyDuration = z.union([z.string(), z.number()]).transform((value, context) => {
  const ms = typeof value === "number" ? null : parseDuration(value);
  if (ms === null) context.addIssue({ code: "custom", message: "a duration with a unit, such as 90s, 5m or 1h 30m" });
  return ms ?? 0;
});
/** Shorter than this, and something is asked or run far too often. */
const SHORTEST_MS = 100;
export const duration = anyDuration
  .refine((ms) => ms === 0 || ms >= SHORTEST_MS, "a duration of at least 100ms")
  .refine((ms) => ms > 0, "a duration above 0");

export const percentage = z.string().regex(/^(?:[1-9]\d?|100)%$/, "a percentage such as 25%");
/** As a part of 1. */
export const part = z
  .string()
  .regex(/^\d{1,3}(?:\.\d+)?%$/, "a percentage such as 25%")
  .transform((percent) => Number.parseFloat(percent) / 100);
export const count = z.int().positive();
