// What each host of a deploy runs, as far as the facts tell. Pure. A host is never assumed to be well: a switch without a result is
// "switching", which everybody must read as unknown.

import type { FactOf } from "./facts.ts";
import { FINAL_TROUBLES, LOOK_ATTEMPTS, UNKNOWN_SWITCHES } from "./patience.ts";

/** Whether the release lies ready on a host, beside what it runs. `failed`: it is sent again when the host is switched. */
export type Readiness = "absent" | "preparing" | "ready" | "failed";

type Trouble = { trouble: FactOf<"notSwitched">["trouble"]; detail: string; output: string };

interface Waiting {
  is: "old";
  before: string | null;
  begun: boolean;
  tried: number;
  unknowns: number;
  release: Readiness;
  /** As it was before the release came to lie there. */
  since?: Waiting;
}

export type HostState =
  /** Not looked at yet; `attempts` looks have failed. */
  | ({ is: "unseen"; attempts: number } & Partial<Trouble> & { triedAt?: number })
  /** Waits for its turn on the release it had, named in `before` (null: none). `begun`: a switch was cut off and has left something else than `before`. */
  | Waiting
  /** Could not be looked at; this deploy has not touched it. */
  | ({ is: "unreachable"; attempts: number; triedAt: number } & Trouble)
  /**
   * Told to switch, and no word since: unknown until somebody looks. `attempts` looks have failed, `tried` switches have failed
   * before, and `unknowns` have ended in nobody knowing.
   */
  | ({ is: "switching"; before: string | null; to: "new" | "before"; begun: boolean } & {
      attempts: number;
      tried: number;
      unknowns: number;
      triedAt?: number;
    } & Partial<Trouble>)
  /** On the new release and well. */
  | { is: "new"; before: string | null }
  /** The switch failed. `touched`: whether `current` is the new release. */
  | ({ is: "ill"; before: string | null; touched: boolean; attempts: number; triedAt: number } & Trouble)
  /** Had the new release and is back on what it had. */
  | { is: "back"; before: string | null }
  /** Could not be put back. */
  | ({ is: "stuck"; before: string | null; attempts: number; triedAt: number } & Trouble);

type HostFact = FactOf<"looked" | "notReached" | "prepared" | "notPrepared" | "switching" | "switched" | "notSwitched">;
type Hosts = ReadonlyMap<string, HostState>;

/** `release` is the name of the release that the deploy puts out. */
export function afterFact(hosts: Hosts, fact: HostFact, release: string): Hosts {
  const state = hosts.get(fact.host);
  if (state === undefined) return hosts;
  return new Map(hosts).set(fact.host, nextState(state, fact, release));
}

/** Only of hosts that wait: what came too late says nothing of what is done there by now. */
export function afterPreparing(hosts: Hosts, names: readonly string[]): Hosts {
  const next = new Map(hosts);
  for (const name of names) {
    const state = next.get(name);
    if (state) next.set(name, withRelease(state, "preparing"));
  }
  return next;
}

function withRelease(state: HostState, release: Readiness): HostState {
  return state.is === "old" ? { ...state, release, since: state.since ?? state } : state;
}

/** Whether nothing was done on a host since, but that the release was put beside what runs. */
export function isUntouchedSince(before: HostState | undefined, state: HostState | undefined): boolean {
  const waiting = (one: HostState | undefined) => (one?.is === "old" ? (one.since ?? one) : one);
  return waiting(before) === waiting(state);
}

function nextState(state: HostState, fact: HostFact, release: string): HostState {
  switch (fact.kind) {
    case "looked":
      return seen(state, fact, release);
    case "notReached":
      return notReached(state, fact);
    case "prepared":
      return withRelease(state, "ready");
    case "notPrepared":
      return withRelease(state, "failed");
    case "switching":
      return {
        is: "switching",
        before: before(state),
        to: fact.phase === "back" ? "before" : "new",
        begun: mayHaveNew(state),
        attempts: 0,
        tried: tries(state),
        unknowns: unknowns(state),
      };
    case "switched":
      return { is: fact.phase === "back" ? "back" : "new", before: before(state) };
    case "notSwitched":
      return notSwitched(state, fact);
  }
}

