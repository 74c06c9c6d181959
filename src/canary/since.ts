// Since when it is bad: the stretch in which most points are, so that a single good point between bad ones does not hide the beginning, nor a single bad one
// make it seem earlier. Pure; for the reader only, no verdict hangs on it.

export interface Judged {
  /** Start of the bucket, ms since 1970. */
  at: number;
  bad: boolean;
}

/** `from`: start of the first bad bucket of the stretch; `last`: start of its last one. `bad` of all points. Null when none is bad. In the order of time. */
export function stretchOf(points: readonly Judged[]): { from: number; last: number; bad: number } | null {
  const found = { from: 0, last: 0, weight: 0 };
  let from = 0;
  let weight = 0;
  for (const { at, bad } of points) {
    if (bad && weight === 0) from = at;
    weight = Math.max(0, weight + (bad ? 1 : -1));
    if (bad && weight >= found.weight) Object.assign(found, { from, last: at, weight });
  }
  return found.weight === 0
    ? null
    : { from: found.from, last: found.last, bad: points.filter((one) => one.bad).length };
}

/** Since when points are worse than three quarters of the others; null when nothing can be said. Both in the order of time, as time and value. */
export function worseSince(
  side: "higher" | "lower",
  canary: readonly (readonly [number, number])[],
  baseline: readonly (readonly [number, number])[],
): number | null {
  const sorted = baseline.map(([, value]) => value).sort((a, b) => a - b);
  const quarter = Math.floor(sorted.length / 4);
  const edge = sorted.at(side === "higher" ? -1 - quarter : quarter);
  if (edge === undefined) return null;
  const judged = canary.map(([at, value]) => ({ at, bad: side === "higher" ? value > edge : value < edge }));
  return stretchOf(judged)?.from ?? null;
}
