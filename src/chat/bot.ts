// What a command can ask of the bot. Interfaces only: the runner does it.

import type { Deploy } from "../deploy/fold.ts";
import type { Person, Release, Target } from "../deploy/order.ts";
import type { Refusal } from "../deploy/refusals.ts";
import type { Wish } from "../deploy/rules.ts";
import type { HeldLock, TargetState } from "../locks/fold.ts";

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
  /** A lock of somebody else that the way back went past. */
  past: HeldLock | null;
}

export interface Bot {
  deploy(typed: TypedTarget, ref: string | undefined, by: Person): Promise<Answer<Started>>;
  /** Goes back to the release before: of a running deploy what it has touched, otherwise the whole target. */
  rollBack(typed: TypedTarget, by: Person): Promise<Answer<Started | Ordered>>;
  /** Says something to the deploy that runs on the target, or to the one with the given id. */
  order(wish: Wish, to: TypedTarget | { deploy: string }, by: Person): Promise<Answer<Started | Ordered>>;
  lock(
    typed: TypedTarget,
    request: { reason: string; forMs?: number | undefined },
    by: Person,
  ): Promise<Answer<HeldLock>>;
  unlock(typed: TypedTarget, by: Person): Promise<Answer<null>>;
  status(typed: TypedTarget): Promise<Answer<{ state: TargetState; deploy: Deploy | null; now: number }>>;
  /** Environments of a service, so that words can be told from environments. */
  environmentsOf(service: string): string[];
}
