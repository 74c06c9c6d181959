// Many buckets drawn as a few points. Pure.

import type { Valued } from "./buckets.ts";
import { aggregateOf } from "./judging/aggregate.ts";

/** So many points fit into a picture. */
export const MOST_SLOTS = 20;

/** Neighbouring buckets that become one point: their starts. */
export type Slot = number[];

/** At most so many, of equal length but for the oldest: the newest ones are whole. Starts in the order of time. */
export function slotsOf(starts: readonly number[], most = MOST_SLOTS): Slot[] {
  const size = Math.max(1, Math.ceil(starts.length / most));
  const slots: Slot[] = [];
  for (let end = starts.length; end > 0; end -= size) slots.unshift(starts.slice(Math.max(0, end - size), end));
  return slots;
}

/**
 * One value for each slot; null where there is none. `how` must not hide the fault that is looked for: the maximum against an upper limit, the minimum against a
 * lower one, the median where whole distributions are compared, the sum where parts are divided afterwards, and the last of a running total.
 */
export function inSlots(
  slots: readonly Slot[],
  line: readonly Valued[],
  how: "max" | "min" | "p50" | "sum" | "last",
): (number | null)[] {
  const byStart = new Map(line.map(({ at, value }) => [at, value]));
  return slots.map((slot) => {
    const values = slot.flatMap((at) => byStart.get(at) ?? []);
    return values.length === 0 ? null : aggregateOf(how, values);
  });
}

/** The median of several rows, slot by slot, of those that have a value there. */
export function medianOf(rows: readonly (readonly (number | null)[])[]): (number | null)[] {
  const [first = []] = rows;
  return first.map((_, i) => {
    const values = rows.flatMap((row) => row[i] ?? []);
    return values.length === 0 ? null : aggregateOf("p50", values);
  });
}
