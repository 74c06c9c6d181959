// Judges the canary's own metric against a bound: what every look says, and what the last one does. Pure.

import type { LimitCheck } from "./checks.ts";
import type { LimitReading, Look } from "./readings.ts";
import { blank, inconclusive, isStale, readingOf } from "./result.ts";
import type { CheckResult, Reason } from "./verdict.ts";

export function judgeLimits(check: LimitCheck, looks: readonly Look[], hosts: string[]): CheckResult {
  const seen = looks.map((look) => ({ look, reading: readingOf(look, check) }));
  // Before the end only what more time cannot mend counts.
  for (const { look, reading } of seen) {
    const breach = reading && !look.last ? breachOf(check, reading, mendable(check)) : null;
    if (breach) return { ...blank(check, look), ...breach, verdict: "fail" };
  }
  const last = seen.filter(({ look }) => look.last).at(-1);
  if (last?.reading === undefined) return soFar(check, looks);
  return judgeLast(check, last.look, { reading: last.reading, hosts });
}

function judgeLast(
  check: LimitCheck,
  look: Look,
  { reading, hosts }: { reading: LimitReading; hosts: string[] },
): CheckResult {
  if (reading.trouble) {
    const { kind: trouble, detail } = reading.trouble;
    return inconclusive(check, look, { kind: "trouble", trouble, detail });
  }
  const breach = breachOf(check, reading, { above: false, below: false });
  if (breach) return { ...blank(check, look), ...breach, verdict: "fail" };
  const first = reading.values[0];
  if (first === undefined) return inconclusive(check, look, { kind: "noData" });
  const missing = silentHosts(reading, hosts);
  if (missing.length > 0) return inconclusive(check, look, { kind: "hostsWithoutData", hosts: missing });
  const stopped = reading.values.find(({ until }) => isStale(until, look));
  if (stopped) return { ...inconclusive(check, look, { kind: "dataStopped", at: stopped.until }), ...shownOf(stopped) };
  const worst = nearest(check, reading.values) ?? first;
  return { ...blank(check, look), ...shownOf(worst), verdict: "pass", reason: { kind: "withinLimit" } };
}

/** What was seen until now, without a verdict. */
function soFar(check: LimitCheck, looks: readonly Look[]): CheckResult {
  const look = looks.at(-1);
  const values = look ? (readingOf(look, check)?.values ?? []) : [];
  const nearestValue = nearest(check, values);
  if (!nearestValue) return inconclusive(check, look, { kind: "notMeasured" });
  return { ...inconclusive(check, look, { kind: "tooEarly" }), ...shownOf(nearestValue) };
}

/** A query grouped by host has to tell of every canary host. */
function silentHosts({ values }: LimitReading, hosts: string[]): string[] {
  const scopes = values.flatMap(({ scope }) => scope.split(", "));
  if (!scopes.some((scope) => scope.startsWith("host:"))) return [];
  return hosts.filter((host) => !scopes.includes(`host:${host}`));
}

/** Which breaches a later, longer window could undo: a sum may still reach its floor, a mean may come back. */
function mendable({ aggregate }: LimitCheck): { above: boolean; below: boolean } {
  return {
    above: aggregate === "mean" || aggregate === "min",
    below: aggregate === "mean" || aggregate === "max" || aggregate === "sum",
  };
}

type Value = LimitReading["values"][number];
type Breach = Pick<Value, "value" | "scope" | "points"> & { reason: Reason };

function shownOf({ value, scope, points }: Value): Pick<Value, "value" | "scope" | "points"> {
  return { value, scope, points };
}

function breachOf(
  check: LimitCheck,
  { values }: LimitReading,
  ignore: { above: boolean; below: boolean },
): Breach | null {
  for (const entry of values) {
    const { value } = entry;
    if (value === null) continue;
    if (!ignore.above && check.atMost !== null && value > check.atMost)
      return { ...shownOf(entry), reason: { kind: "aboveLimit" } };
    if (!ignore.below && check.atLeast !== null && value < check.atLeast)
      return { ...shownOf(entry), reason: { kind: "belowLimit" } };
  }
  return null;
}

/** The group that came nearest to its limit: the one to show. */
function nearest({ atMost, atLeast }: LimitCheck, values: Value[]): Value | undefined {
  const distance = ({ value }: Value) =>
    value === null
      ? Number.POSITIVE_INFINITY
      : Math.min((atMost ?? Number.POSITIVE_INFINITY) - value, value - (atLeast ?? Number.NEGATIVE_INFINITY));
  return values.toSorted((a, b) => distance(a) - distance(b))[0];
}
