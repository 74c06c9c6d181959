// What is asked only so that a picture can be drawn: the time before the canary was touched, and the rest of the fleet where the check itself asks for none. Pure.
// What is judged is cut to its own questions and window again (batches.ts), so that nothing of it can change a verdict.

import type { Question, Window } from "../ports/metrics.ts";
import type { MetricCheck } from "./checks.ts";
import type { Look } from "./readings.ts";

/** Far below what makes a service widen the points, and as fine as a picture can show. */
const MOST_POINTS = 300;
/** More of the time before does not tell more. */
const LONGEST_BEFORE_MS = 10 * 60_000;

/** What looks at each bucket by itself. */
const BUCKET_BY_BUCKET = new Set([
  "as_count",
  "as_rate",
  "rollup",
  "fill",
  "abs",
  "log2",
  "log10",
  "clamp_min",
  "clamp_max",
]);

/**
 * Whether the same bucket may have another value when the window begins earlier: of a cumulative sum, a difference, a smoothed line, the top ten. Then the window
 * must not be widened. Functions that are not known here are taken for such.
 */
export function dependsOnWindow(query: string): boolean {
  const withoutFilters = query.replace(/\{[^{}]*\}/g, "");
  // Without a width the service chooses one by the length of the window.
  if (/\.rollup\(\s*\w*\s*\)/.test(withoutFilters)) return true;
  return [...withoutFilters.matchAll(/(\w+)\s*\(/g)].some(([, name = ""]) => !BUCKET_BY_BUCKET.has(name.toLowerCase()));
}

interface Times {
  /** When the first canary host was touched, ms since 1970. */
  touchedAt: number;
  forMs: number;
  intervalMs: number;
}

/**
 * The window to ask for: the one that is judged, the time before it since the canary was touched, and half a bake before that. Never so long that the points would
 * become wider than asked; a bake that was begun again later shows what came before it instead.
 */
export function pictureWindow({ from, to }: Window, { touchedAt, forMs, intervalMs }: Times): Window {
  const before = Math.min(forMs / 2, LONGEST_BEFORE_MS);
  const earliest = Math.max(touchedAt - before, from - forMs, to - MOST_POINTS * intervalMs);
  return { from: Math.min(from, Math.floor(earliest)), to };
}

/**
 * A picture must never cost an answer: once the metrics service has had trouble with a question of this bake, it is asked only for what is judged.
 */
export function mayAskForPicture(looks: readonly Look[]): boolean {
  return looks.every(({ readings }) => readings.every(({ trouble }) => trouble === null));
}

/** The same query for the rest of the fleet. No name of a check holds a slash. */
export function pictureQuestions(checks: readonly MetricCheck[]): Question[] {
  return checks.flatMap((check) =>
    check.kind === "limit" && check.rest ? [{ id: `${check.name}/rest`, query: check.rest.query }] : [],
  );
}
