// From the points of a window to its buckets: only those that lie wholly inside count. The newest, half-filled one would tell of a drop that never
// was. Pure.

import type { Point, Series, Window } from "../ports/metrics.ts";

/** `intervalMs` is the width of a bucket as it was asked for; the query or the service may have widened it. */
export interface Within {
  window: Window;
  intervalMs: number;
}

export interface Valued {
  /** Start of the bucket, ms since 1970. */
  at: number;
  value: number;
}

export interface Grid {
  /** Width of a bucket. */
  width: number;
  /** Starts of all buckets that lie wholly inside, with or without data. */
  starts: number[];
  /** The points with a value in these buckets, in the order of time. */
  valued(points: readonly Point[]): Valued[];
}

/** The buckets of one question: `query` as it was asked, and all series of its answer. */
export function gridOf(query: string, series: readonly Series[], { window, intervalMs }: Within): Grid {
  const points = series.flatMap((one) => one.points);
  const width = Math.max(intervalMs, ...rollupsMs(query), widthOf(points.map(({ at }) => at)));
  const phase = (points.find(({ value }) => value !== null)?.at ?? 0) % width;
  const startOf = (at: number) => Math.floor((at - phase) / width) * width + phase;
  const starts: number[] = [];
  for (let start = startOf(window.from + width - 1); start + width <= window.to; start += width) starts.push(start);
  const [first = 0, last = -1] = [starts[0], starts.at(-1)];
  return {
    width,
    starts,
    valued: (of) =>
      of.flatMap(({ at, value }) => {
        const start = startOf(at);
        const whole = at >= window.from && at + width <= window.to && start >= first && start <= last;
        return whole && value !== null ? [{ at: start, value }] : [];
      }),
  };
}

/** `.rollup(sum, 60)` makes buckets of its own; those of other queries in the same answer say nothing about them. */
export function rollupsMs(query: string): number[] {
  return [...query.matchAll(/\.rollup\(\s*(?:\w+\s*,\s*)?(\d+)/g)].map(([, seconds]) => Number(seconds) * 1000);
}

/** Fewer points than this tell nothing about the width of a bucket. */
const TELLING = 3;

/**
 * The widest bucket that fits the times: buckets begin at multiples of their width, and those without data may be missing. The
 * distance of two points says nothing: a burst after a long silence would seem to be a bucket that has only begun, and be left out.
 */
function widthOf(times: number[]): number {
  const different = [...new Set(times)];
  return different.length < TELLING ? 0 : different.reduce(commonDivisor);
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