function seen(state: HostState, { current, healthy, at }: FactOf<"looked">, release: string): HostState {
  const well = current !== null && current === healthy;
  // On the way back: a host that never had the other release is left alone.
  if (state.is !== "switching" && current === release && well) return { is: "new", before: current };
  if (state.is !== "switching")
    return { is: "old", before: current, begun: false, tried: 0, unknowns: 0, release: "absent" };
  const { before, tried, unknowns } = state;
  if (state.to === "before") {
    const isBack = current === before && (well || current === null);
    return isBack ? { is: "back", before } : { is: "new", before };
  }
  if (well && current === release) return { is: "new", before };
  const begun = current !== before;
  // Not finished: doing it again is safe (the host skips what it has), believing that it is done is not. But not for ever.
  if (unknowns < UNKNOWN_SWITCHES) return { is: "old", before, begun, tried, unknowns, release: "absent" };
  const { trouble = "connectionLost", detail = "", output = "" } = state;
  return { is: "ill", before, touched: begun, attempts: tried + 1, triedAt: at, trouble, detail, output };
}

function notReached(state: HostState, fact: FactOf<"notReached">): HostState {
  const { trouble, detail, at: triedAt } = fact;
  const failed = ("attempts" in state ? state.attempts : 0) + 1;
  const attempts = FINAL_TROUBLES.has(trouble) ? LOOK_ATTEMPTS : failed;
  const told = { trouble, detail, output: "", attempts, triedAt };
  if (state.is === "switching") return { ...state, ...told };
  return { is: "unreachable", ...told };
}

function notSwitched(state: HostState, fact: FactOf<"notSwitched">): HostState {
  const { trouble, detail, output, touched, phase, at: triedAt } = fact;
  const told = { before: before(state), trouble, detail, output };
  const tried = tries(state) + 1;
  if (phase === "back") return { is: "stuck", attempts: tried, triedAt, ...told };
  const begun = mayHaveNew(state);
  // A line that broke says nothing about the host, however far it had come.
  if (touched === "unknown" || trouble === "connectionLost") {
    // Stopped by ourselves is no fault of the host.
    const unsure = unknowns(state) + (trouble === "aborted" ? 0 : 1);
    return { is: "switching", to: "new", begun, attempts: 0, tried: tried - 1, unknowns: unsure, ...told };
  }
  return { is: "ill", touched: touched === "yes" || begun, attempts: tried, triedAt, ...told };
}

/** What a failed host becomes when a person wants it tried again: unknown, so that it is looked at; what it had before is not forgotten. */
export function tryAgain(state: HostState): HostState {
  if (state.is === "unreachable") return { is: "unseen", attempts: 0 };
  if (state.is !== "ill" && state.is !== "switching") return state;
  const { before, trouble, detail, output } = state;
  const told = trouble === undefined ? {} : { trouble, detail, output };
  return { is: "switching", before, to: "new", begun: mayHaveNew(state), attempts: 0, tried: 0, unknowns: 0, ...told };
}

function before(state: HostState): string | null {
  return "before" in state ? state.before : null;
}

/** Switches that have failed. */
function tries(state: HostState): number {
  if (state.is === "switching" || state.is === "old") return state.tried;
  return state.is === "ill" || state.is === "stuck" ? state.attempts : 0;
}

function unknowns(state: HostState): number {
  return state.is === "old" || state.is === "switching" ? state.unknowns : 0;
}

/** Whether the host is known not to be on what it had before any more. A switch without a word since is not known: it is looked at first. */
export function mayHaveNew(state: HostState): boolean {
  switch (state.is) {
    case "new":
    case "stuck":
      return true;
    case "ill":
      return state.touched;
    case "old":
    case "switching":
      return state.begun;
    case "unseen":
    case "unreachable":
    case "back":
      return false;
  }
}

/** Names of hosts that are not where they belong, although nothing more will be tried for them. */
export function lostHosts({ hosts }: { hosts: Hosts }): string[] {
  return [...hosts].filter(([, state]) => isLost(state)).map(([name]) => name);
}

export function isLost({ is }: HostState): boolean {
  return is === "ill" || is === "unreachable" || is === "switching" || is === "stuck";
}
