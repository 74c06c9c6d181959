// Everything a rule can say no with: a closed list, as data. The words are in chat/sentences/; one without words does not compile.

import type { HeldLock } from "../locks/fold.ts";
import type { SourceProblem } from "../ports/source.ts";
import type { Person } from "./order.ts";

export type Right = "deploy" | "lock" | "rollBack";

export type Refusal =
  | { kind: "unknownCommand"; typed: string; known: string[] }
  | { kind: "badArguments"; command: string; usage: string; example: string; problem: string }
  | { kind: "unknownService"; typed: string; known: string[] }
  | { kind: "unknownEnvironment"; typed: string; service: string; known: string[] }
  | { kind: "notAllowed"; right: Right; environment: string; who: string[] }
  | { kind: "groupsUnreadable"; right: Right; environment: string; detail: string }
  | { kind: "source"; problem: SourceProblem; ref: string; detail: string }
  | { kind: "lockedBy"; lock: HeldLock }
  | { kind: "notYourLock"; lock: HeldLock }
  | { kind: "notLocked" }
  | { kind: "lockTooLong"; longestMs: number }
  | { kind: "heldByDeploy"; deploy: string; by: Person; since: number }
  | { kind: "deployRunning"; deploy: string; by: Person; since: number }
  | { kind: "nothingRunning" }
  | { kind: "nothingToGoBackTo" }
  | { kind: "alreadyOver"; deploy: string }
  /** The button belongs to a moment that has passed. */
  | { kind: "tooLate"; what: "abort" | "promote" | "retry" | "rollBack" }
  | { kind: "alreadyGoingBack" }
  | { kind: "reasonTooLong"; most: number }
  | { kind: "movedOn" };
