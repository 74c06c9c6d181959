// The processes that commands on the demo hosts have started, and how to end every one of them. Knows no SSH.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface Processes {
  /** Remembers a process group until nothing of it is left. */
  add(group: number): void;
  /** Ends at once whatever is still there; also safe while this process exits. Returns what had to be ended. */
  end(): number[];
  /** Ends everything and waits until it is gone. */
  ended(): Promise<void>;
}

/**
 * `directories` are deploy paths, with pid files below `shared/`; `fleetId` is what the commands carry as `DEMO_FLEET`.
 * `proc` is where the system shows its processes, if it does (Linux; not macOS).
 */
export function trackProcesses(directories: string[], fleetId: string, proc = "/proc"): Processes {
  const groups = new Set<number>();

  function end(): number[] {
    const there = lookAround(proc, fleetId);
    const found = [...groups].filter((group) => signalGroup(group, "SIGKILL") && there.hasGroup(group));
    // A pid file may be older than its process; a mark cannot be.
    const detached = there.marked ?? directories.flatMap(pidFilesBelow);
    for (const pid of detached) if (signalOne(pid, "SIGKILL")) found.push(pid);
    return found;
  }

  return {
    end,
    add(group) {
      for (const old of groups) if (!signalGroup(old, 0)) groups.delete(old);
      groups.add(group);
    },
    async ended() {
      for (let attempt = 0; attempt < 100 && end().length > 0; attempt += 1) await sleep(20);
      groups.clear();
    },
  };
}

/** False when no process of that group is left. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  return signalOne(-group, signal);
}

function signalOne(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Pids in the `*.pid` files of a deploy path's `shared/`: services that detached themselves on purpose. */
function pidFilesBelow(directory: string): number[] {
  const shared = join(directory, "shared");
  const pids = names(shared)
    .filter((name) => name.endsWith(".pid"))
    .map((name) => Number(textOf(join(shared, name))));
  return pids.filter((pid) => Number.isInteger(pid) && pid > 1);
}

interface Around {
  /** Whether something of a process group still runs. */
  hasGroup(group: number): boolean;
  /** What carries the fleet's id in its environment, so also what detached itself; null where nobody can tell. */
  marked: number[] | null;
}

/** Processes that have ended but whose exit code nobody has asked for do not count: in a container often nobody ever does. */
function lookAround(proc: string, fleetId: string): Around {
  const groups = new Map<number, number>();
  for (const pid of names(proc).map(Number).filter(Number.isInteger)) {
    const [, state, group] = /.*\) (\S) \d+ (\d+)/s.exec(textOf(`${proc}/${pid}/stat`)) ?? [];
    if (state !== undefined && state !== "Z") groups.set(pid, Number(group));
  }
  if (groups.size === 0) return { hasGroup: () => true, marked: null };
  const live = new Set(groups.values());
  const mark = `DEMO_FLEET=${fleetId}`;
  return {
    hasGroup: (group) => live.has(group),
    marked: [...groups.keys()].filter((pid) => textOf(`${proc}/${pid}/environ`).split("\0").includes(mark)),
  };
}

function names(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
