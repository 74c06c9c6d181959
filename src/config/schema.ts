// The shape of the configuration file: every key, what it may hold and what it is when it is left out. The words for people are in
// lockstep.example.yml. Knows no file and no environment variable.

import { z } from "zod";
import { aggregate } from "../canary/checks.ts";
import { parseDuration } from "./duration.ts";

const text = z.string().trim().min(1);
const word = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/i, "letters, digits, - and _ (at most 40)");
const absolutePath = z
  .string()
  .regex(/^\/(?!.*(?:^|\/)\.\.?(?:\/|$))[^\0\n]+$/, "an absolute path on the host without . or .., such as /srv/web");
const relativePath = z
  .string()
  .regex(/^(?!\/)(?!.*(?:^|\/)\.\.?(?:\/|$))[^\0\n]+$/, "a path below shared/, without . or ..")
  .transform((path) => path.replace(/\/+$/, ""));

const anyDuration = z.union([z.string(), z.number()]).transform((value, context) => {
  const ms = typeof value === "number" ? null : parseDuration(value);
  if (ms === null) context.addIssue({ code: "custom", message: "a duration with a unit, such as 90s, 5m or 1h 30m" });
  return ms ?? 0;
});
/** Shorter than this, and something is asked or run far too often. */
const SHORTEST_MS = 100;
const duration = anyDuration
  .refine((ms) => ms === 0 || ms >= SHORTEST_MS, "a duration of at least 100ms")
  .refine((ms) => ms > 0, "a duration above 0");

const percentage = z.string().regex(/^(?:[1-9]\d?|100)%$/, "a percentage such as 25%");
/** As a part of 1. */
const part = z
  .string()
  .regex(/^\d{1,3}(?:\.\d+)?%$/, "a percentage such as 25%")
  .transform((percent) => Number.parseFloat(percent) / 100);
const count = z.int().positive();

const member = z.string().regex(/^[UWS][A-Z0-9]{2,}$/, "a Slack user id (U…) or user group id (S…)");
export const who = z.union([z.literal("everyone"), z.array(member).min(1)], {
  error: "the word everyone, or a list of Slack user ids (U…) and user group ids (S…)",
});

const onCall = z
  .union([member, z.strictObject({ id: member, name: text })], {
    error: "a Slack user id (U…) or user group id (S…), or id: and name:",
  })
  .transform((one) => (typeof one === "string" ? { id: one, name: null } : one));

/** As in the filter of a query and in Datadog's host tag: a name with a user or a port would never match. */
const hostName = z.string().regex(/^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/i, "a host name, without user or port");
const host = z.union([
  hostName,
  z.strictObject({
    name: hostName,
    address: text.optional(),
    port: z.int().min(1).max(65535).optional(),
    user: text.optional(),
  }),
]);

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

const health = z.strictObject({ command: text, timeout: duration.prefault("60s"), every: duration.prefault("1s") });

/** Left empty or nested it is a mistake, not the word "null". */
const variable = z
  .union([z.string(), z.number(), z.boolean()], { error: "text, a number, or true or false" })
  .transform(String);

const release = z.strictObject({
  path: absolutePath,
  shared: z.array(relativePath).default([]),
  keep: z.int().min(2).default(5),
  restart: text,
  restartTimeout: duration.prefault("2m"),
  health: health.optional(),
  environment: z.record(z.string().regex(/^[A-Z_][A-Z0-9_]*$/i, "a variable name"), variable).default({}),
});

const bake = z.strictObject({
  for: duration.prefault("5m"),
  warmUp: anyDuration.prefault("30s"),
  settle: duration.prefault("60s"),
  every: duration.prefault("30s"),
  bucket: duration.prefault("10s"),
});

const place = z.strictObject({
  hosts: z.array(host).min(1),
  canary: z.union([z.literal("none"), count, percentage, z.array(text).min(1)], {
    error: "none, a number of hosts, a percentage, or a list of host names",
  }),
  batches: z.union([count, percentage]).default("25%"),
  concurrency: count.max(64).default(8),
  maxFailedHosts: z.int().min(0).default(0),
  bake: bake.prefault({}),
  askFor: duration.prefault("30m"),
  channel: text.optional(),
});

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
  release,
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
            port: z.int().min(1).max(65535).default(22),
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
  environments: z.record(
    word,
    z.strictObject({ who: z.strictObject({ deploy: who, lock: who, rollBack: who, freeze: who.optional() }) }),
  ),
  services: z.record(word, service),
});

export type Configuration = z.infer<typeof configuration>;
export type ServiceConfiguration = Configuration["services"][string];
export type PlaceConfiguration = ServiceConfiguration["environments"][string];
export type CheckConfiguration = ServiceConfiguration["checks"][string];
export type Who = z.infer<typeof who>;
