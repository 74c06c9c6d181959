// What a deploy was asked to do, frozen at its start: editing the configuration later does not bend a running deploy.
// Knows no configuration file, and nothing of what hosts run.

import { z } from "zod";
import { check } from "../canary/checks.ts";

export const person = z.object({ id: z.string(), name: z.string() });
export type Person = z.infer<typeof person>;

/** A service in an environment: `web` in `production`. */
export const target = z.object({ service: z.string(), environment: z.string() });
export type Target = z.infer<typeof target>;

/** A host through which others are reached (`ProxyJump`). `name` is the one of the configuration. */
export const gateway = z.object({ name: z.string(), address: z.string(), port: z.int(), user: z.string() });
export type Gateway = z.infer<typeof gateway>;

export const host = z.object({
  name: z.string(),
  address: z.string(),
  port: z.int(),
  user: z.string(),
  /** Left out: reached directly. */
  gateway: gateway.optional(),
});
export type Host = z.infer<typeof host>;

/** Where and how releases live on a host. */
export const site = z.object({
  /**
   * `release`: an archive is unpacked below `releases/` and `current` is switched. `commands`: nothing is sent; `prepare` and `restart` are run with the version in
   * the environment, and the host remembers which release that was. Missing in orders of earlier versions: `release`.
   */
  kind: z.enum(["release", "commands"]).optional(),
  /** Absolute directory that holds `releases/`, `shared/` and `current`; of `commands` only what the host remembers. */
  path: z.string(),
  /** Paths below `shared/` that are linked into every release. */
  shared: z.array(z.string()),
  /** How many releases stay on the host, the current one included. */
  keep: z.int().positive(),
  /** Of `commands` only: run before anything is switched, such as fetching an image. */
  prepare: z.object({ command: z.string(), timeoutMs: z.number() }).nullable().optional(),
  /** Shell commands, run in the release directory (of `commands`: in `path`) with `environment` set. */
  restart: z.string(),
  restartTimeoutMs: z.number(),
  health: z
    .object({
      /** The command sees `url`, if there is one, as LOCKSTEP_HEALTH_URL. */
      command: z.string(),
      timeoutMs: z.number(),
      intervalMs: z.number(),
      url: z.string().optional(),
      /** How often on end it has to succeed; once when left out. */
      successes: z.int().positive().optional(),
    })
    .nullable(),
  environment: z.record(z.string(), z.string()),
});
export type Site = z.infer<typeof site>;

export const commit = z.object({ sha: z.string(), subject: z.string(), author: z.string(), committedAt: z.number() });

export const changes = z.object({
  ahead: z.int(),
  behind: z.int(),
  authors: z.array(z.string()),
  commits: z.array(commit),
});

/** A release that was put on a target: its directory's name and its commit. */
export const release = z.object({ name: z.string(), commit });
export type Release = z.infer<typeof release>;

export const order = z.object({
  deploy: z.string(),
  /** `rollback` puts a release back that is still on the hosts: no upload, no canary, no bake. */
  kind: z.enum(["deploy", "rollback"]),
  target,
  by: person,
  /** What the person typed after `@`, or the configured branch. */
  ref: z.string(),
  repository: z.string(),
  release,
  canary: z.array(host),
  /** The rest of the fleet, in the order in which it is switched. */
  batches: z.array(z.array(host)),
  site,
  /** Only some of the target's hosts, as somebody typed it: what the target runs as a whole does not change by it. */
  partial: z.boolean().optional(),
  /** Of how many hosts these are some, when it is partial. */
  outOf: z.int().positive().optional(),
  /** Hosts worked on at the same time. */
  concurrency: z.int().positive(),
  /** The release is put on all hosts, beside what runs, while the canary bakes. Missing in orders of earlier versions: it is not. */
  prepareEarly: z.boolean().optional(),
  bake: z.object({
    forMs: z.number(),
    /** Left out at the beginning of the window, for cold caches. */
    warmUpMs: z.number(),
    /** How old a bucket must be before it is believed. */
    settleMs: z.number(),
    pollMs: z.number(),
    /** Width of a bucket. */
    intervalMs: z.number(),
  }),
  checks: z.array(check),
  /** How many hosts of the fleet may fail before the deploy stops to ask. */
  maxFailedHosts: z.int().nonnegative(),
  /** The same for each batch by itself, where that is configured. */
  maxFailedInBatch: z.array(z.int().nonnegative()).optional(),
  /** How often a host that failed is tried again before it counts as failed; not at all when left out. */
  retries: z.int().nonnegative().optional(),
  /** What follows each batch but the last: a pause, and the checks over it, which ask about all hosts that have the release by then. Missing: nothing. */
  between: z.array(z.object({ pauseMs: z.number(), checks: z.array(check) })).optional(),
  /** How long a question in the thread waits for a person before the canary goes back. */
  askMs: z.number(),
  links: z.object({
    dashboard: z.object({ url: z.string(), variables: z.record(z.string(), z.string()) }).nullable(),
    /** With `{from}` and `{to}` for the SHAs. */
    compare: z.string().nullable(),
    runbook: z.string().nullable(),
    /** Where Datadog's pages are, without a slash at the end. Missing in orders of earlier versions. */
    app: z.string().optional(),
  }),
  /** Who is called when the canary fails or nobody can tell: the id of a user or user group, and their name for where nobody is called. */
  onCall: z.object({ id: z.string(), name: z.string().nullable() }).optional(),
  channel: z.string(),
});
export type Order = z.infer<typeof order>;

/** All that it is for, in the order in which they are switched. */
export function hostsOf({ canary, batches }: Pick<Order, "canary" | "batches">): Host[] {
  return [...canary, ...batches.flat()];
}
