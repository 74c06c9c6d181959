// The shape of what a service is on its hosts: releases that are sent there, or commands that fetch what they need themselves.

import { z } from "zod";
import { absolutePath, count, duration, relativePath, text } from "./values.ts";

/** Left empty or nested it is a mistake, not the word "null". */
const variable = z
  .union([z.string(), z.number(), z.boolean()], { error: "text, a number, or true or false" })
  .transform(String);
const environment = z.record(z.string().regex(/^[A-Z_][A-Z0-9_]*$/i, "a variable name"), variable).default({});

const address = z.url({ protocol: /^https?$/, error: "an address such as http://127.0.0.1:8080/health" });

const patience = {
  timeout: duration.prefault("60s"),
  every: duration.prefault("1s"),
  successes: count.max(100).default(1),
};
const health = z.union([
  z.strictObject({ command: text, ...patience }),
  z.strictObject({ http: address, ...patience }),
]);
export type HealthConfiguration = z.infer<typeof health>;

const common = { path: absolutePath, keep: z.int().min(2).default(5), health: health.optional(), environment };

export const release = z.strictObject({
  ...common,
  shared: z.array(relativePath).default([]),
  restart: text,
  restartTimeout: duration.prefault("2m"),
});

export const commands = z.strictObject({
  ...common,
  prepare: text.optional(),
  prepareTimeout: duration.prefault("5m"),
  run: text,
  timeout: duration.prefault("2m"),
});
