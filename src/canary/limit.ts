// Judges the canary's own metric against a bound over all looks: what was broken for certain stays broken, and every canary host has to be heard of. Pure;
// what one look says is in its reading.

import type { LimitCheck } from "./checks.ts";
import type { LimitReading, Look } from "./readings.ts";
import { blank, inconclusive, lastOf, noAnswer, readingOf } from "./result.ts";
import type { CheckResult } from "./verdict.ts";

type Value = LimitReading["values"][number];

export function judgeLimits(check: LimitCheck, looks: readonly Look[], hosts: string[]): CheckResult {
  for (const look of looks.filter(({ last }) => !last)) {
    // Before the end only what more time cannot mend counts.
    const broken = readingOf(look, check)?.values.find((value) => breaks(value) && !isMendable(check, value));
    if (broken) return told(check, look, broken);
  }
  const last = lastOf(check, looks);
  return last ? judgeLast(check, last.look, { reading: last.reading, hosts }) : soFar(check, looks.at(-1));
}

function judgeLast(
  check: LimitCheck,
  look: Look,
  { reading: { trouble, values }, hosts }: { reading: LimitReading; hosts: string[] },
): CheckResult {
  if (trouble) return inconclusive(check, look, noAnswer(trouble));
  const broken = values.find(breaks);
  if (broken) return told(check, look, broken);
  const [first] = values;
  if (first === undefined) return inconclusive(check, look, { kind: "noData" });
  const missing = silentHosts(values, hosts);
  if (missing.length > 0) return inconclusive(check, look, { kind: "hostsWithoutData", hosts: missing });
  const unclear = values.find(({ outcome }) => outcome?.kind !== "withinLimit");
  return told(check, look, unclear ?? nearest(check, values) ?? first);
}

/** What was seen until now, without a verdict. */
function soFar(check: LimitCheck, look: Look | undefined): CheckResult {
  const value = nearest(check, (look && readingOf(look, check)?.values) ?? []);
  if (!look || !value) return inconclusive(check, look, { kind: "notMeasured" });
  return { ...told(check, look, value), verdict: "inconclusive", reason: { kind: "tooEarly" } };
}

/** A reading from before outcomes were kept says nothing. */
function told(check: LimitCheck, look: Look, group: Value): CheckResult {
  const { value, scope, points, outcome = { kind: "notMeasured" } } = group;
  const verdict = breaks(group) ? "fail" : outcome.kind === "withinLimit" ? "pass" : "inconclusive";
  return { ...blank(check, look), value, scope, points, verdict, reason: outcome };
}

function breaks({ outcome }: Value): boolean {
  return outcome?.kind === "aboveLimit" || outcome?.kind === "belowLimit" || outcome?.kind === "stopped";
}

/** Whether a later, longer window could undo it: a sum may still reach its floor, a mean may come back. */
function isMendable({ aggregate, forMs }: LimitCheck, { outcome }: Value): boolean {
  if (forMs !== null) return false;
  if (aggregate === "mean" || aggregate.startsWith("p")) return true;
  return outcome?.kind === "aboveLimit" ? aggregate === "min" : aggregate === "max" || aggregate === "sum";
}

/** A query grouped by host has to tell of every canary host. */
function silentHosts(values: Value[], hosts: string[]): string[] {
  const scopes = values.flatMap(({ scope }) => scope.split(", "));
  if (!scopes.some((scope) => scope.startsWith("host:"))) return [];
  return hosts.filter((host) => !scopes.includes(`host:${host}`));
}

/** The group that came nearest to its limit: the one to show. */
function nearest({ atMost, atLeast }: LimitCheck, values: Value[]): Value | undefined {
  const distance = ({ value }: Value) =>
    value === null
      ? Number.POSITIVE_INFINITY
      : Math.min((atMost ?? Number.POSITIVE_INFINITY) - value, value - (atLeast ?? Number.NEGATIVE_INFINITY));
  return values.toSorted((a, b) => distance(a) - distance(b))[0];
}
