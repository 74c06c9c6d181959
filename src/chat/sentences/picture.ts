// The words in and under a picture of a check, and the same picture in numbers for those who do not see it. Knows no surface that draws.

import type { Check } from "../../canary/checks.ts";
import type { Drawn } from "../../canary/drawn.ts";
import { precise, type Text, t, utc } from "../text.ts";
import { count, number } from "./amounts.ts";
import { amount } from "./limit.ts";

/** `unit` as on the axis of values. */
export function unitOf(check: Check): string {
  if (check.kind === "counts") return "% of requests failed";
  if (check.kind === "monitors") return "";
  const running = check.kind === "limit" && check.aggregate === "sum" && check.forMs === null;
  return running ? `${check.unit || "sum"}, running total` : check.unit;
}

/** Under the axis of times. */
export function timesSentence({ times, touchedAt }: Drawn): string {
  const [first = 0] = times;
  if (touchedAt < first) return "UTC; the canary had the new release before";
  return `UTC; new release on the canary from ${clockOf(touchedAt)}`;
}

export const DEPLOY_MARK = "new release";

/** `12:01`, or with seconds where minutes alone would not do. */
export function clockOf(at: number, show: "clock" | "precise" = "precise"): string {
  return utc(at, show).replace(" UTC", "");
}

/** Under the picture: the moment of the deploy in the reader's own time, and where the picture has a gap. */
export function captionSentence(drawn: Drawn): Text {
  return t`The canary has the new release from ${precise(drawn.touchedAt)} on.${gapsSentence(drawn)}`;
}

/** Where nothing is known of the canary; empty when there is no such time. */
function gapsSentence({ times, canary, widthMs }: Drawn): Text {
  const gaps: { from: number; to: number }[] = [];
  for (const [i, at] of times.entries()) {
    if (canary[i] !== null) continue;
    const last = gaps.at(-1);
    if (last?.to === at) last.to = at + widthMs;
    else gaps.push({ from: at, to: at + widthMs });
  }
  const [first, ...more] = gaps;
  if (first === undefined) return [];
  const also = more.length > 0 ? ` (and ${count(more.length, "more time")})` : "";
  return t` The picture has a gap: nothing is known of the canary from ${precise(first.from)} to ${precise(first.to)}${also}.`;
}

export interface Row {
  name: string;
  values: readonly (number | null)[];
}

/** The whole picture for screen readers. */
export function numbersSentence(
  title: string,
  { times, unit, rows }: { times: readonly number[]; unit: string; rows: readonly Row[] },
): string {
  const [first = 0, second = first] = times;
  const every = second > first ? `, every ${number((second - first) / 1000)} s` : "";
  const said = rows.map(({ name, values }) => {
    const [one] = values;
    if (values.every((value) => value === one)) return `${name} ${one === null ? "unknown" : amount(one ?? 0, unit)}`;
    return `${name} ${values.map((value) => (value === null ? "unknown" : number(value))).join(", ")}`;
  });
  return `The picture “${title}” in numbers${unit === "" ? "" : ` (${unit})`}${every} from ${utc(first, "precise")}: ${said.join("; ")}.`;
}
