// Turns the points of a window into a reading. Pure. Only buckets that lie wholly inside the window count: the newest, half-filled one would
// tell of a drop that never was.

import type { Series, Window } from "../ports/metrics.ts";
import type { Aggregate, LimitCheck } from "./checks.ts";
import type { LimitReading } from "./readings.ts";

/** `intervalMs` is the width of a bucket as it was asked for; the service may have widened it. */
export function readLimit(
  check: LimitCheck,
  series: Series[],
  within: { window: Window; intervalMs: number },
): LimitReading {
  const width = Math.max(within.intervalMs, widthOf(series.flatMap(({ points }) => points.map(({ at }) => at))));
  const values = series.map(({ scope, points }) => {
    const whole = points.filter(({ at }) => at >= within.window.from && at + width <= within.window.to);
    const counted = whole.flatMap(({ at, value }) => (value === null ? [] : [{ at, value }]));
    const value = combine(
      check.aggregate,
      counted.map((point) => point.value),
    );
    const until = (counted.at(-1)?.at ?? within.window.from) + width;
    return { scope: scope.join(", "), value, points: counted.length, until };
  });
  return { kind: "limit", check: check.name, values: values.filter(({ points }) => points > 0), trouble: null };
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

/** Null when there are no numbers: silence is not zero. */
export function combine(how: Aggregate, numbers: number[]): number | null {
  const last = numbers.at(-1);
  if (last === undefined) return null;
  switch (how) {
    case "sum":
      return sum(numbers);
    case "mean":
      return sum(numbers) / numbers.length;
    case "max":
      return Math.max(...numbers);
    case "min":
      return Math.min(...numbers);
    case "last":
      return last;
  }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
