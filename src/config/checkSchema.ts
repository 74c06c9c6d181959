// The shape of a check in the configuration: the four kinds, and what each of them explains.

import { z } from "zod";
import { aggregate } from "../canary/checks.ts";
import { duration, part, text } from "./values.ts";

const runbookSection = z.string().regex(/^[^#\s]+\.md#[^#\s]+$/, "a runbook and its section, such as jobs.md#no-jobs");
const soft = z.strictObject({
  until: z.iso.date("a date such as 2027-03-01"),
  owner: z.string("a Slack user id (U…)").regex(/^[UW][A-Z0-9]{2,}$/, "a Slack user id (U…)"),
});
const explained = {
  means: text,
  runbook: runbookSection,
  inconclusive: z.enum(["ask", "fail"]).default("ask"),
  soft: soft.optional(),
};
const limit = z
  .strictObject({
    query: text,
    of: aggregate.optional(),
    atMost: z.number().optional(),
    atLeast: z.number().optional(),
    for: duration.optional(),
    alive: text.optional(),
    unit: text.optional(),
  })
  .refine((limit) => limit.for === undefined || limit.of === undefined, "of or for, not both: for is about each point")
  .refine(({ atMost, atLeast }) => atMost !== undefined || atLeast !== undefined, "atMost or atLeast (or both)")
  .refine(({ atMost, atLeast }) => (atLeast ?? -Infinity) <= (atMost ?? Infinity), "atLeast not above atMost");
const compare = z.strictObject({
  query: text,
  worse: z.enum(["higher", "lower", "either"]).default("higher"),
  tolerance: part.prefault("25%"),
  confidence: part
    .refine((confidence) => confidence >= 0.5 && confidence < 1, "a percentage from 50% to 99.9%")
    .prefault("98%"),
  ignoreBelow: part.prefault("0%"),
  unit: text.optional(),
});
const counts = z.strictObject({
  errors: text,
  total: text,
  alpha: part.refine((alpha) => alpha > 0 && alpha <= 0.5, "a percentage above 0, such as 1%").prefault("1%"),
});
const monitors = z.union(
  [z.strictObject({ ids: z.array(z.int().positive()).min(1) }), z.strictObject({ tags: z.array(text).min(1) })],
  {
    error: "ids: [numbers] or tags: [words]",
  },
);
export const check = z.union([
  z.strictObject({ limit, ...explained }),
  z.strictObject({ compare, ...explained }),
  z.strictObject({ counts, ...explained }),
  z.strictObject({ monitors, ...explained }),
]);

export type CheckConfiguration = z.infer<typeof check>;
