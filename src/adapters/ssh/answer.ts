// From what a host's program said and how it ended to an outcome: what went wrong, and whether `current` was switched.
// Knows the programs' exit codes and no connection.

import type { HostOutcome, HostTrouble, Inspection, Preparation, Touched } from "../../ports/fleet.ts";
import type { Heard } from "./conversation.ts";

/** How orders end, in scripts/. */
const troubleOf: Record<number, HostTrouble> = {
  80: "notPermitted",
  81: "diskFull",
  82: "uploadFailed",
  83: "unpackFailed",
  84: "fenced",
  85: "timedOut", // another program had the lock
  86: "noSuchRelease",
  87: "scriptFailed",
  88: "restartFailed",
  89: "timedOut", // the restart command
  90: "unhealthy",
  91: "scriptFailed", // a shared path
  92: "scriptFailed", // a program is missing
  94: "readOnly",
  95: "prepareFailed",
  93: "connectionLost", // the program saw our end of the line close, and we did not close it
};

export function outcomeOf(heard: Heard): HostOutcome {
  const { report, output } = heard;
  const { previous } = report;
  const failure = failureOf(heard);
  if (!failure) return { ok: true, previous, output };
  return { ok: false, ...failure, touched: touchedBy(heard), previous, output };
}

export function preparationOf(heard: Heard): Preparation {
  const { output, sent } = heard;
  const failure = failureOf(heard);
  return failure ? { ok: false, ...failure, output } : { ok: true, sent, output };
}

export function inspectionOf(heard: Heard): Inspection {
  const { current, healthy, releases } = heard.report;
  const failure = failureOf(heard);
  return failure ? { ok: false, ...failure } : { ok: true, current, healthy, releases };
}

function failureOf({ ending, report, output }: Heard): { trouble: HostTrouble; detail: string } | null {
  const problem = report.problem;
  switch (ending.how) {
    case "aborted":
      return { trouble: "aborted", detail: `stopped (${report.phase})` };
    case "timedOut":
      return { trouble: "timedOut", detail: ending.detail };
    case "uploadBroke":
      return { trouble: "uploadFailed", detail: ending.detail };
    case "lost":
      return { trouble: "connectionLost", detail: `${ending.detail} (${report.phase})` };
  }
  const { code } = ending;
  if (code === 0 && report.code === 0) return null;
  // Somebody has ended the program, such as another bot that took it for idle: what it did is as unknown as after a line that broke.
  const trouble = code === null ? "connectionLost" : (troubleOf[code] ?? "scriptFailed");
  const how = code === null ? "a signal ended the program on the host" : `the order on the host ended with ${code}`;
  const words = problem ?? (report.phase === "starting" ? lastLine(output) : null);
  return { trouble, detail: (words ?? how).slice(0, 500) };
}

/**
 * The program says `switching` before it switches and `switched` when that is done. When its end was seen, what it did not
 * say did not happen; when the line broke, only a missing part of the archive proves that it cannot have come that far.
 */
function touchedBy({ complete, report, partlySent }: Heard): Touched {
  if (report.seen.has("switched")) return "yes";
  if (report.seen.has("switching")) return "unknown";
  return complete || partlySent ? "no" : "unknown";
}

function lastLine(output: string): string | null {
  return output.trimEnd().split("\n").at(-1) || null;
}
