// Looks at the data folder for doctor, also while the bot has it open: takes no claim, writes nothing, makes nothing. Knows nothing of what the facts mean.

import { constants } from "node:fs";
import { access, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { FolderExam } from "../../ports/examination.ts";
import { holderOf } from "./claim.ts";
import { hasJournal, readEmbeddedJournal } from "./readOnly.ts";

/** `path` is absolute. Never rejects. `withJournal`: whether the store is in it, too. */
export async function examineFolder(path: string, withJournal: boolean): Promise<FolderExam> {
  const at = await nearest(path);
  const [state, freeKiB] = await Promise.all([stateOf(path, at), freeIn(at)]);
  const exam = { path, state, at, freeKiB, holder: null, journal: null };
  if (!withJournal || at !== path || state === "notDirectory") return exam;
  return { ...exam, ...(await examineJournal(path)) };
}

async function examineJournal(path: string): Promise<Pick<FolderExam, "holder" | "journal">> {
  let holder: number | null = null;
  try {
    holder = await holderOf(path);
    // Without the right to look for others nobody is found: opening the journal says more.
    const journal = hasJournal(path) ? await countStreams(path) : null;
    return { holder: holder === null ? null : { pid: holder }, journal };
  } catch (error) {
    const problem = { problem: (error as Error).message };
    return { holder: holder === null ? null : { pid: holder }, journal: problem };
  }
}

async function countStreams(path: string): Promise<{ streams: number }> {
  const journal = await readEmbeddedJournal(path);
  try {
    return { streams: (await journal.streams("")).length };
  } finally {
    await journal.close();
  }
}

/** The path itself, or the folder above it that would hold it. */
async function nearest(path: string): Promise<string> {
  let at = path;
  while (at !== dirname(at) && !(await exists(at))) at = dirname(at);
  return at;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code !== "ENOENT",
  );
}

async function stateOf(path: string, at: string): Promise<FolderExam["state"]> {
  try {
    if (!(await stat(at)).isDirectory()) return "notDirectory";
    await access(at, constants.W_OK | constants.X_OK);
    return at === path ? "writable" : "creatable";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "EROFS" ? "readOnly" : code === "ENOTDIR" ? "notDirectory" : "notPermitted";
  }
}

async function freeIn(path: string): Promise<number | null> {
  return statfs(path).then(
    ({ bavail, bsize }) => Math.floor((bavail * bsize) / 1024),
    () => null,
  );
}
