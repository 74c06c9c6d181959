// What each host of a deploy runs, as far as the facts tell. Pure. A host is never assumed to be well: a switch without a result is
// "switching", which everybody must read as unknown.

import type { FactOf } from "./facts.ts";

type Trouble = { trouble: FactOf<"notSwitched">["trouble"]; detail: string; output: string };

export type HostState =
  /** Not looked at yet; `attempts` looks have failed. */
  | ({ is: "unseen"; attempts: number } & Partial<Trouble> & { triedAt?: number })
  /** On the release it had, named in `before` (null: none). */
  | { is: "old"; before: string | null }
  /** Could not be looked at; this deploy has not touched it. */
  | ({ is: "unreachable"; attempts: number; triedAt: number } & Trouble)
  /** Told to switch, and no word since: unknown until somebody looks. */
  | ({ is: "switching"; before: string | null; to: "new" | "before"; attempts: number } & Partial<Trouble> & {
        triedAt?: number;
      })
  /** On the new release and well. */
  | { is: "new"; before: string | null }
  /** The switch failed. `touched`: whether `current` is the new release. */
  | ({ is: "ill"; before: string | null; touched: boolean; attempts: number; triedAt: number } & Trouble)
  /** Had the new release and is back on what it had. */
  | { is: "back"; before: string | null }
  /** Could not be put back. */
  | ({ is: "stuck"; before: string | null; attempts: number; triedAt: number } & Trouble);

type HostFact = FactOf<"looked" | "notReached" | "switching" | "switched" | "notSwitched">;
type Hosts = ReadonlyMap<string, HostState>;

/** `release` is the name of the release that the deploy puts out. */
export function afterFact(hosts: Hosts, fact: HostFact, release: string): Hosts {
  const state = hosts.get(fact.host);
  if (state === undefined) return hosts;
  return new Map(hosts).set(fact.host, nextState(state, fact, release));
}

function nextState(state: HostState, fact: HostFact, release: string): HostState {
  switch (fact.kind) {
    case "looked":
      return seen(state, fact, release);
    case "notReached":
      return notReached(state, fact);
    case "switching":
      return {
        is: "switching",
        before: before(state),
        to: fact.phase === "back" ? "before" : "new",
        attempts: tries(state),
      };
    case "switched":
      return { is: fact.phase === "back" ? "back" : "new", before: before(state) };
    case "notSwitched":
      return notSwitched(state, fact);
  }
}

function seen(state: HostState, { current, healthy }: FactOf<"looked">, release: string): HostState {
  if (state.is !== "switching") return { is: "old", before: current };
  const well = current !== null && current === healthy;
  // Not finished: doing it again is safe (the host skips what it has), believing that it is done is not.
  if (state.to === "new") {
    return well && current === release ? { is: "new", before: state.before } : { is: "old", before: state.before };
  }
  const isBack = current === state.before && (well || current === null);
  return isBack ? { is: "back", before: state.before } : { is: "new", before: state.before };
}

function notReached(state: HostState, fact: FactOf<"notReached">): HostState {
  const { trouble, detail, at: triedAt } = fact;
  const attempts = tries(state) + 1;
  const told = { trouble, detail, output: "", attempts, triedAt };
  if (state.is === "switching") return { ...state, ...told };
  return { is: "unreachable", ...told };
}

function notSwitched(state: HostState, fact: FactOf<"notSwitched">): HostState {
  const { trouble, detail, output, touched, phase, at: triedAt } = fact;
  const told = { trouble, detail, output };
  const attempts = tries(state) + 1;
  if (phase === "back") return { is: "stuck", before: before(state), attempts, triedAt, ...told };
  if (touched === "unknown") return { is: "switching", before: before(state), to: "new", attempts: 0, ...told };
  return { is: "ill", before: before(state), touched: touched === "yes", attempts, triedAt, ...told };
}

function before(state: HostState): string | null {
  return "before" in state ? state.before : null;
}

function tries(state: HostState): number {
  return "attempts" in state ? state.attempts : 0;
}

/** Whether this deploy may have put the new release on the host. */
export function mayHaveNew(state: HostState): boolean {
  return (
    state.is === "new" || state.is === "switching" || state.is === "stuck" || (state.is === "ill" && state.touched)
  );
}
