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
  /** What runs and what ran before it, oldest first, without what was taken back; at most `KEPT_RELEASES`. */
  lineage: Release[];
  /** Newest first, at most `KEPT_DEPLOYS`. */
  past: PastDeploy[];
}

const KEPT_DEPLOYS = 50;
const KEPT_RELEASES = 50;

export const freeTarget: TargetState = { version: 0, lock: null, running: null, release: null, lineage: [], past: [] };

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
      if (release === null) return { ...state, running, past };
      // What ran there is put in as well: somebody may have changed it by hand.
      const before = replaced === null ? state.lineage : withTop(state.lineage, replaced);
      return { ...state, running, past, release, lineage: withTop(before, release).slice(-KEPT_RELEASES) };
    }
  }
}

/** The lock that holds at `now`; one that has run out holds nothing. */
export function lockAt({ lock }: TargetState, now: number): HeldLock | null {
  return lock !== null && now < lock.until ? lock : null;
}

/** A release that is in the lineage already is gone back to: what came after it is left out from now on. */
function withTop(lineage: Release[], release: Release): Release[] {
  const known = lineage.findIndex(({ name }) => name === release.name);
  return known < 0 ? [...lineage, release] : lineage.slice(0, known + 1);
}

/**
 * What `/rollback` puts back: the release before the one that runs now, and after a way back that did not reach every host, what the
 * others run. Null when it is not known. Going back twice goes back further.
 */
export function releaseBefore({ lineage, past }: TargetState): Release | null {
  const last = past[0];
  if (last?.outcome === "incomplete" && last.release === null) return last.replaced ?? lineage.at(-1) ?? null;
  return lineage.at(-2) ?? null;
}
