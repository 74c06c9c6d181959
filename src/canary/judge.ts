// The judge: what the looks of a bake say about each check and about the canary. Pure. What was bad at any moment stays bad, however green
// it is at the end; what cannot be told never passes.

import type { Check, LimitCheck } from "./checks.ts";
import { judgeMonitors } from "./monitors.ts";
import type { LimitReading, Look, Watched } from "./readings.ts";
import { blank, inconclusive, readingOf } from "./result.ts";
import type { CheckResult, Judgement, Reason, Verdict } from "./verdict.ts";

/** What the judge needs of an order and a bake. */
type Judged = { checks: Check[]; canary: { name: string }[] };
type Baked = { notedAt: number; noted: Record<string, Watched[] | null>; looks: readonly Look[] };

/** Last looks that are taken, at the most, while the metrics service gives no answer. */
export const LAST_LOOK_ATTEMPTS = 5;

/**
 * The judgement so far. `certain` says whether more looks could change it: a fail is certain at once; pass and inconclusive need a last
 * look, and one that the metrics service did not answer is taken again a few times.
 */
export function judge(
  { checks, canary }: Judged,
  { notedAt, noted, looks }: Baked,
): { certain: boolean; judgement: Judgement } {
  const hosts = canary.map(({ name }) => name);
  const results = checks.map((check) =>
    check.kind === "limit"
      ? judgeLimit(check, looks, hosts)
      : judgeMonitors(check, looks, { noted: noted[check.name] ?? [], notedAt }),
  );
  const verdict = overall(results.map((result) => result.verdict));
  const lastLooks = looks.filter((look) => look.last);
  const answered = results.every(({ reason }) => reason.kind !== "trouble") || lastLooks.length >= LAST_LOOK_ATTEMPTS;
  return { certain: verdict === "fail" || (lastLooks.length > 0 && answered), judgement: { verdict, results } };
}

/** One fail fails all; without a check nothing can pass. */
export function overall(verdicts: Verdict[]): Verdict {
  if (verdicts.includes("fail")) return "fail";
  return verdicts.length === 0 || verdicts.includes("inconclusive") ? "inconclusive" : "pass";
}

function judgeLimit(check: LimitCheck, looks: readonly Look[], hosts: string[]): CheckResult {
  const seen = looks.map((look) => ({ look, reading: readingOf<LimitReading>(look, check) }));
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
  const stopped = reading.values.find(({ until }) => until < freshFrom(look));
  if (stopped) return { ...inconclusive(check, look, { kind: "dataStopped", at: stopped.until }), ...shownOf(stopped) };
  const worst = nearest(check, reading.values) ?? first;
  return { ...blank(check, look), ...shownOf(worst), verdict: "pass", reason: { kind: "withinLimit" } };
}

/** A canary that fell silent on the way is not well: its data has to reach into the last third of the window. */
function freshFrom({ window: { from, to } }: Look): number {
  return to - (to - from) / 3;
}

/** What was seen until now, without a verdict. */
function soFar(check: LimitCheck, looks: readonly Look[]): CheckResult {
  const look = looks.at(-1);
  const values = look ? (readingOf<LimitReading>(look, check)?.values ?? []) : [];
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
