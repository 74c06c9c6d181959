// What a deploy was asked to do, frozen at its start: editing the configuration later does not bend a running deploy.
// Shapes only; knows no configuration file and no host.

import { z } from "zod";
import { check } from "../canary/checks.ts";

export const person = z.object({ id: z.string(), name: z.string() });
export type Person = z.infer<typeof person>;

/** A service in an environment: `web` in `production`. */
export const target = z.object({ service: z.string(), environment: z.string() });
export type Target = z.infer<typeof target>;

export const host = z.object({ name: z.string(), address: z.string(), port: z.int(), user: z.string() });
export type Host = z.infer<typeof host>;

/** Where and how releases live on a host. */
export const site = z.object({
  /** Absolute directory that holds `releases/`, `shared/` and `current`. */
  path: z.string(),
  /** Paths below `shared/` that are linked into every release. */
  shared: z.array(z.string()),
  /** How many releases stay on the host, the current one included. */
  keep: z.int().positive(),
  /** Shell commands, run in the release directory with `environment` set. */
  restart: z.string(),
  restartTimeoutMs: z.number(),
  health: z.object({ command: z.string(), timeoutMs: z.number(), intervalMs: z.number() }).nullable(),
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
  /** Hosts worked on at the same time. */
  concurrency: z.int().positive(),
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
