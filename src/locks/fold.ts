// A target as it stands: who holds it, what deploys to it, what runs there. A fold over its facts; pure.

import type { Outcome } from "../deploy/facts.ts";
import type { Person, Release } from "../deploy/order.ts";
import type { TargetFact } from "./facts.ts";

export interface HeldLock {
  by: Person;
  reason: string;
  since: number;
  until: number;
  /** The version at which it was taken: its fencing number, and its name when it is given up. */
  version: number;
}

export interface PastDeploy {
  deploy: string;
  outcome: Outcome;
  release: Release | null;
  replaced: Release | null;
  endedAt: number;
}

export interface TargetState {
  version: number;
  lock: HeldLock | null;
  running: { deploy: string; by: Person; since: number } | null;
  /** What runs there, as far as deploys of ours tell. */
  release: Release | null;
  /** Newest first, at most `KEPT_DEPLOYS`. */
  past: PastDeploy[];
}

const KEPT_DEPLOYS = 50;

export const freeTarget: TargetState = { version: 0, lock: null, running: null, release: null, past: [] };

export function foldTarget(facts: Iterable<TargetFact>, from: TargetState = freeTarget): TargetState {
  let state = from;
  for (const fact of facts) state = next({ ...state, version: state.version + 1 }, fact);
  return state;
}

function next(state: TargetState, fact: TargetFact): TargetState {
  switch (fact.kind) {
    case "locked":
      return {
        ...state,
        lock: { by: fact.by, reason: fact.reason, since: fact.at, until: fact.until, version: state.version },
      };
    case "unlocked":
      return state.lock?.version === fact.lock ? { ...state, lock: null } : state;
    case "deployStarted":
      return { ...state, running: { deploy: fact.deploy, by: fact.by, since: fact.at } };
    case "deployEnded": {
      const { deploy, outcome, release, replaced, at: endedAt } = fact;
      const past = [{ deploy, outcome, release, replaced, endedAt }, ...state.past].slice(0, KEPT_DEPLOYS);
      const running = state.running?.deploy === deploy ? null : state.running;
      return { ...state, running, release: release ?? state.release, past };
    }
  }
}

/** The lock that holds at `now`; one that has run out holds nothing. */
export function lockAt({ lock }: TargetState, now: number): HeldLock | null {
  return lock !== null && now < lock.until ? lock : null;
}

/** The release that ran before the one that runs now was first deployed; null when that is not known. Going back twice goes back further. */
export function releaseBefore({ release, past }: TargetState): Release | null {
  const first = past.findLastIndex((deploy) => deploy.release !== null && deploy.release.name === release?.name);
  if (first < 0) return null;
  const older = past.slice(first + 1).find((deploy) => deploy.release !== null);
  return past[first]?.replaced ?? older?.release ?? null;
}
