// Draws a check: from all answers to the few points of its picture. Pure. Judges nothing, and what it leaves out changes no verdict.

import type { Series, Window } from "../ports/metrics.ts";
import { gridOf, type Valued, type Within } from "./buckets.ts";
import type { CompareCheck, CountsCheck, LimitCheck, MetricCheck } from "./checks.ts";
import type { Drawn } from "./drawn.ts";
import { inSlots, MOST_SLOTS, medianOf, type Slot, slotsOf } from "./slots.ts";
import type { CheckResult } from "./verdict.ts";

export interface Drawing {
  /** Answers over the picture's whole window. */
  answers: ReadonlyMap<string, Series[]>;
  /** `window` is the picture's. */
  within: Within;
  /** The window that was judged. */
  judged: Window;
  /** When the first canary host was touched, ms since 1970. */
  touchedAt: number;
}

type Row = (number | null)[];
type Rows = { slots: Slot[]; width: number; canary: Row; rest: Row };

/** Null when there is nothing to show: the check passed, has not been told yet, or nothing was heard of the canary. */
export function drawnOf(check: MetricCheck, result: CheckResult, drawing: Drawing): Drawn | null {
  if (result.verdict === "pass" || result.reason.kind === "tooEarly") return null;
  const { slots, width, canary, rest } = fromFirstKnown(rowsOf(check, result, drawing));
  if (canary.filter((value) => value !== null).length < 2) return null;
  return {
    times: slots.map(([first = 0]) => first),
    widthMs: Math.max(...slots.map(({ length }) => length)) * width,
    canary: canary.map(rounded),
    rest: rest.map(rounded),
    touchedAt: drawing.touchedAt,
  };
}

/** Time before anything was reported at all is no gap. */
function fromFirstKnown({ slots, canary, rest, width }: Rows): Rows {
  const first = Math.max(
    0,
    slots.findIndex((_, i) => canary[i] !== null || rest[i] !== null),
  );
  return { slots: slots.slice(first), canary: canary.slice(first), rest: rest.slice(first), width };
}

function rowsOf(check: MetricCheck, result: CheckResult, drawing: Drawing): Rows {
  const heard = (part: string) => drawing.answers.get(`${check.name}/${part}`) ?? [];
  switch (check.kind) {
    case "limit":
      return limitRows(check, result, { ...drawing, heard });
    case "compare":
      return compareRows(check, { ...drawing, heard });
    case "counts":
      return countsRows(check, { ...drawing, heard });
  }
}

type Heard = Drawing & { heard: (part: string) => Series[] };

/** A limit on a sum is about the running total, which begins with what is judged; any other about the points themselves. */
function limitRows(check: LimitCheck, { scope, reason }: CheckResult, { heard, within, judged }: Heard): Rows {
  const running = check.aggregate === "sum" && check.forMs === null;
  const [canary, rest] = [heard("canary"), heard("rest")];
  const tags = scope.split(", ");
  const alive = heard("alive").filter((one) => scope === "" || one.scope.every((tag) => tags.includes(tag)));
  const { width, starts, valued } = gridOf(check.query, [...canary, ...rest], {
    ...within,
    window: running ? judged : within.window,
  });
  const lives = check.alive === null ? [] : gridOf(check.alive, alive, within).valued(alive.flatMap(pointsOf));
  const slots = slotsOf(starts);
  const lower = reason.kind === "belowLimit" || reason.kind === "stopped" || check.atMost === null;
  const row = (line: Valued[]) =>
    running ? inSlots(slots, totals(line), "last") : inSlots(slots, line, lower ? "min" : "max");
  const silence = starts.filter((at) => lives.some((life) => life.at >= at && life.at < at + width));
  const decided = canary.filter((one) => scope === "" || one.scope.join(", ") === scope);
  // A host that is alive and of which nothing was heard has a line too: zeros.
  const lines = decided.length > 0 ? decided.map((one) => valued(one.points)) : [[]];
  const share = check.rest?.share ?? 1;
  return {
    slots,
    width,
    canary: orNothing(medianOf(lines.map((line) => row(withZeros(line, silence)))), slots),
    rest: orNothing(
      medianOf(rest.map((one) => row(valued(one.points)))).map((value) => (value === null ? null : value * share)),
      slots,
    ),
  };
}

function compareRows({ query }: CompareCheck, { heard, within }: Heard): Rows {
  const [canary, rest] = [heard("canary").slice(0, 1), heard("baseline").slice(0, 1)];
  const { width, starts, valued } = gridOf(query.canary, [...canary, ...rest], within);
  const slots = slotsOf(starts);
  const row = (series: Series[]) => inSlots(slots, valued(series.flatMap(pointsOf)), "p50");
  return { slots, width, canary: row(canary), rest: row(rest) };
}

/** With fewer requests in a point, its percentage would only jump up and down. */
const REQUESTS_IN_POINT = 10;
const FEWEST_SLOTS = 4;

/** Failed requests of a hundred: added up before they are divided. */
function countsRows({ total }: CountsCheck, { heard, within }: Heard): Rows {
  const parts = ["errors", "total", "baselineErrors", "baselineTotal"].map((part) => heard(part).slice(0, 1));
  const { width, starts, valued } = gridOf(total.canary, parts.flat(), within);
  const requests = valued((parts[1] ?? []).flatMap(pointsOf)).reduce((sum, { value }) => sum + value, 0);
  const worthIt = Math.max(FEWEST_SLOTS, Math.floor(requests / REQUESTS_IN_POINT));
  const slots = slotsOf(starts, Math.min(MOST_SLOTS, worthIt));
  const [errors, all, restErrors, restAll] = parts.map((series) =>
    inSlots(slots, valued(series.flatMap(pointsOf)), "sum"),
  ) as [Row, Row, Row, Row];
  const percent = (some: Row, of: Row): Row =>
    of.map((whole, i) => (whole === null || whole <= 0 ? null : (100 * (some[i] ?? 0)) / whole));
  return { slots, width, canary: percent(errors, all), rest: percent(restErrors, restAll) };
}

function pointsOf({ points }: Series): Series["points"] {
  return points;
}

/** Silence of a canary that is alive is a real zero. */
function withZeros(line: readonly Valued[], silence: readonly number[]): Valued[] {
  const known = new Set(line.map(({ at }) => at));
  const zeros = silence.filter((at) => !known.has(at)).map((at) => ({ at, value: 0 }));
  return [...line, ...zeros].sort((a, b) => a.at - b.at);
}

function totals(line: readonly Valued[]): Valued[] {
  let total = 0;
  return line.map(({ at, value }) => {
    total += value;
    return { at, value: total };
  });
}

function orNothing(row: Row, slots: readonly Slot[]): Row {
  return row.length > 0 ? row : slots.map(() => null);
}

/** A picture needs no more than four digits. */
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(4));
}
