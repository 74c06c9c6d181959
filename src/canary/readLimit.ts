// The reading of a limit: the points of each group, and those that show that its host is alive, judged on the spot. Pure; the judge itself is
// judging/limit.ts.

import type { Point, Series } from "../ports/metrics.ts";
import { type Grid, gridOf, type Valued, type Within } from "./buckets.ts";
import type { LimitCheck } from "./checks.ts";
import { aggregateOf } from "./judging/aggregate.ts";
import { type Timeline, timelineOf } from "./judging/buckets.ts";
import { judgeLimit } from "./judging/limit.ts";
import type { Judged } from "./judging/shapes.ts";
import type { LimitReason } from "./limitReasons.ts";
import type { LimitReading } from "./readings.ts";
import { stretchOf } from "./since.ts";

type Value = LimitReading["values"][number];
type Heard = { canary: Series[]; alive: Series[] };

/** `alive` is empty when the check has no companion. */
export function readLimit(check: LimitCheck, heard: Heard, within: Within): LimitReading {
  const grid = gridOf(check.query, heard.canary, within);
  const lifeGrid = check.alive === null ? null : gridOf(check.alive, heard.alive, within);
  const values = groupsOf(heard).flatMap(({ scope, points, alive }) => {
    const seen = grid.valued(points);
    const lives = lifeGrid && { seen: lifeGrid.valued(alive), width: lifeGrid.width };
    return readGroup(check, { scope, seen, lives }, { grid, within }) ?? [];
  });
  return { kind: "limit", check: check.name, values, trouble: null };
}

interface Group {
  scope: string[];
  points: Point[];
  alive: Point[];
}

/** One group for each line, with the points of the companion that tell of it, and for each host that is alive and has no line at all. */
function groupsOf({ canary, alive }: Heard): Group[] {
  const covers = (wide: Series, narrow: string[]) => wide.scope.every((tag) => narrow.includes(tag));
  const lines = canary.map(({ scope, points }) => ({
    scope,
    points,
    alive: alive.filter((one) => covers(one, scope)).flatMap((one) => one.points),
  }));
  const silent = alive.filter((one) => !canary.some(({ scope }) => covers(one, scope)));
  return [...lines, ...silent.map(({ scope, points }) => ({ scope, points: [], alive: points }))];
}

interface Seen {
  scope: string[];
  seen: Valued[];
  lives: { seen: Valued[]; width: number } | null;
}

/** Null when nothing at all is known of the group. */
function readGroup(
  check: LimitCheck,
  { scope, seen, lives }: Seen,
  { grid, within }: { grid: Grid; within: Within },
): Value | null {
  const byStart = new Map(seen.map(({ at, value }) => [at, value]));
  // Every bucket of the window is there, so that silence at its ends counts as silence.
  const canary = grid.starts.map((at) => [at / 1000, byStart.get(at) ?? null] as const);
  const alive = lives === null ? null : lives.seen.map(({ at, value }) => [at / 1000, value] as const);
  const { forMs, ...rule } = check;
  const judged = judgeLimit({ ...rule, kind: "limit", forSeconds: forMs && forMs / 1000 }, canary, alive);
  const outcome = outcomeOf(judged, { end: within.window.to - grid.width, forMs: forMs ?? 0 });
  if (outcome === null) return null;
  const numbers = seen.map(({ value }) => value);
  const { reason } = judged;
  const beyond = judged.verdict === "fail" ? beyondOf(check, timelineOf(canary, alive), grid.width) : null;
  const together = numbers.length === 0 || forMs !== null ? null : aggregateOf(check.aggregate, numbers);
  const ends = [seenUntil(seen, grid.width), lives ? seenUntil(lives.seen, lives.width) : 0];
  return {
    scope: scope.join(", "),
    value: "value" in reason ? reason.value : together,
    points: seen.length,
    until: Math.max(...ends),
    outcome: beyond && "lastedMs" in outcome && outcome.kind !== "stopped" ? { ...outcome, beyond } : outcome,
  };
}

/** For the reader: in how many buckets, and since when. A sum is beyond its upper limit from the bucket on that makes it so. */
function beyondOf({ aggregate, forMs, atMost, atLeast }: LimitCheck, { buckets }: Timeline, width: number) {
  const running = aggregate === "sum" && forMs === null;
  let total = 0;
  const judged = buckets.flatMap((bucket) => {
    if (bucket.is === "unknown") return [];
    const own = bucket.is === "value" ? bucket.value : 0;
    total += own;
    const value = running ? total : own;
    const bad = (atMost !== null && value > atMost) || (atLeast !== null && !running && value < atLeast);
    return [{ at: toMs(bucket.at), bad }];
  });
  const stretch = stretchOf(judged);
  return stretch && { points: stretch.bad, from: stretch.from, to: stretch.last + width };
}

function seenUntil(seen: Valued[], width: number): number {
  const last = seen.at(-1);
  return last ? last.at + width : 0;
}

/** `end`: what is missing up to there is missing at the end. */
function outcomeOf({ reason }: Judged, { end, forMs }: { end: number; forMs: number }): LimitReason | null {
  switch (reason.kind) {
    case "withinLimit":
    case "aboveLimit":
    case "belowLimit": {
      const { kind, silent, seconds } = reason;
      return { kind, silent, lastedMs: seconds === null ? null : toMs(seconds) };
    }
    case "stopped":
      return { kind: "stopped", from: toMs(reason.from), lastedMs: toMs(reason.seconds) };
    case "dataMissing":
      return toMs(reason.to) > end
        ? { kind: "dataStopped", at: toMs(reason.from) }
        : { kind: "dataMissing", from: toMs(reason.from), to: toMs(reason.to) };
    case "tooFewPoints":
      return { kind: "windowTooShort", neededMs: forMs };
    default:
      return null;
  }
}

function toMs(seconds: number): number {
  return Math.round(seconds * 1000);
}
