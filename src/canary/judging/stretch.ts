// Finds a stretch of buckets that break a bound for too long, such as "no jobs for 60 s". Pure. A bucket of which nothing is known can
// neither fail a canary nor hide that it may have failed.

import type { Bucket, Timeline } from "./buckets.ts";
import type { Judged, LimitCheck } from "./shapes.ts";

/** Times in seconds. A sum of bucket widths is rounded. */
const ROUNDING = 1e-6;

export function judgeStretches(check: LimitCheck, { buckets, width }: Timeline, forSeconds: number): Judged {
  const longEnough = ({ from, to }: Stretch) => to - from >= forSeconds - ROUNDING;
  const failed = stretches(buckets, width, (bucket) => breaks(check, bucket) === true).find(longEnough);
  if (failed) return failure(check, failed, forSeconds);
  // What is not known may have been as bad as what is beside it.
  const doubtful = stretches(buckets, width, (bucket) => breaks(check, bucket) !== false).find(longEnough);
  if (doubtful)
    return { verdict: "inconclusive", reason: { kind: "dataMissing", from: doubtful.from, to: doubtful.to } };
  const [first, last] = [buckets[0]?.at ?? 0, buckets.at(-1)?.at ?? 0];
  const seconds = last + width - first;
  if (seconds < forSeconds - ROUNDING) {
    return {
      verdict: "inconclusive",
      reason: { kind: "tooFewPoints", points: seconds, needed: forSeconds, of: "seconds" },
    };
  }
  const values = buckets.flatMap((bucket) => (bucket.is === "value" ? [bucket.value] : []));
  const silent = buckets.filter(({ is }) => is === "silent").length;
  const nearest = check.atLeast == null ? values.reduce((a, b) => Math.max(a, b), 0) : lowest(values, silent);
  return { verdict: "pass", reason: { kind: "withinLimit", value: nearest, silent, seconds: forSeconds } };
}

interface Stretch {
  from: number;
  to: number;
  buckets: Bucket[];
}

/** The stretches of buckets for which `belongs` holds. */
function stretches(buckets: Bucket[], width: number, belongs: (bucket: Bucket) => boolean): Stretch[] {
  const found: Stretch[] = [];
  let open: Stretch | null = null;
  for (const bucket of buckets) {
    if (!belongs(bucket)) {
      open = null;
      continue;
    }
    if (open === null) {
      open = { from: bucket.at, to: bucket.at, buckets: [] };
      found.push(open);
    }
    open.to = bucket.at + width;
    open.buckets.push(bucket);
  }
  return found;
}

/** Null: not known. */
function breaks({ atMost, atLeast }: LimitCheck, bucket: Bucket): boolean | null {
  if (bucket.is === "unknown") return null;
  const value = bucket.is === "value" ? bucket.value : 0;
  return (atMost != null && value > atMost) || (atLeast != null && value < atLeast);
}

/** Certain with the bucket that made the stretch long enough. */
function failure(check: LimitCheck, { from, to, buckets }: Stretch, forSeconds: number): Judged {
  const width = to - (buckets.at(-1)?.at ?? to);
  const decisive = buckets.find(({ at }) => at + width - from >= forSeconds - ROUNDING);
  const decidedAt = (decisive?.at ?? to) + width;
  const values = buckets.map((bucket) => (bucket.is === "value" ? bucket.value : 0));
  const silent = buckets.filter(({ is }) => is === "silent").length;
  const seconds = to - from;
  if (values.every((value) => value === 0) && check.atLeast != null) {
    return { verdict: "fail", reason: { kind: "stopped", seconds, from }, decidedAt };
  }
  const above = check.atMost != null && values.some((value) => value > (check.atMost ?? value));
  const value = above ? Math.max(...values) : Math.min(...values);
  return { verdict: "fail", reason: { kind: above ? "aboveLimit" : "belowLimit", value, silent, seconds }, decidedAt };
}

function lowest(values: number[], silent: number): number {
  return [...values, ...(silent > 0 ? [0] : [])].reduce((a, b) => Math.min(a, b));
}
