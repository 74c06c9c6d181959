// How long a host's program may stay in each of its phases before we stop believing in it. The program has limits of its own; these
// are for the case that it, its host or the network does not keep them.

import type { Site } from "../../deploy/order.ts";
import { lockPatienceSeconds } from "./programs.ts";
import type { Phase } from "./report.ts";

const graceMs = 10_000;
const diskMs = 300_000;

export function limitsOf(site: Site): (phase: Phase) => number {
  return (phase) => {
    switch (phase) {
      case "starting":
        return 15_000;
      case "waiting":
        return lockPatienceSeconds * 2_000 + graceMs; // a busy host counts slowly
      case "receiving":
        return Number.POSITIVE_INFINITY; // the upload has its own limit
      case "preparing":
        return (site.prepare?.timeoutMs ?? 0) + graceMs;
      case "restarting":
        return site.restartTimeoutMs + graceMs;
      case "checking":
        return (site.health?.timeoutMs ?? 0) + graceMs;
      default:
        return diskMs;
    }
  };
}
