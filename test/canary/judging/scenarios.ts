// Bakes as they happen, one trial at a time: what ours and Kayenta's rule say about the same points. Used by the tests with few runs and by
// bench/judge with many. Everything comes from seeded random numbers.

import { judgeCompare } from "../../../src/canary/judging/compare.ts";
import { judgeCounts } from "../../../src/canary/judging/counts.ts";
import { judgeLimit } from "../../../src/canary/judging/limit.ts";
import type { Look, Point } from "../../../src/canary/judging/shapes.ts";
import { kayenta } from "./kayenta.ts";
import { lognormal, many, type Random, seeded, wandering } from "./random.ts";

/** What one bake of five minutes came to. `after`: seconds from when it could have been known to ours saying so. */
export interface Trial {
  ours: boolean;
  /** Kayenta's rule, asked once at the end. */
  kayenta: boolean;
  /** The same asked at every poll, where that differs. */
  kayentaPolled?: boolean;
  after?: number;
}
export type Scenario = (random: Random) => Trial;

const BAKE = 300;
const POLL = 20;
const worse = "higher";

function compared(canary: number[], baseline: number[], side: "higher" | "lower" | "either" = worse): Trial {
  const check = { kind: "compare", worse: side, tolerance: 0.25, confidence: 0.98 } as const;
  return {
    ours: judgeCompare(check, canary, baseline).verdict === "fail",
    kayenta: kayenta(canary, baseline, side) !== "pass",
  };
}

/** Latencies of the canary `times` as high as those of the rest, in independent points. */
export function latency(times: number, points: number): Scenario {
  return (random) => {
    const draw = lognormal(random, 0.3);
    return compared(
      many(points, draw).map((value) => value * times),
      many(points, draw),
    );
  };
}

/** A gauge that wanders, the same on both sides but for `shift` standard deviations. */
export function gauge(rho: number, points: number, { shift = 0, side = worse as "higher" | "either" } = {}): Scenario {
  return (random) =>
    compared(
      wandering(random, points, rho).map((value) => 100 + 10 * (value + shift)),
      wandering(random, points, rho).map((value) => 100 + 10 * value),
      side,
    );
}

/** Errors a minute, at random times. `even`: exactly so many in every minute, not on average. */
export interface ErrorRates {
  canary: number;
  /** Of nine hosts together, with nine times the traffic. */
  rest: number;
  even?: boolean;
}

/** Errors against requests, looked at every 20 s. */
export function errors({ canary: onCanary, rest, even = false }: ErrorRates): Scenario {
  return (random) => {
    const times = evenTimes(random, even ? onCanary : 0);
    const looks: Look[] = [];
    const [canary, baseline] = [[] as number[], [] as number[]];
    let now: Look = { at: 0, canary: { errors: 0, total: 0 }, baseline: { errors: 0, total: 0 } };
    for (let at = POLL; at <= BAKE; at += POLL) {
      const between = times.filter((time) => time >= at - POLL && time < at).length;
      canary.push(even ? between : random.poisson((onCanary * POLL) / 60));
      baseline.push(random.poisson((rest * POLL) / 60));
      now = {
        at,
        canary: added(now.canary, canary.at(-1) ?? 0, random.poisson(2_000)),
        baseline: added(now.baseline, baseline.at(-1) ?? 0, random.poisson(18_000)),
      };
      looks.push(now);
    }
    const { verdict, decidedAt } = judgeCounts({ kind: "counts", alpha: 0.01 }, looks);
    // Kayenta compares the errors of one host with the mean of the nine others.
    const perHost = baseline.map((count) => count / 9);
    const polled = looks.some((_, i) => kayenta(canary.slice(0, i + 1), perHost.slice(0, i + 1), worse) === "high");
    return {
      ours: verdict === "fail",
      kayenta: kayenta(canary, perHost, worse) === "high",
      kayentaPolled: polled,
      ...(decidedAt !== undefined && { after: decidedAt }),
    };
  };
}

function evenTimes(random: Random, perMinute: number): number[] {
  return Array.from({ length: BAKE / 60 }, (_, minute) =>
    many(perMinute, () => 60 * (minute + random.uniform())),
  ).flat();
}

function added(before: Look["canary"], errors: number, total: number): Look["canary"] {
  return { errors: before.errors + errors, total: before.total + total };
}

/** Background jobs of the canary, `perMinute`; they stop at some time in the middle of the bake, or never. */
export function jobs(perMinute: number, { stop, reported }: { stop: boolean; reported: "zero" | "silence" }): Scenario {
  return (random) => {
    const width = 10;
    const stopsAt = stop ? 90 + 90 * random.uniform() : Number.POSITIVE_INFINITY;
    const canary: Point[] = [];
    const alive: Point[] = [];
    const [seen, rest] = [[] as number[], [] as number[]];
    for (let at = 0; at < BAKE; at += width) {
      const working = Math.min(width, Math.max(0, stopsAt - at)) / 60;
      const count = random.poisson(perMinute * working);
      seen.push(count);
      rest.push(random.poisson((perMinute * width) / 60));
      alive.push([at, 1]);
      if (count > 0 || reported === "zero") canary.push([at, count]);
    }
    const check = { kind: "limit", aggregate: "sum", atLeast: 1, forSeconds: 60 } as const;
    const { verdict, decidedAt = Number.NaN } = judgeLimit(check, canary, reported === "silence" ? alive : null);
    const after = decidedAt - stopsAt;
    return {
      ours: verdict === "fail" && (!stop || after <= 90),
      kayenta: kayenta(seen, rest, "lower") === "low",
      ...(verdict === "fail" && stop && { after }),
    };
  };
}

export interface Rates {
  ours: number;
  kayenta: number;
  kayentaPolled: number;
  /** Median of `after` over the trials that were found. */
  medianAfter: number | null;
}

/** Parts of all runs in which the canary was failed. */
export function rates(scenario: Scenario, runs: number, seed: number): Rates {
  const random = seeded(seed);
  const trials = Array.from({ length: runs }, () => scenario(random));
  const part = (failed: (trial: Trial) => boolean) => trials.filter(failed).length / runs;
  const after = trials.flatMap((trial) => trial.after ?? []).sort((a, b) => a - b);
  return {
    ours: part((trial) => trial.ours),
    kayenta: part((trial) => trial.kayenta),
    kayentaPolled: part((trial) => trial.kayentaPolled ?? trial.kayenta),
    medianAfter: after[Math.floor(after.length / 2)] ?? null,
  };
}
