// What a power cut or a killed git can leave in a mirror, and what to do about it: a mirror is a copy, so it may be thrown away.

import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { GitProblem } from "./git.ts";

/** Locks younger than this may belong to a git that is still at work. */
const staleAfterMs = 10 * 60_000;

/** Returns true when something was done that makes another try worth while. */
export async function repair(directory: string, error: unknown, now: number): Promise<boolean> {
  if (!(error instanceof GitProblem) || error.problem !== "repositoryBroken") return false;
  if (/\.lock': File exists/.test(error.message)) return removeStaleLocks(directory, now);
  if (
    !/not a git repository|bad object|is empty|corrupt|loose object|all necessary objects|bad config/i.test(
      error.message,
    )
  )
    return false;
  await rm(directory, { recursive: true, force: true });
  return true;
}

async function removeStaleLocks(directory: string, now: number): Promise<boolean> {
  let removed = false;
  for (const name of await readdir(directory, { recursive: true })) {
    if (!name.endsWith(".lock")) continue;
    const path = join(directory, name);
    if (now - (await stat(path)).mtimeMs < staleAfterMs) continue;
    await rm(path, { force: true });
    removed = true;
  }
  return removed;
}
