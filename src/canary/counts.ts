// Judges the errors per request of the canary against those of the rest of the fleet, at every look: the test is fair however often it is asked, so
// a fail counts as soon as it is certain. Pure; the statistics are in judging/counts.ts.

import type { CountsCheck } from "./checks.ts";
import { judgeCounts } from "./judging/counts.ts";
import type { CountsReading, Look } from "./readings.ts";
import { blank, inconclusive, isStale, lastOf, noAnswer, readingOf } from "./result.ts";
import type { CheckResult, Reason } from "./verdict.ts";

export function judgeErrors(check: CountsCheck, looks: readonly Look[]): CheckResult {
  // A look that was not answered is made up for by the next one: all counts are since the start.
  const answered = looks.flatMap((look) => {
    const reading = readingOf(look, check);
    return reading && !reading.trouble ? [{ look, reading }] : [];
  });
  const judged = judgeCounts(
    check,
    answered.map(({ look, reading }) => ({ ...reading, at: look.window.to })),
  );
  const reason = reasonOf(judged);
  if (reason.kind === "moreErrors") {
    const decisive = answered.find(({ look }) => look.window.to === reason.since)?.look;
    return { ...blank(check, decisive), verdict: "fail", reason };
  }
  const last = lastOf(check, looks);
  if (!last) return soFar(check, looks.at(-1), reason);
  const { look, reading } = last;
  if (reading.trouble) return inconclusive(check, look, noAnswer(reading.trouble));
  const doubt = judged.verdict === "pass" ? doubtAbout(check, look, reading) : null;
  if (doubt) return inconclusive(check, look, doubt);
  return { ...blank(check, look), verdict: judged.verdict, reason };
}

/** Why few errors are not "well". */
function doubtAbout(check: CountsCheck, look: Look, { canary, baseline }: CountsReading): Reason | null {
  for (const [of, { until }] of [["canary", canary] as const, ["baseline", baseline] as const]) {
    if (isStale(until, look)) return { kind: "dataStopped", at: until, of };
  }
  const worst = {
    at: look.window.to,
    canary: { errors: Math.floor(canary.total), total: canary.total },
    baseline: { ...baseline, errors: 0 },
  };
  if (judgeCounts(check, [worst]).verdict === "fail") return null;
  return { kind: "tooFewRequests", requests: canary.total };
}

function soFar(check: CountsCheck, look: Look | undefined, reason: Reason): CheckResult {
  const measured = reason.kind === "notMoreErrors";
  return inconclusive(check, look, { kind: measured ? "tooEarly" : "notMeasured" });
}

function reasonOf({ reason, p = 1, decidedAt }: ReturnType<typeof judgeCounts>): Reason {
  switch (reason.kind) {
    case "moreErrors":
    case "notMoreErrors": {
      const { canary, baseline } = reason.counts;
      const counts = { canary: counted(canary), baseline: counted(baseline), expected: reason.expected, p };
      return reason.kind === "moreErrors"
        ? { kind: "moreErrors", ...counts, since: decidedAt ?? reason.counts.at }
        : { kind: "notMoreErrors", ...counts };
    }
    case "countsWentBack":
      return { kind: "countsWentBack", at: reason.at };
    case "noBaselineData":
      return { kind: "noTraffic", of: "baseline" };
    default:
      return { kind: "noTraffic", of: "canary" };
  }
}

function counted({ errors, total }: { errors: number; total: number }): { errors: number; total: number } {
  return { errors, total };
}
