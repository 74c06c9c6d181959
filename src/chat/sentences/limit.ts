// What was measured against a limit, and what is allowed, in words. Knows no other kind of check.

import type { LimitCheck } from "../../canary/checks.ts";
import type { LimitReason } from "../../canary/limitReasons.ts";
import type { CheckResult } from "../../canary/verdict.ts";
import { precise, type Text, t } from "../text.ts";
import { count, duration, measure, number } from "./amounts.ts";
import { percent } from "./chance.ts";

/** `1 job`, `5 jobs`, `1 ms`: a unit is whatever the configuration calls it, mostly in the plural. */
export function amount(value: number, unit: string): string {
  return measure(value, number(value) === "1" ? ofOne(unit) : unit);
}

/** `jobs per minute` becomes `job per minute`; a part of something (`% of requests`) and what is short (`ms`) stay. */
function ofOne(unit: string): string {
  return /%| of /.test(unit) ? unit : unit.replace(/[a-z]{4,}(?=$| per |\/)/i, singular);
}

function singular(word: string): string {
  if (/^(?:iops|.bps|series)$|[su]s$/i.test(word)) return word;
  if (/ies$/i.test(word)) return word.replace(/ies$/i, "y");
  return word.replace(/(?<=ss|x|[^a]ch|sh)es$|s$/i, "");
}

/** What is allowed, such as `at least 1 job`. */
export function allowed({ atLeast, atMost, forMs, unit }: LimitCheck): string {
  const parts = [
    ...(atLeast === null ? [] : [`at least ${amount(atLeast, unit)}`]),
    ...(atMost === null ? [] : [`at most ${amount(atMost, unit)}`]),
  ];
  const bounds = parts.join(" and ");
  const other = atMost === null ? "less" : atLeast === null ? "more" : "beyond that";
  return forMs === null ? bounds : `${bounds}, or ${other} for under ${duration(forMs)}`;
}

export function limitSentence(check: LimitCheck, result: CheckResult, reason: LimitReason): Text {
  const limit = `allowed is ${allowed(check)}`;
  switch (reason.kind) {
    case "withinLimit":
    case "aboveLimit":
    case "belowLimit":
      return t`${lasting(check, result, reason)}${zeros(reason)}; ${limit}${beyond(check, result, reason)}`;
    case "stopped": {
      const alive = check.alive === null ? "" : ", while the host was alive";
      return t`no ${check.unit || "value above 0"}${on(result)} for ${duration(reason.lastedMs)}, from ${precise(reason.from)} on${alive}; ${limit}`;
    }
    case "dataStopped":
      return t`${measured(check, result)}, but the data stops at ${precise(reason.at)}, before the end of the bake. A canary that falls silent is not well`;
    case "dataMissing":
      return t`nothing is known${on(result)} from ${precise(reason.from)} to ${precise(reason.to)}, so it may have been beyond the limit for all of that time. Silence is not zero`;
    case "windowTooShort":
      return t`what was measured is shorter than the ${duration(reason.neededMs)} that the check is about`;
  }
}

type Measured = Extract<LimitReason, { kind: "withinLimit" | "aboveLimit" | "belowLimit" }>;

/** With a limit on single buckets: the worst of them, and for how long. */
function lasting(check: LimitCheck, result: CheckResult, { kind, lastedMs = null }: Measured): string {
  if (lastedMs === null || result.value === null) return measured(check, result);
  const { value, points } = result;
  const worst = `${amount(value, check.unit)}${on(result)}`;
  if (kind === "withinLimit")
    return `never beyond the limit for ${duration(lastedMs)} on end; at the worst ${worst} (${count(points, "point")})`;
  return `as ${kind === "aboveLimit" ? "high" : "low"} as ${worst}, beyond the limit for ${duration(lastedMs)} on end`;
}

/** How far beyond the limit, in how many of the points, and since when. */
function beyond(check: LimitCheck, { value, points, window }: CheckResult, reason: Measured): Text {
  const bound = reason.kind === "aboveLimit" ? check.atMost : check.atLeast;
  if (reason.kind === "withinLimit" || value === null || bound === null) return [];
  const word = reason.kind === "aboveLimit" ? "above" : "below";
  const by = Math.abs(value - bound);
  const far = bound === 0 ? amount(by, check.unit) : percent(by / Math.abs(bound));
  if (!reason.beyond) return t`. That is ${far} ${word} it`;
  const { points: bad, from, to } = reason.beyond;
  const over = window && window.to - to > LATE * (window.to - window.from) ? t` to ${precise(to)}` : t` on`;
  // Of a running total the number of points says nothing: it stays beyond.
  const running = check.aggregate === "sum" && check.forMs === null;
  const often = running ? "" : ` in ${bad} of ${count(Math.max(points, bad), "point")},`;
  return t`. That is ${far} ${word} it,${often} from ${precise(from)}${over}`;
}

/** What ends so shortly before the end of what was measured goes on, as far as anybody knows. */
const LATE = 0.1;

function zeros({ silent = 0 }: { silent?: number | undefined }): string {
  return silent === 0 ? "" : `, silent while alive in ${count(silent, "bucket")}`;
}

const AGGREGATE_WORDS: Record<string, string> = {
  sum: "in total",
  mean: "on average",
  max: "at its highest",
  min: "at its lowest",
  last: "at the end",
};

export function measured({ unit, aggregate, forMs }: LimitCheck, result: CheckResult): string {
  if (result.value === null) return `nothing${on(result)}`;
  const how = AGGREGATE_WORDS[aggregate] ?? `at ${aggregate}`;
  return `${amount(result.value, unit)}${forMs === null ? ` ${how}` : ""}${on(result)} (${count(result.points, "point")})`;
}

function on({ scope }: CheckResult): string {
  return scope === "" ? "" : ` on ${scope.replace(/^host:/, "")}`;
}
