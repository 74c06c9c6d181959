// The shape of the configuration file: every key, what it may hold and what it is when it is left out (checks, places and sites in files of their own). The words for people are in
// lockstep.example.yml. Knows no file and no environment variable.

import { z } from "zod";
import type { Right } from "../deploy/refusals.ts";
import { check } from "./checkSchema.ts";
import { port } from "./hostEntries.ts";
import { place } from "./placeSchema.ts";
import { commands, release } from "./siteSchema.ts";
import { count, duration, refPattern, text, word } from "./values.ts";

const member = z.string().regex(/^[UWS][A-Z0-9]{2,}$/, "a Slack user id (U…) or user group id (S…)");
export const who = z.union([z.literal("everyone"), z.array(member).min(1)], {
  error: "the word everyone, or a list of Slack user ids (U…) and user group ids (S…)",
});

/** Left out, `freeze` is nobody's, and each other right belongs to those who have the broader one: see `BROADER` in deploy/refusals.ts. */
const rights = z.strictObject({
  deploy: who,
  lock: who,
  rollBack: who,
  freeze: who.optional(),
  abort: who.optional(),
  promote: who.optional(),
  retry: who.optional(),
  unlockOthers: who.optional(),
  falseAlarm: who.optional(),
} satisfies Record<Right, z.ZodType>);

const onCall = z
  .union([member, z.strictObject({ id: member, name: text })], {
    error: "a Slack user id (U…) or user group id (S…), or id: and name:",
  })
  .transform((one) => (typeof one === "string" ? { id: one, name: null } : one));

const dashboard = z.strictObject({
  id: text,
  variables: z.record(z.string(), text).default({ service: "$service", env: "$environment", version: "$version" }),
});

const repository = z
  .string()
  .regex(
    /^(?:(?:ssh|https?|git|file):\/\/[^\s-][^\s]*|[\w.-]+@[A-Za-z0-9.-]+:[^\s:-][^\s]*|\/[^\0]*)$/i,
    "an address that git fetches, such as git@github.com:example/web.git or https://…, or an absolute path",
  );
const branch = z.string().regex(/^[A-Za-z0-9][\w./@+-]{0,199}$/, "the name of a branch");

const service = z.strictObject({
  repository,
  branch: branch.default("main"),
  refs: z.array(refPattern).min(1).optional(),
  compare: z
    .url()
    .refine((url) => url.includes("{from}") && url.includes("{to}"), "an address with {from} and {to}")
    .optional(),
  defaultEnvironment: word,
  dashboard: dashboard.optional(),
  runbook: z
    .string()
    .regex(/^[^#\s]+\.md(#[^#\s]+)?$/, "a runbook, such as web.md")
    .optional(),
  onCall: onCall.optional(),
  release: release.optional(),
  commands: commands.optional(),
  checks: z.record(word, check).default({}),
  environments: z.record(word, place),
});

export const configuration = z.strictObject({
  channel: text,
  publicUrl: z.url().optional(),
  runbooks: text.default("./runbooks"),
  datadog: z.strictObject({ app: z.url().optional() }).prefault({}),
  locks: z
    .strictObject({
      for: duration.prefault("1h"),
      longest: duration.prefault("8h"),
      warn: duration.prefault("10m"),
      accept: duration.prefault("5m"),
    })
    .prefault({}),
  ssh: z
    .strictObject({
      user: text.default("deploy"),
      key: text.optional(),
      knownHosts: z.array(text).min(1).default(["~/.ssh/known_hosts"]),
      connectTimeout: duration.prefault("5s"),
      gateways: z
        .record(
          word,
          z.strictObject({
            address: text,
            port: port.default(22),
            user: text.optional(),
            connections: count.max(32).default(4),
          }),
        )
        .default({}),
      limits: z
        .strictObject({
          starts: count.max(64).default(8),
          atOnce: count.max(2_000).default(256),
          perGateway: count.max(2_000).default(64),
        })
        .prefault({}),
    })
    .prefault({}),
  environments: z.record(word, z.strictObject({ who: rights })),
  services: z.record(word, service),
});

export type Configuration = z.infer<typeof configuration>;
export type ServiceConfiguration = Configuration["services"][string];
export type PlaceConfiguration = ServiceConfiguration["environments"][string];
export type Who = z.infer<typeof who>;
