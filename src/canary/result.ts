// The pieces that judging the kinds of checks has in common: finding a check's reading, beginning a result. Pure.

import type { Check } from "./checks.ts";
import type { Look, Reading, Trouble } from "./readings.ts";
import type { CheckResult, Reason } from "./verdict.ts";

export type ReadingOf<K extends Reading["kind"]> = Extract<Reading, { kind: K }>;

type Named<K> = { name: string; kind: K };

export function readingOf<K extends Reading["kind"]>(look: Look, { name, kind }: Named<K>): ReadingOf<K> | undefined {
  return look.readings.find((reading) => reading.check === name && reading.kind === kind) as ReadingOf<K> | undefined;
}

/** The newest look that saw the whole bake, with this check's reading; nothing before there is one. */
export function lastOf<K extends Reading["kind"]>(
  check: Named<K>,
  looks: readonly Look[],
): { look: Look; reading: ReadingOf<K> } | undefined {
  const look = looks.findLast(({ last }) => last);
  const reading = look && readingOf(look, check);
  return look && reading && { look, reading };
}

/** A side that fell silent on the way is not known to be well: its data has to reach into the last third of the window. */
export function isStale(until: number, { window: { from, to } }: Look): boolean {
  return until < to - (to - from) / 3;
}

/** The parts of a result that every reason has. */
export function blank(check: Check, look: Look | undefined): CheckResult {
  return {
    check: check.name,
    verdict: "inconclusive",
    reason: { kind: "notMeasured" },
    value: null,
    scope: "",
    points: 0,
    window: look?.window ?? null,
    redBefore: [],
  };
}

/** Why a check cannot tell whose questions were not answered. */
export function noAnswer({ kind, ...trouble }: Trouble): Reason {
  return { kind: "trouble", trouble: kind, ...trouble };
}

export function inconclusive(check: Check, look: Look | undefined, reason: Reason): CheckResult {
  return { ...blank(check, look), verdict: "inconclusive", reason };
}
