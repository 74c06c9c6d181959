// Meters that remember what they were told.

import type { Meters } from "../../src/ports/meters.ts";

export interface Counting extends Meters {
  /** How often, by name and labels such as `lockstep_verdicts_total service=web environment=production verdict=pass`. */
  counts: Map<string, number>;
  seconds: { name: string; labels: Record<string, string>; seconds: number }[];
  of(name: string): number;
}

export function countingMeters(): Counting {
  const counts = new Map<string, number>();
  const seconds: Counting["seconds"] = [];
  const add = (name: string, labels: Record<string, string>, by: number) => {
    const key = [name, ...Object.entries(labels).map((pair) => pair.join("="))].join(" ");
    counts.set(key, (counts.get(key) ?? 0) + by);
  };
  return {
    counts,
    seconds,
    of: (name) => counts.get(name) ?? 0,
    expect: (name, labels) => add(name, labels, 0),
    count: (name, labels) => add(name, labels, 1),
    took: (name, labels, took) => void seconds.push({ name, labels, seconds: took }),
    start: () => () => 0,
  };
}
