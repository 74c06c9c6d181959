// How a deploy ended, as far as it tells whether its change was good: the one rule for the record of checks and for the replay. Pure.

import type { BackReason } from "./facts.ts";
import type { Deploy } from "./fold.ts";

/** It went back because a check or a person said so; its release went out; or neither is known. */
export type Ending = "back" | "out" | "unknown";

/** A release that is out on all but a few hosts is out. A deploy that is not over is unknown. */
export function endingOf(deploy: Deploy): Ending {
  if (deploy.stage !== "ended") return "unknown";
  if (deploy.why !== null) return isAboutChange(deploy.why) ? "back" : "unknown";
  return deploy.outcome === "deployed" || deploy.outcome === "incomplete" ? "out" : "unknown";
}

/** A failed host or build, or a question that nobody answered, says nothing about the change. A new kind has to be decided here. */
function isAboutChange({ kind }: BackReason): boolean {
  switch (kind) {
    case "verdict":
    case "lateAlert":
    case "person":
    case "aborted":
      return true;
    case "host":
    case "hostsUnreachable":
    case "build":
    case "noAnswer":
      return false;
  }
}
