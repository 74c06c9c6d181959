// Tells whether the process that opened the store last is still alive. Knows nothing of the store.

import { readFileSync } from "node:fs";

/** `startedAt` tells a process from a later one with the same number; empty where the system does not say. */
export interface ProcessMark {
  pid: number;
  startedAt: string;
}

export function describeProcess(pid: number): ProcessMark {
  return { pid, startedAt: startOf(pid) };
}

export function isRunning({ pid, startedAt }: ProcessMark): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return startOf(pid) === startedAt;
}

/** Field 22 of Linux' /proc/<pid>/stat: start time in clock ticks since boot. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
