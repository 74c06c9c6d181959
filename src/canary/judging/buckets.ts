// The canary's points as buckets without holes: what each one held, and whether silence means zero or nothing. Pure.

import type { Point } from "./shapes.ts";

/** `silent`: the canary said nothing while it was alive, which is a real zero. `unknown`: neither was heard of. */
export type Bucket =
  | { at: number; is: "value"; value: number }
  | { at: number; is: "silent" }
  | { at: number; is: "unknown" };

export interface Timeline {
  buckets: Bucket[];
  /** Width of a bucket in seconds; 0 when a single point does not tell. */
  width: number;
}

/** A hole of at least this many widths is one; less is a late point. */
const HOLE = 1.5;
/** A broken clock must not make a million buckets: a larger hole is one that nothing is known of. */
const MOST_FILLED = 100_000;

/** Points of the canary and, when given, of its companion that shows that the host is alive. Any order; seconds. */
export function timelineOf(canary: readonly Point[], alive: readonly Point[] | null): Timeline {
  const points = canary.toSorted(([a], [b]) => a - b);
  const lives = (alive ?? []).filter(([, value]) => value !== null).toSorted(([a], [b]) => a - b);
  const lifeWidth = widthOf(lives) || widthOf(points);
  const width = widthOf(points) || lifeWidth;
  const isAlive = aliveDuring(lives, lifeWidth, width);
  const silence = (at: number): Bucket => ({ at, is: isAlive(at) ? "silent" : "unknown" });
  const buckets: Bucket[] = [];
  const fill = (from: number, until: number) => {
    if (width === 0) return;
    const missing = Math.round((until - from) / width);
    if (missing > MOST_FILLED) {
      buckets.push({ at: from, is: "unknown" });
      return;
    }
    for (let i = 0; i < missing; i++) buckets.push(silence(from + i * width));
  };
  const first = points[0]?.[0];
  const firstLife = lives[0]?.[0];
  if (firstLife !== undefined) fill(firstLife, first ?? firstLife + width);
  for (const [i, [at, value]] of points.entries()) {
    const before = points[i - 1]?.[0];
    if (before !== undefined && at - before >= HOLE * width) fill(before + width, at);
    buckets.push(value === null ? silence(at) : { at, is: "value", value });
  }
  const lastLife = lives.at(-1)?.[0];
  const end = (buckets.at(-1)?.at ?? 0) + width;
  if (lastLife !== undefined && buckets.length > 0) fill(end, Math.max(end, lastLife + lifeWidth));
  return { buckets, width };
}

/** The smallest distance of two points: buckets may be missing, but none is narrower. */
function widthOf(points: readonly Point[]): number {
  let width = Number.POSITIVE_INFINITY;
  for (const [i, [at]] of points.entries()) {
    const distance = at - (points[i - 1]?.[0] ?? at);
    if (distance > 0) width = Math.min(width, distance);
  }
  return Number.isFinite(width) ? width : 0;
}

/** Asked in the order of time: walks along. A point covers the whole of its bucket. */
function aliveDuring(lives: readonly Point[], lifeWidth: number, width: number): (at: number) => boolean {
  let next = 0;
  return (at) => {
    const past = (life: number) => life < at && life + lifeWidth <= at;
    while (next < lives.length && past(lives[next]?.[0] ?? at)) next++;
    const life = lives[next]?.[0];
    return life !== undefined && (life < at + width || life === at);
  };
}
