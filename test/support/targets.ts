// Builders for tests: what has happened to a target, fact by fact, and the target as it stands then. Everything happens at noon unless it is said.

import type { Refusal } from "../../src/deploy/refusals.ts";
import type { Decided } from "../../src/locks/decided.ts";
import type { TargetFact, Wants } from "../../src/locks/facts.ts";
import { foldTarget, type TargetState } from "../../src/locks/fold.ts";
import type { Freeze } from "../../src/locks/freezes.ts";
import { HOUR, MINUTE, NEW, NOON, onCall, teammate, you } from "./build.ts";

export const WEB = { service: "web", environment: "production" };

type FactOf<K extends TargetFact["kind"]> = Extract<TargetFact, { kind: K }>;
type Parts<K extends TargetFact["kind"]> = Partial<Omit<FactOf<K>, "kind">>;

export const given = (...facts: TargetFact[]): TargetState => foldTarget(facts);

/** By a teammate, for an hour. */
export const locked = (parts: Parts<"locked"> = {}): FactOf<"locked"> => {
  const at = parts.at ?? NOON;
  return { kind: "locked", at, by: teammate, reason: "db migration", until: at + HOUR, ...parts };
};

export const unlocked = (parts: Parts<"unlocked"> = {}): FactOf<"unlocked"> => ({
  kind: "unlocked",
  at: NOON,
  by: teammate,
  lock: 1,
  owner: null,
  reason: "",
  ...parts,
});

export const extended = (parts: Parts<"extended"> = {}): FactOf<"extended"> => ({
  kind: "extended",
  at: NOON,
  by: teammate,
  lock: 1,
  until: NOON + 2 * HOUR,
  ...parts,
});

export const warned = (parts: Parts<"warned"> = {}): FactOf<"warned"> => ({
  kind: "warned",
  at: NOON,
  seen: 1,
  owner: teammate,
  until: NOON + HOUR,
  ...parts,
});

export const expired = (parts: Parts<"expired"> = {}): FactOf<"expired"> => ({
  kind: "expired",
  at: NOON + HOUR,
  lock: 1,
  owner: teammate,
  reason: "db migration",
  ...parts,
});

export const TO_LOCK = { kind: "lock", reason: "load test", forMs: 30 * MINUTE } satisfies Wants;
export const TO_DEPLOY = { kind: "deploy", ref: "main", commit: NEW.commit } satisfies Wants;

export const waiting = (by = you, wants: Wants = TO_LOCK, at = NOON): FactOf<"waiting"> => ({
  kind: "waiting",
  at,
  by,
  wants,
});

export const left = (by = you, parts: Parts<"leftLine"> = {}): FactOf<"leftLine"> => ({
  kind: "leftLine",
  at: NOON,
  by,
  why: "left",
  ...parts,
});

/** For five minutes. */
export const offered = (to = you, parts: Parts<"offered"> = {}): FactOf<"offered"> => ({
  kind: "offered",
  at: NOON,
  to,
  until: NOON + 5 * MINUTE,
  commit: null,
  trouble: null,
  ...parts,
});

export const started = (parts: Parts<"deployStarted"> = {}): FactOf<"deployStarted"> => ({
  kind: "deployStarted",
  at: NOON,
  by: teammate,
  deploy: "k3v9x2",
  wayBack: false,
  ...parts,
});

export const ended = (parts: Parts<"deployEnded"> = {}): FactOf<"deployEnded"> => ({
  kind: "deployEnded",
  at: NOON,
  deploy: "k3v9x2",
  outcome: "untouched",
  release: null,
  replaced: null,
  ...parts,
});

export const aFreeze = (parts: Partial<Freeze> = {}): Freeze => ({
  by: onCall,
  environment: null,
  reason: "incident",
  since: NOON,
  until: null,
  ...parts,
});

/** The facts that a rule answered with; a refusal is an error of the test. */
export function factsOf<F>(decided: Decided<F>): F[] {
  if (!decided.ok) throw new Error(`refused: ${JSON.stringify(decided.refusal)}`);
  return decided.facts;
}

/** The refusal that a rule answered with; null when it agreed. */
export const refusalOf = (decided: Decided<unknown>): Refusal | null => (decided.ok ? null : decided.refusal);
