// Which questions of several askers go into one request, and what of its answer is whose. Pure. Joined are only windows with the same end: then the
// newest, half-filled bucket is the same for all of them, and each gets what a request of its own would have given it.

import type { MetricsTrouble, Question, Series, Window } from "../ports/metrics.ts";
import { rollupsMs } from "./buckets.ts";
import { dependsOnWindow } from "./pictureAsk.ts";

export interface Ask {
  questions: readonly Question[];
  window: Window;
  intervalMs: number;
}

/** One request: different queries over one window, and whose they are (positions in the list of asks). */
export interface Batch {
  queries: string[];
  window: Window;
  intervalMs: number;
  askers: number[];
}

/** Datadog names no limit; a request stays readable in its log, and one that is refused or slow does not hold up everybody. */
export const MOST_QUERIES = 50;
/** More points per series Datadog does not give: it widens the buckets, also for those whose own window would have fitted. */
export const MOST_POINTS = 1_500;

/** Troubles of a whole request that a single question may be to blame for: refused, answered with an error, or with something strange. */
export const MAY_BE_ABOUT_ONE: ReadonlySet<MetricsTrouble> = new Set(["queryRefused", "serviceError", "garbled"]);

/** Every ask is in one batch, or in several when it has more than 50 queries. */
export function batchesOf(asks: readonly Ask[]): Batch[] {
  const batches: Batch[] = [];
  for (const [asker, { questions, window, intervalMs }] of asks.entries()) {
    for (const queries of inPieces([...new Set(questions.map(({ query }) => query))])) {
      const piece = { queries, window, intervalMs, askers: [asker] };
      const found = batches.findIndex((batch) => fits(batch, piece));
      const joined = batches[found];
      if (joined) batches[found] = join(joined, piece);
      else batches.push(piece);
    }
  }
  return batches;
}

function inPieces(queries: string[]): string[][] {
  const pieces: string[][] = [];
  for (let i = 0; i < queries.length; i += MOST_QUERIES) pieces.push(queries.slice(i, i + MOST_QUERIES));
  return pieces;
}

function fits(batch: Batch, piece: Batch): boolean {
  if (batch.intervalMs !== piece.intervalMs || batch.window.to !== piece.window.to) return false;
  const { queries, window, intervalMs } = join(batch, piece);
  if (queries.length > MOST_QUERIES) return false;
  if (batch.window.from === piece.window.from) return true;
  if (queries.some(dependsOnWindow)) return false;
  const narrowest = Math.min(intervalMs, ...queries.flatMap(rollupsMs));
  return window.to - window.from <= MOST_POINTS * narrowest;
}

function join(a: Batch, b: Batch): Batch {
  return {
    queries: [...new Set([...a.queries, ...b.queries])],
    window: { from: Math.min(a.window.from, b.window.from), to: a.window.to },
    intervalMs: a.intervalMs,
    askers: [...new Set([...a.askers, ...b.askers])],
  };
}

/**
 * What one asker gets of the answers (by query): its own questions' series over its own window. A bucket is listed when one of its own series has a
 * value in it, and a series when it has a value at all; what others asked leaves no trace.
 */
export function ownAnswer(
  { questions, window: { from, to } }: Ask,
  heard: ReadonlyMap<string, Series[]>,
): Map<string, Series[]> {
  const own = questions.map(({ id, query }) => {
    const series = (heard.get(query) ?? []).map(({ scope, points }) => {
      const valued = points.filter(({ at, value }) => value !== null && at >= from && at < to);
      return { scope, values: new Map(valued.map(({ at, value }) => [at, value])) };
    });
    return { id, series: series.filter(({ values }) => values.size > 0) };
  });
  const all = own.flatMap(({ series }) => series.flatMap(({ values }) => [...values.keys()]));
  const times = [...new Set(all)].sort((a, b) => a - b);
  const points = (values: Map<number, number | null>) => times.map((at) => ({ at, value: values.get(at) ?? null }));
  return new Map(
    own.map(({ id, series }) => [id, series.map(({ scope, values }) => ({ scope, points: points(values) }))]),
  );
}

/** The answers to these questions (ids) as they would be had only they been asked, for only this window. */
export function answersWithin(
  ids: readonly string[],
  window: Window,
  answers: ReadonlyMap<string, Series[]>,
): Map<string, Series[]> {
  return ownAnswer({ questions: ids.map((id) => ({ id, query: id })), window, intervalMs: 0 }, answers);
}
