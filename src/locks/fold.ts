// A target as it stands: who holds it, who waits, what deploys to it, what runs there. A fold over its facts; pure.

import type { Outcome } from "../deploy/facts.ts";
import type { Person, Release } from "../deploy/order.ts";
import type { Commit } from "../ports/source.ts";
import type { TargetFact, Trouble, Wants } from "./facts.ts";

export interface HeldLock {
  by: Person;
  reason: string;
  since: number;
  until: number;
  /** The version at which it was taken: its fencing number, and its name when it is given up. */
  version: number;
  /** The version at which it last changed: what somebody who was shown it has seen. */
  seen: number;
  /** The owner has been told that the time is nearly over. */
  warned: boolean;
}

export interface Waiting {
  by: Person;
  wants: Wants;
  since: number;
  /** The version at which this person joined. */
  version: number;
}

/** It is this person's turn until then; what they wanted to deploy is this commit now. */
export interface Offer {
  to: Person;
  until: number;
  commit: Commit | null;
  trouble: Trouble | null;
  version: number;
}

export interface PastDeploy {
  deploy: string;
  outcome: Outcome;
  release: Release | null;
  replaced: Release | null;
  endedAt: number;
  /** It was on some hosts only. */
  partial?: boolean;
}

export interface TargetState {
  version: number;
  lock: HeldLock | null;
  /** First come, first served: one place per person. */
  line: Waiting[];
  /** To the first in line, when it is their turn. */
  offer: Offer | null;
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

export const freeTarget: TargetState = {
  version: 0,
  lock: null,
  line: [],
  offer: null,
  running: null,
  release: null,
  lineage: [],
  past: [],
};

export function foldTarget(facts: Iterable<TargetFact>, from: TargetState = freeTarget): TargetState {
  let state = from;
  for (const fact of facts) state = next({ ...state, version: state.version + 1 }, fact);
  return state;
}

function next(state: TargetState, fact: TargetFact): TargetState {
  const { lock, version } = state;
  switch (fact.kind) {
    case "locked": {
      const again = lock?.by.id === fact.by.id && fact.at < lock.until;
      return { ...state, ...taken(state, fact), lock: newLock(fact, version, again ? lock.since : fact.at) };
    }
    case "takenOver":
      return { ...state, ...taken(state, fact), lock: newLock(fact, version, fact.at) };
    case "extended":
      if (lock?.version !== fact.lock) return state;
      return { ...state, lock: { ...lock, until: fact.until, seen: version, warned: false } };
    case "unlocked":
    case "expired":
      return lock?.version === fact.lock ? { ...state, lock: null } : state;
    case "warned":
      return lock?.seen === fact.seen ? { ...state, lock: { ...lock, warned: true } } : state;
    case "waiting":
      return { ...state, line: withWaiting(state.line, { ...fact, since: fact.at, version }) };
    case "leftLine":
      return { ...state, ...withoutPerson(state, fact.by) };
    case "offered":
      return {
        ...state,
        offer: { to: fact.to, until: fact.until, commit: fact.commit, trouble: fact.trouble, version },
      };
    case "prolonged": {
      const { offer } = state;
      return offer?.to.id === fact.to.id ? { ...state, offer: { ...offer, until: fact.until } } : state;
    }
    case "withdrawn":
      return state.offer?.to.id === fact.to.id ? { ...state, offer: null } : state;
    case "deployStarted": {
      const place = fact.wayBack ? { offer: null } : taken(state, fact);
      return { ...state, ...place, running: { deploy: fact.deploy, by: fact.by, since: fact.at } };
    }
    case "deployEnded":
      return ended(state, fact);
  }
}

/** Without this person, and without an offer to them. */
function withoutPerson({ line, offer }: TargetState, { id }: Person): Pick<TargetState, "line" | "offer"> {
  return { line: line.filter(({ by }) => by.id !== id), offer: offer?.to.id === id ? null : offer };
}

/** Who takes the target has had their turn, and an offer to anybody is void. */
function taken(state: TargetState, { by }: { by: Person }): Pick<TargetState, "line" | "offer"> {
  return { line: withoutPerson(state, by).line, offer: null };
}

function newLock(
  { by, reason, until }: { by: Person; reason: string; until: number },
  version: number,
  since: number,
): HeldLock {
  return { by, reason, since, until, version, seen: version, warned: false };
}

function withWaiting(line: Waiting[], { by, wants, since, version }: Waiting): Waiting[] {
  const known = line.some((one) => one.by.id === by.id);
  if (!known) return [...line, { by, wants, since, version }];
  return line.map((one) => (one.by.id === by.id ? { ...one, wants } : one));
}

function ended(state: TargetState, fact: TargetFact & { kind: "deployEnded" }): TargetState {
  const { deploy, outcome, release, replaced, at: endedAt, partial } = fact;
  const one = { deploy, outcome, release, replaced, endedAt, ...(partial && { partial }) };
  const past = [one, ...state.past].slice(0, KEPT_DEPLOYS);
  const running = state.running?.deploy === deploy ? null : state.running;
  if (release === null) return { ...state, running, past };
  // What ran there is put in as well: somebody may have changed it by hand.
  const before = replaced === null ? state.lineage : withTop(state.lineage, replaced);
  return { ...state, running, past, release, lineage: withTop(before, release).slice(-KEPT_RELEASES) };
}

/** The lock that holds at `now`; one that has run out holds nothing. */
export function lockAt({ lock }: Pick<TargetState, "lock">, now: number): HeldLock | null {
  return lock !== null && now < lock.until ? lock : null;
}

/** A release that is in the lineage already is gone back to: what came after it is left out from now on. */
function withTop(lineage: Release[], release: Release): Release[] {
  const known = lineage.findIndex(({ name }) => name === release.name);
  return known < 0 ? [...lineage, release] : lineage.slice(0, known + 1);
}

/**
 * What `/rollback` puts back: the release before the one that runs now, and after a way back that did not reach every host, what the
 * others run. After a deploy that was on some hosts only it is what the others still run. Null when it is not known. Going back twice goes back further.
 */
export function releaseBefore({ lineage, past }: TargetState): Release | null {
  const last = past[0];
  if (last?.partial && (last.outcome === "deployed" || last.outcome === "incomplete")) return lineage.at(-1) ?? null;
  if (last?.outcome === "incomplete" && last.release === null) return last.replaced ?? lineage.at(-1) ?? null;
  return lineage.at(-2) ?? null;
}
