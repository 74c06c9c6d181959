// Everything that can become true about who may deploy to a target. Facts are appended to `target/<service>/<environment>`.

import { z } from "zod";
import { outcome } from "../deploy/facts.ts";
import { commit, person, release } from "../deploy/order.ts";
import type { SourceProblem } from "../ports/source.ts";

const at = z.number();
const until = z.number();
/** A lock is named by the version at which it was taken. */
const lock = z.int();

/**
 * What somebody in line does when it is their turn. `commit` is what `ref` meant when they asked, where that could be told. `hosts`: only these, as they were
 * typed.
 */
export const wants = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("lock"), reason: z.string(), forMs: z.number() }),
  z.object({
    kind: z.literal("deploy"),
    ref: z.string(),
    commit: commit.nullable(),
    hosts: z.array(z.string()).optional(),
  }),
]);
export type Wants = z.infer<typeof wants>;

/** Why somebody is in line no longer: they left, did not take their turn in time, or may not do it any more. */
const leftWhy = z.enum(["left", "tooLate", "notAllowed"]);
export type LeftWhy = z.infer<typeof leftWhy>;

const PROBLEMS = [
  "badRef",
  "unknownRef",
  "ambiguousRef",
  "notAllowed",
  "repositoryUnreachable",
  "repositoryBroken",
  "timedOut",
] as const satisfies SourceProblem[];
/** Why it could not be told what a ref means. */
const trouble = z.object({ problem: z.enum(PROBLEMS), detail: z.string() });
export type Trouble = z.infer<typeof trouble>;

const held = z.object({ by: person, reason: z.string(), since: z.number(), until, version: lock });

export const targetFact = z.discriminatedUnion("kind", [
  /** A person holds the target until `until` (ms since 1970). */
  z.object({ kind: z.literal("locked"), at, by: person, reason: z.string(), until }),
  z.object({ kind: z.literal("extended"), at, by: person, lock, until }),
  /** `by` gave up the lock that was taken at version `lock`; when it was somebody else's, whose, and why. */
  z.object({
    kind: z.literal("unlocked"),
    at,
    by: person,
    lock,
    owner: person.nullable().default(null),
    reason: z.string().default(""),
  }),
  /** `by` holds it from now on instead of the one who had it. */
  z.object({ kind: z.literal("takenOver"), at, by: person, reason: z.string(), until, from: held }),
  /** The owner has been told that the time is nearly over; `seen` is the version at which the lock last changed. */
  z.object({ kind: z.literal("warned"), at, seen: z.int(), owner: person, until }),
  /** Its time was over. */
  z.object({ kind: z.literal("expired"), at, lock, owner: person, reason: z.string() }),
  /** `by` waits; who waits already keeps the place and wants this instead. */
  z.object({ kind: z.literal("waiting"), at, by: person, wants }),
  z.object({ kind: z.literal("leftLine"), at, by: person, why: leftWhy }),
  /**
   * It is `to`'s turn until `until`: nobody else may take the target before. `commit` is what the ref that they want to deploy means now; null when
   * they want the lock, or when it could not be told (`trouble`).
   */
  z.object({
    kind: z.literal("offered"),
    at,
    to: person,
    until,
    commit: commit.nullable(),
    trouble: trouble.nullable(),
  }),
  /** They were told late, or nobody kept the target meanwhile: their time begins then. */
  z.object({ kind: z.literal("prolonged"), at, to: person, until }),
  /** Deploys are frozen: the offer is made again when they are not. */
  z.object({ kind: z.literal("withdrawn"), at, to: person }),
  /** From here on the deploy itself holds the target, until it has ended. A way back asked neither for lock nor line. */
  z.object({
    kind: z.literal("deployStarted"),
    at,
    by: person,
    deploy: z.string(),
    wayBack: z.boolean().default(false),
  }),
  /**
   * `release` is what the target runs from now on, null when nothing changed; `replaced` is what ran there before, where that is known. `partial`: it was on
   * some hosts only.
   */
  z.object({
    kind: z.literal("deployEnded"),
    at,
    deploy: z.string(),
    outcome,
    release: release.nullable(),
    replaced: release.nullable(),
    partial: z.boolean().optional(),
  }),
]);

export type TargetFact = z.infer<typeof targetFact>;
