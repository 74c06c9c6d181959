// What commands and buttons can ask of the bot. Interfaces only: the runner does it.

import type { TargetRecord } from "../canary/record.ts";
import type { Deploy } from "../deploy/fold.ts";
import type { Person, Release, Target } from "../deploy/order.ts";
import type { HostsTrouble, Refusal } from "../deploy/refusals.ts";
import type { Wish } from "../deploy/rules.ts";
import type { HeldLock, TargetState } from "../locks/fold.ts";
import type { Freeze } from "../locks/freezes.ts";
import type { TimeOfDay } from "./timeOfDay.ts";

/** A target as it was typed: without an environment the service's default is meant. */
export interface TypedTarget {
  service: string;
  environment?: string | undefined;
}

export type Answer<T> = { ok: true; target: Target; value: T } | { ok: false; target: Target | null; refusal: Refusal };

/** A deploy that was running has been told. */
export type Ordered = "ordered";

/** A deploy of its own has begun. */
export interface Started {
  release: Release;
  /** In ms since 1970. */
  at: number;
  /** A lock of somebody else that the way back went past. */
  past: HeldLock | null;
  /** Only these hosts, of so many; null when it is all of them. */
  on: { hosts: string[]; of: number } | null;
  /** Why the way back goes to the hosts of the last deploys instead of those that the target has now. */
  instead: HostsTrouble | null;
}

/**
 * What is wanted: `ref` is the configured branch when left out. With `sha` only this commit will do, which the person was shown. With `hosts`, as they were
 * typed, only these.
 */
export interface WantedDeploy {
  ref?: string | undefined;
  sha?: string | undefined;
  hosts?: string[] | undefined;
}

/** With `hosts`, what the target runs is put on these again. */
export interface WantedBack {
  hosts?: string[] | undefined;
}

/** How long: so many milliseconds, or until a time of day where the person is. */
export type Lasting = { forMs: number } | { until: TimeOfDay };

/** `seen` is the moment that the person was shown (`deploy/moments.ts`): what goes on from there is left alone at another one. */
export interface ThisDeploy {
  deploy: string;
  seen?: string | undefined;
}

export interface LockTerms {
  reason: string;
  lasting?: Lasting | undefined;
}

/** `waiting` counts those in line behind it. */
export interface Holding {
  lock: HeldLock;
  waiting: number;
}

/** `from` held it before. */
export interface Taken extends Holding {
  from: Person;
}

export interface InLine {
  /** Counted from 1. */
  place: number;
  length: number;
}

/** `seen` is the version at which the lock that the person was shown had last changed: another one is left alone. */
export interface Locking {
  lock(typed: TypedTarget, terms: LockTerms, by: Person): Promise<Answer<Holding>>;
  unlock(typed: TypedTarget, how: { reason: string; seen: number | null }, by: Person): Promise<Answer<null>>;
  extend(typed: TypedTarget, how: { forMs: number; seen: number }, by: Person): Promise<Answer<Holding>>;
  takeOver(typed: TypedTarget, how: { reason: string; seen: number }, by: Person): Promise<Answer<Taken>>;
  /** Joins the line; who is in it already keeps the place and wants something else from now on. */
  wait(typed: TypedTarget, wants: Wanted, by: Person): Promise<Answer<InLine>>;
  leave(typed: TypedTarget, by: Person): Promise<Answer<null>>;
}

export type Wanted = ({ kind: "lock" } & LockTerms) | ({ kind: "deploy" } & Omit<WantedDeploy, "sha">);

/** A deploy that was running when a freeze began. */
export interface RunningDeploy {
  target: Target;
  deploy: string;
  by: Person;
}

export type FreezeAnswer<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

/** `environment` null stands for everything. */
export interface Freezing {
  freeze(
    environment: string | null,
    terms: LockTerms,
    by: Person,
  ): Promise<FreezeAnswer<{ freeze: Freeze; running: RunningDeploy[] }>>;
  lift(environment: string | null, by: Person): Promise<FreezeAnswer<{ others: Freeze[] }>>;
  /** Aborts those of these deploys that still run there: which were told. */
  abortRunning(
    environment: string | null,
    deploys: string[],
    by: Person,
  ): Promise<FreezeAnswer<{ told: RunningDeploy[] }>>;
  environments(): string[];
}

/** Everything that holds something up, at `now`. */
export interface Overview {
  now: number;
  freezes: Freeze[];
  targets: { target: Target; state: TargetState }[];
}

/** What is known of a target's checks from its past deploys, and what people say to it. */
export interface CheckRecords {
  of(typed: TypedTarget): Promise<Answer<TargetRecord>>;
  /** Somebody says that this check had no reason to stop this deploy. */
  falseAlarm(on: { deploy: string; check: string }, by: Person): Promise<Answer<null>>;
}

export interface Bot {
  /** The same bot, for what may come in twice under this name: what it begins or orders is begun and ordered once, and answered the same. */
  once(name: string): Bot;
  deploy(typed: TypedTarget, wanted: WantedDeploy, by: Person): Promise<Answer<Started>>;
  /** Goes back to the release before: of a running deploy what it has touched, otherwise the whole target. */
  rollBack(typed: TypedTarget, wanted: WantedBack, by: Person): Promise<Answer<Started | Ordered>>;
  /** Says something to the deploy that runs on the target, or to the one with the given id. */
  order(wish: Wish, to: TypedTarget | ThisDeploy, by: Person): Promise<Answer<Started | Ordered>>;
  locks: Locking;
  freezes: Freezing;
  records: CheckRecords;
  status(typed: TypedTarget): Promise<Answer<{ state: TargetState; deploy: Deploy | null; now: number }>>;
  overview(): Promise<Overview>;
  /** Environments of a service, so that words can be told from environments. */
  environmentsOf(service: string): string[];
}
