// The pieces that judging a limit and judging monitors share: finding a check's reading, beginning a result. Pure.

import type { Check } from "./checks.ts";
import type { LimitReading, Look, MonitorsReading } from "./readings.ts";
import type { CheckResult, Reason } from "./verdict.ts";

export function readingOf<R extends LimitReading | MonitorsReading>(look: Look, check: Check): R | undefined {
  return look.readings.find((reading) => reading.check === check.name && reading.kind === check.kind) as R | undefined;
}

/** The parts of a result that every reason has. */
export function blank(check: Check, look: Look | undefined): CheckResult {
  return {
    check: check.name,
    verdict: "inconclusive",
    reason: { kind: "notMeasured" },
    value: null,
    scope: "",
    points: 0,
    window: look?.window ?? null,
    redBefore: [],
  };
}

export function inconclusive(check: Check, look: Look | undefined, reason: Reason): CheckResult {
  return { ...blank(check, look), verdict: "inconclusive", reason };
}
