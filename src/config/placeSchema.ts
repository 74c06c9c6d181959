// The shape of a service's place in an environment: its hosts, and how a deploy goes over them.

import { z } from "zod";
import { hostEntry } from "./hostEntries.ts";
import { anyDuration, count, duration, percentage, refPattern, text, word } from "./values.ts";

/** Longer, and who typed /deploy would believe that nobody listens. */
const LONGEST_INVENTORY_MS = 120_000;

const hosts = z.union([
  z.array(hostEntry, "a list of hosts, or where to read one: file: or command:").min(1),
  z.strictObject({ file: text }),
  z
    .strictObject({
      command: text,
      timeout: duration.refine((ms) => ms <= LONGEST_INVENTORY_MS, "at most 2m").prefault("10s"),
    })
    // Where it runs: the configuration's own folder, filled in by whoever reads the file.
    .transform((inventory) => ({ ...inventory, folder: "." })),
]);

const bake = z.strictObject({
  for: duration.prefault("5m"),
  warmUp: anyDuration.prefault("30s"),
  settle: duration.prefault("60s"),
  every: duration.prefault("30s"),
  bucket: duration.prefault("10s"),
});

export const place = z.strictObject({
  hosts,
  gateway: word.optional(),
  canary: z.union([z.literal("none"), count, percentage, z.array(text).min(1)], {
    error: "none, a number of hosts, a percentage, or a list of host names",
  }),
  batches: z
    .union([count, percentage, z.array(z.union([count, percentage])).min(1)], {
      error: "a number of hosts, a percentage, or a list that grows to 100%, such as [10%, 50%, 100%]",
    })
    .default("25%"),
  between: z.strictObject({ pause: duration, checks: z.boolean().default(true) }).optional(),
  concurrency: count.max(512).default(32),
  maxFailedHosts: z
    .union([z.int().min(0), percentage], { error: "a number of hosts, or a percentage of each batch" })
    .default(0),
  retries: z.int().min(0).max(5).default(1),
  prepareWhileBaking: z.boolean().default(true),
  bake: bake.prefault({}),
  refs: z.array(refPattern).min(1).optional(),
  askFor: duration.prefault("30m"),
  channel: text.optional(),
});
