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
  const values = series.map(({ scope, points }) => {
    const width = Math.max(within.intervalMs, smallestStep(points.map(({ at }) => at)));
    const whole = points.filter(({ at }) => at >= within.window.from && at + width <= within.window.to);
    const numbers = whole.flatMap(({ value }) => (value === null ? [] : [value]));
    return { scope: scope.join(", "), value: combine(check.aggregate, numbers), points: numbers.length };
  });
  return { kind: "limit", check: check.name, values: values.filter(({ points }) => points > 0), trouble: null };
}

function smallestStep(times: number[]): number {
  const steps = times.slice(1).map((at, i) => at - (times[i] ?? at));
  return steps.length === 0 ? 0 : Math.min(...steps.filter((step) => step > 0));
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
