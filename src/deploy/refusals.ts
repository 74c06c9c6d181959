// Everything a rule can say no with: a closed list, as data. The words are in chat/sentences/; one without words does not compile.

import type { HeldLock } from "../locks/fold.ts";
import type { Freeze } from "../locks/freezes.ts";
import type { InventoryTrouble } from "../ports/inventory.ts";
import type { Commit, SourceProblem } from "../ports/source.ts";
import type { Person } from "./order.ts";

/** What the configuration can allow people. The first four stand by themselves; who may do one of the others is, unless it is said, who may do `BROADER`. */
export type Right =
  | ("deploy" | "lock" | "rollBack" | "freeze")
  | ("abort" | "promote" | "retry" | "unlockOthers" | "falseAlarm");

export const BROADER: Partial<Record<Right, Right>> = {
  abort: "deploy",
  promote: "deploy",
  retry: "deploy",
  unlockOthers: "lock",
  falseAlarm: "rollBack",
};

/**
 * Why it is not known which hosts a target has. `mistakes`: what came is no list of hosts, or they do not fit together. `unfit`: they do, and canary and batches
 * do not fit to them. `detail`: where, and what.
 */
export interface HostsTrouble {
  from: "configuration" | "file" | "command";
  problem: InventoryTrouble | "empty" | "mistakes" | "unfit";
  detail: string;
}

export type Refusal =
  | { kind: "unknownCommand"; typed: string; known: string[] }
  | { kind: "badArguments"; command: string; usage: string; example: string; problem: string }
  | { kind: "unknownService"; typed: string; known: string[] }
  | { kind: "unknownEnvironment"; typed: string; service: string; known: string[] }
  | { kind: "notAllowed"; right: Right; environment: string; who: string[] }
  | { kind: "groupsUnreadable"; right: Right; environment: string; who: string[]; detail: string }
  | { kind: "source"; problem: SourceProblem; ref: string; detail: string }
  | { kind: "hosts"; trouble: HostsTrouble }
  /** Hosts that were typed, and those that the target has. */
  | { kind: "unknownHosts"; typed: string[]; known: string[] }
  | { kind: "lockedBy"; lock: HeldLock; waiting: number }
  /** Nobody holds it, and it is somebody else's turn; `until` is null when they have not been told yet. */
  | { kind: "reserved"; turn: Person; until: number | null }
  /** What was to be taken or given up is not what the person has seen. */
  | { kind: "lockChanged"; lock: HeldLock | null }
  /** The same, and what holds now is their own. */
  | { kind: "yoursChanged"; lock: HeldLock }
  | { kind: "yoursAlready"; lock: HeldLock }
  | { kind: "reasonNeeded" }
  | { kind: "frozen"; freeze: Freeze }
  | { kind: "frozenAlready"; freeze: Freeze }
  | { kind: "notFrozen"; environment: string | null; others: Freeze[] }
  | { kind: "notInLine" }
  /** They can take what they waited for, until then. */
  | { kind: "yourTurn"; until: number }
  /** The commit that was shown is no longer what the ref means. */
  | { kind: "commitMoved"; ref: string; commit: Commit }
  | { kind: "timeZoneUnknown"; detail: string }
  /** Whether it was done is not known when the answer was lost. */
  | { kind: "storeUnreachable"; done: "no" | "unknown" }
  | { kind: "notYourLock"; lock: HeldLock }
  | { kind: "notLocked" }
  | { kind: "lockTooLong"; longestMs: number }
  | { kind: "freezeTooLong"; longestMs: number }
  | { kind: "heldByDeploy"; deploy: string; by: Person; since: number }
  | { kind: "deployRunning"; deploy: string; by: Person; since: number }
  | { kind: "nothingRunning" }
  | { kind: "nothingToGoBackTo" }
  | { kind: "alreadyOver"; deploy: string }
  /** The button belongs to a moment that has passed. */
  | { kind: "tooLate"; what: "abort" | "promote" | "retry" | "rollBack" }
  | { kind: "alreadyGoingBack" }
  /** It did not stop the deploy, and would not have. */
  | { kind: "noAlarm"; check: string }
  | { kind: "markedAlready"; check: string; by: Person; at: number }
  | { kind: "reasonTooLong"; most: number }
  | { kind: "movedOn" };
