// What a check would have said of a bake that is over: look by look, with the points that there were by then, as the bot would have polled. Pure.

import { answersWithin } from "../canary/batches.ts";
import { gridOf } from "../canary/buckets.ts";
import type { Check, MetricCheck, MonitorsCheck } from "../canary/checks.ts";
import { judge } from "../canary/judge.ts";
import { questionsOf, readMetrics, readTrouble } from "../canary/measure.ts";
import type { Look, Reading } from "../canary/readings.ts";
import type { CheckResult } from "../canary/verdict.ts";
import { bakeEnd, bakeFrom, nextLook } from "../deploy/bake.ts";
import type { Order } from "../deploy/order.ts";
import type { FromMetrics, Series, Window } from "../ports/metrics.ts";
import type { Past } from "./history.ts";

type Failed = Extract<FromMetrics<never>, { ok: false }>;
/** All answers of the whole bake, or why there are none. */
export type Heard = { ok: true; value: ReadonlyMap<string, Series[]> } | Failed;

/** `afterMs`: how long after the canary went out it would have been stopped. */
export type Said =
  | { says: "stop"; afterMs: number; check: Check; result: CheckResult }
  | { says: "pass"; check: Check; result: CheckResult }
  /** `stops`: the configuration lets the canary fail then. */
  | { says: "untold"; stops: boolean; check: Check; result: CheckResult }
  /** Nothing was wrong up to where the bake was cut short by something else. */
  | { says: "cut" }
  /** The bot did not watch these monitors then, and what they were cannot be asked any more. */
  | { says: "unknown" };

/** With the configured times, and as long as the bake was in fact. */
export function timingOf({ startedAt, endedAt, order }: Past, configured: Order["bake"]): Order["bake"] {
  return { ...configured, forMs: Math.min(order.bake.forMs, endedAt - startedAt) };
}

/** From the warm-up to the end: what is asked for, once. */
export function wholeWindow(past: Past, timing: Order["bake"]): Window {
  return { from: bakeFrom(past, timing), to: bakeEnd(past, timing) };
}

/** `order` has the configured checks on the hosts of that time. */
export function sayOf(check: Check, past: Past, { order, heard }: { order: Order; heard: Heard }): Said {
  if (check.kind === "monitors") return sayOfMonitors(check, past);
  const timing = timingOf(past, order.bake);
  const looks = scheduleOf(past, timing).map((look) => ({
    ...look,
    readings: [readingAt(check, look, { timing, heard })],
  }));
  return say(check, past, { looks, noted: {}, notedAt: past.startedAt });
}

function sayOfMonitors(check: MonitorsCheck, past: Past): Said {
  const same = past.order.checks.find(
    (one) => one.kind === "monitors" && JSON.stringify(one.select) === JSON.stringify(check.select),
  );
  if (!same) return { says: "unknown" };
  const named = { ...check, name: same.name };
  const said = say(named, past, past.seen);
  const late = past.late?.results.find((one) => one.check === same.name && one.verdict === "fail");
  // What was heard of after the bake has stopped the rollout, or would have, had it still gone on.
  return said.says === "pass" && past.late && late
    ? { says: "stop", afterMs: past.late.at - past.startedAt, check: named, result: late }
    : said;
}

function say(check: Check, { startedAt, order }: Past, { looks, noted, notedAt }: Past["seen"]): Said {
  let result: CheckResult | undefined;
  for (const [i, look] of looks.entries()) {
    const baked = { notedAt, noted, looks: looks.slice(0, i + 1) };
    // A soft one is judged like any other: what matters is what it would have stopped.
    result = judge({ checks: [check], canary: order.canary }, baked).judgement.results[0];
    if (result?.verdict === "fail") return { says: "stop", afterMs: look.at - startedAt, check, result };
  }
  if (result === undefined || !looks.at(-1)?.last) return { says: "cut" };
  if (result.verdict === "pass") return { says: "pass", check, result };
  return { says: "untold", stops: check.inconclusive === "fail", check, result };
}

/** Enough for a bake of a day with a look each 10 s. */
const MOST_LOOKS = 10_000;

/** When the bot would have looked, and at what. A bake that was cut short has no look that saw all of it. */
export function scheduleOf({ startedAt, whole }: Past, timing: Order["bake"]): Look[] {
  const looks: Look[] = [];
  while (looks.length < MOST_LOOKS) {
    const { dueAt, from, to } = nextLook({ startedAt, looks }, timing, looks.at(-1)?.at ?? startedAt);
    const atEnd = to >= bakeEnd({ startedAt }, timing);
    looks.push({ at: dueAt, window: { from, to }, last: atEnd && whole, readings: [] });
    if (atEnd) break;
  }
  return looks;
}

function readingAt(
  check: MetricCheck,
  { window, last }: Look,
  { timing, heard }: { timing: Order["bake"]; heard: Heard },
): Reading {
  if (!heard.ok) return readTrouble(check, { kind: heard.trouble, detail: heard.detail });
  const answers = answersWithin([...heard.value.keys()], window, heard.value);
  return readMetrics(check, answers, { window, intervalMs: timing.intervalMs, last });
}

/** Old points are kept less finely: their width when all lines are wider than was asked for, else null. */
export function rolledUpTo(
  checks: MetricCheck[],
  heard: Heard,
  within: { window: Window; intervalMs: number },
): number | null {
  if (!heard.ok) return null;
  const widths = questionsOf(checks).flatMap(({ id, query }) => {
    const series = heard.value.get(id) ?? [];
    return series.length === 0 || query.includes(".rollup(") ? [] : [gridOf(query, series, within).width];
  });
  const finest = Math.min(...widths);
  return Number.isFinite(finest) && finest > within.intervalMs ? finest : null;
}
