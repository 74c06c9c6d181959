// Judges the canary's own points against a bound: one number for the whole window, or single buckets that break it for too long. Pure.
// Silence of the canary while it is alive is a real zero where that is the stricter reading, and never a good value.

import { aggregateOf } from "./aggregate.ts";
import { type Bucket, type Timeline, timelineOf } from "./buckets.ts";
import type { Judged, LimitCheck, Point } from "./shapes.ts";
import { judgeStretches } from "./stretch.ts";

/** Points in seconds, any order. `alive` is null when the check has no companion. */
export function judgeLimit(check: LimitCheck, canary: readonly Point[], alive: readonly Point[] | null): Judged {
  const timeline = timelineOf(canary, alive);
  if (timeline.buckets.every(({ is }) => is === "unknown")) return noData;
  return check.forSeconds ? judgeStretches(check, timeline, check.forSeconds) : judgeWindow(check, timeline);
}

const noData: Judged = { verdict: "inconclusive", reason: { kind: "noCanaryData" } };

/** A canary that fell silent on the way is not well: what is known has to reach into the last third. */
const FRESH = 1 / 3;

function judgeWindow(check: LimitCheck, { buckets, width }: Timeline): Judged {
  const silent = buckets.filter(({ is }) => is === "silent").length;
  const upper = check.atMost ?? Number.POSITIVE_INFINITY;
  const lower = check.atLeast ?? Number.NEGATIVE_INFINITY;
  // A silent sum has nothing to add; a silent mean or maximum would look better than it is. Below a floor, zero is the stricter reading.
  const forUpper = check.aggregate === "sum" ? withZeros(buckets) : seen(buckets);
  const forLower = withZeros(buckets);
  for (const [kind, entries] of [["aboveLimit", forUpper] as const, ["belowLimit", forLower] as const]) {
    const value = combined(check, entries);
    if (value === null || (kind === "aboveLimit" ? value <= upper : value >= lower)) continue;
    const decidedAt = (certainAt(check, { kind, entries }) ?? lastOf(buckets)) + width;
    if (kind === "belowLimit" && seen(buckets).length === 0) {
      const from = buckets[0]?.at ?? 0;
      return { verdict: "fail", reason: { kind: "stopped", seconds: lastOf(buckets) + width - from, from }, decidedAt };
    }
    return { verdict: "fail", reason: { kind, value, silent, seconds: null }, decidedAt };
  }
  // Which of the two readings has to be whole and fresh for a pass: the one that a bound is about.
  const needed = check.atMost == null ? forLower : forUpper;
  const value = combined(check, needed);
  if (value === null) return noData;
  return staleness(buckets, needed, width) ?? pass(value, silent);
}

function pass(value: number, silent: number): Judged {
  return { verdict: "pass", reason: { kind: "withinLimit", value, silent, seconds: null } };
}

interface Entry {
  at: number;
  value: number;
}

function seen(buckets: Bucket[]): Entry[] {
  return buckets.flatMap((bucket) => (bucket.is === "value" ? [{ at: bucket.at, value: bucket.value }] : []));
}

function withZeros(buckets: Bucket[]): Entry[] {
  return buckets.flatMap((bucket) =>
    bucket.is === "unknown" ? [] : [{ at: bucket.at, value: bucket.is === "value" ? bucket.value : 0 }],
  );
}

function combined({ aggregate }: LimitCheck, entries: Entry[]): number | null {
  if (entries.length === 0) return null;
  return aggregateOf(
    aggregate,
    entries.map(({ value }) => value),
  );
}

/** The bucket after which nothing that follows could mend it; null when that is the last one. */
function certainAt(
  { aggregate, atMost, atLeast }: LimitCheck,
  { kind, entries }: { kind: "aboveLimit" | "belowLimit"; entries: Entry[] },
): number | null {
  if (kind === "belowLimit") {
    const first = aggregate === "min" ? entries.find(({ value }) => value < (atLeast ?? value)) : undefined;
    return first?.at ?? null;
  }
  const beyond = (value: number) => value > (atMost ?? value);
  if (aggregate === "max") return entries.find(({ value }) => beyond(value))?.at ?? null;
  if (aggregate !== "sum" || entries.some(({ value }) => value < 0)) return null;
  let total = 0;
  for (const { at, value } of entries) {
    total += value;
    if (beyond(total)) return at;
  }
  return null;
}

function staleness(buckets: Bucket[], entries: Entry[], width: number): Judged | null {
  const from = buckets[0]?.at ?? 0;
  const to = lastOf(buckets) + width;
  const until = (entries.at(-1)?.at ?? from) + width;
  if (until >= to - (to - from) * FRESH) return null;
  return { verdict: "inconclusive", reason: { kind: "dataMissing", from: until, to } };
}

function lastOf(buckets: Bucket[]): number {
  return buckets.at(-1)?.at ?? 0;
}
