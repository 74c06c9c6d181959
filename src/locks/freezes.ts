// Freezes: no deploy starts in an environment, or anywhere. Their facts, what they fold to, and who may do what when. Facts are appended to `freezes`. Pure.

import { z } from "zod";
import { type Person, person } from "../deploy/order.ts";
import { type Decided, MOST_OF_REASON, oneLine, refuse } from "./decided.ts";

const at = z.number();
/** Null stands for every environment. */
const environment = z.string().nullable();

export const freezeFact = z.discriminatedUnion("kind", [
  /** Without `until` it lasts until somebody lifts it. */
  z.object({
    kind: z.literal("frozen"),
    at,
    by: person,
    environment,
    reason: z.string(),
    until: z.number().nullable(),
  }),
  z.object({ kind: z.literal("lifted"), at, by: person, environment }),
  z.object({ kind: z.literal("ranOut"), at, environment }),
]);
export type FreezeFact = z.infer<typeof freezeFact>;

export interface Freeze {
  by: Person;
  environment: string | null;
  reason: string;
  since: number;
  until: number | null;
}

export interface FreezesState {
  version: number;
  /** At most one per environment, and one for everything. */
  freezes: Freeze[];
}

export const nothingFrozen: FreezesState = { version: 0, freezes: [] };

export function foldFreezes(facts: Iterable<FreezeFact>, from: FreezesState = nothingFrozen): FreezesState {
  let state = from;
  for (const fact of facts) {
    const others = state.freezes.filter((one) => one.environment !== fact.environment);
    state = { version: state.version + 1, freezes: fact.kind === "frozen" ? [...others, frozen(fact)] : others };
  }
  return state;
}

function frozen({ by, environment, reason, at: since, until }: FreezeFact & { kind: "frozen" }): Freeze {
  return { by, environment, reason, since, until };
}

/** Those that hold at `now`. */
export function freezesAt({ freezes }: FreezesState, now: number): Freeze[] {
  return freezes.filter(({ until }) => until === null || now < until);
}

/** What keeps deploys of this environment from starting: the freeze of everything first. */
export function freezeOf(state: FreezesState, environment: string, now: number): Freeze | null {
  const holding = freezesAt(state, now);
  return (
    holding.find((one) => one.environment === null) ?? holding.find((one) => one.environment === environment) ?? null
  );
}

export interface FreezeRequest {
  by: Person;
  environment: string | null;
  reason: string;
  until: number | null;
}

/** Longer ones are meant to be lifted: a moment beyond what a calendar holds could not even be shown. */
const LONGEST_MS = 365 * 24 * 3_600_000;

/** Saying it again replaces one's own reason and time; somebody else's freeze is lifted first. */
export function decideFreeze(state: FreezesState, request: FreezeRequest, now: number): Decided<FreezeFact> {
  const reason = oneLine(request.reason);
  const freeze = freezesAt(state, now).find((one) => one.environment === request.environment);
  if (freeze && freeze.by.id !== request.by.id) return refuse({ kind: "frozenAlready", freeze });
  if (reason === "") return refuse({ kind: "reasonNeeded" });
  if (reason.length > MOST_OF_REASON) return refuse({ kind: "reasonTooLong", most: MOST_OF_REASON });
  if (request.until !== null && request.until - now > LONGEST_MS)
    return refuse({ kind: "freezeTooLong", longestMs: LONGEST_MS });
  return { ok: true, facts: [{ kind: "frozen", at: now, ...request, reason }] };
}

export function decideLift(
  state: FreezesState,
  { by, environment }: { by: Person; environment: string | null },
  now: number,
): Decided<FreezeFact> {
  const holding = freezesAt(state, now);
  if (!holding.some((one) => one.environment === environment))
    return refuse({ kind: "notFrozen", environment, others: holding });
  return { ok: true, facts: [{ kind: "lifted", at: now, by, environment }] };
}

/** Those whose time is over, written down as such: people are told. */
export function freezesOver({ freezes }: FreezesState, now: number): FreezeFact[] {
  return freezes.flatMap(({ environment, until }): FreezeFact[] =>
    until !== null && until <= now ? [{ kind: "ranOut", at: now, environment }] : [],
  );
}

/** When the next one ends, in ms since 1970; infinite when none does by itself. */
export function nextFreezeEnd({ freezes }: FreezesState): number {
  return Math.min(...freezes.map(({ until }) => until ?? Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY);
}
