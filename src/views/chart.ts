// The picture of a check: canary against the rest of the fleet, with the limit and the moment of the deploy. Pure; how it is drawn is the surface's matter.

import type { Check } from "../canary/checks.ts";
import type { Drawn } from "../canary/drawn.ts";
import type { CheckResult } from "../canary/verdict.ts";
import {
  captionSentence,
  clockOf,
  DEPLOY_MARK,
  numbersSentence,
  type Row,
  timesSentence,
  unitOf,
} from "../chat/sentences/picture.ts";
import type { Text } from "../chat/text.ts";
import type { Chart } from "./message.ts";

export interface Picture {
  chart: Chart;
  caption: Text;
  /** The same in numbers. */
  numbers: string;
}

/** Null when the result has none. */
export function pictureOf(check: Check, result: CheckResult): Picture | null {
  const { drawn, scope } = result;
  if (!drawn || check.kind === "monitors") return null;
  const title = `${check.name}${scope === "" ? "" : ` on ${scope.replace(/^host:/, "")}`}`;
  const limit = limitOf(check, result);
  const shares = check.kind === "limit" && (check.rest?.share ?? 1) !== 1;
  const rows: Row[] = [
    { name: "canary", values: drawn.canary },
    { name: shares ? "rest, per as many" : "rest of the fleet", values: drawn.rest },
    ...(limit === null ? [] : [{ name: "limit", values: drawn.times.map(() => limit) }]),
  ].filter(({ values }) => values.some((value) => value !== null));
  const unit = unitOf(check);
  return {
    chart: { title, unit, times: timesSentence(drawn), labels: labelsOf(drawn), series: rows },
    caption: captionSentence(drawn),
    numbers: numbersSentence(title, { times: drawn.times, unit, rows }),
  };
}

/** The bound that was broken or is looked at; for a comparison where a difference begins to matter, if anywhere. */
function limitOf(check: Check, { reason, baseline }: CheckResult): number | null {
  if (check.kind === "limit") {
    const below = reason.kind === "belowLimit" || reason.kind === "stopped";
    return below ? check.atLeast : (check.atMost ?? check.atLeast);
  }
  if (check.kind !== "compare" || check.ignoreBelow === 0 || baseline == null) return null;
  const way = check.worse === "lower" || reason.kind === "lower" ? -1 : 1;
  return Number((baseline + way * check.ignoreBelow * Math.abs(baseline)).toPrecision(4));
}

/** Times in UTC, all different; the one in which the canary was touched says so. */
function labelsOf({ times, widthMs, touchedAt }: Drawn): string[] {
  const show = times.every((at) => at % 60_000 === 0) ? "clock" : "precise";
  return times.map((at) => {
    const touched = touchedAt >= at && touchedAt < at + widthMs;
    return touched ? `${clockOf(at, show)} ${DEPLOY_MARK}` : clockOf(at, show);
  });
}
