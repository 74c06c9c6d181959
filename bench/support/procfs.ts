// What Linux says of processes: their processor time, their memory, and who began whom. Knows nothing of what they do.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/** Linux counts the time of processes in hundredths of a second, whatever its own clock is. */
const TICKS_PER_SECOND = 100;

interface Stat {
  pid: number;
  parent: number;
  /** Its own and that of its children that have ended, user and system. */
  seconds: number;
}

/** Null when there is no such process any more. */
function statOf(pid: number): Stat | null {
  const text = readOrNull(`/proc/${pid}/stat`);
  if (text === null) return null;
  // The name stands in brackets and may hold blanks.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [user = 0, system = 0, ofChildren = 0, systemOfChildren = 0] = fields.slice(11, 15).map(Number);
  // A host has a few processes that have used less than a tick each: exact, but of the first thread alone.
  const exact = Number((readOrNull(`/proc/${pid}/schedstat`) ?? "0").split(" ")[0]) / 1e9;
  const own = Math.max((user + system) / TICKS_PER_SECOND, exact);
  return { pid, parent: Number(fields[1]), seconds: own + (ofChildren + systemOfChildren) / TICKS_PER_SECOND };
}

function everyProcess(): Stat[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => statOf(Number(pid)) ?? []);
}

function treeOf(roots: readonly number[]): Stat[] {
  const children = new Map<number, Stat[]>();
  const all = everyProcess();
  for (const one of all) children.set(one.parent, [...(children.get(one.parent) ?? []), one]);
  const found = all.filter(({ pid }) => roots.includes(pid));
  for (const { pid } of found) found.push(...(children.get(pid) ?? []));
  return found;
}

/** These processes and everything below them that lives. */
export function processTree(roots: readonly number[]): number[] {
  return treeOf(roots).map(({ pid }) => pid);
}

/** Of these processes, those below them, and those that have ended below them. */
export function cpuSeconds(roots: readonly number[]): number {
  return treeOf(roots).reduce((sum, { seconds }) => sum + seconds, 0);
}

/** How many processes and threads this machine has begun so far. */
export function processesBegun(): number {
  return Number(/^processes (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);
}

/** How much has gone over the loopback so far, headers and answers among it. */
export function loopbackBytes(): number {
  return Number(/^\s*lo:\s*(\d+)/m.exec(readFileSync("/proc/net/dev", "utf8"))?.[1]);
}

/** Resident now, in bytes. */
export function residentBytes(pid: number): number {
  return fieldOf(`/proc/${pid}/status`, "VmRSS");
}

/** The most that was resident since `forgetPeak`, in bytes. */
export function peakBytes(pid: number): number {
  return fieldOf(`/proc/${pid}/status`, "VmHWM");
}

export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

/** The memory of a process and everything below it, what they share counted once, in bytes. */
export function treeBytes(pid: number): number {
  return processTree([pid]).reduce((sum, one) => sum + fieldOf(`/proc/${one}/smaps_rollup`, "Pss"), 0);
}

/** How many files this process may have open. */
export function openFilesLimit(): number {
  const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
  return Number(soft ?? Number.POSITIVE_INFINITY);
}

function fieldOf(path: string, name: string): number {
  const [, kilobytes = "0"] = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(readOrNull(path) ?? "") ?? [];
  return Number(kilobytes) * 1024;
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
