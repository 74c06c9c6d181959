// Removes what nobody needs any more from the folders of archives and mirrors. Knows no commit and no repository.

import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";

/** What has been begun and not touched for so long belongs to nobody: no git may run that long. */
const abandonedAfterMs = 60 * 60_000;

/** Keeps the `keep` archives that were used last; an archive's time of use is the later one of its own and its digest's. */
export async function removeOldArchives(directory: string, keep: number): Promise<void> {
  const usedAt = new Map<string, number>();
  for (const name of await readdir(directory)) {
    const archive = /^(.+\.tar\.gz)(\.sha256)?$/.exec(name)?.[1];
    if (archive === undefined) continue;
    usedAt.set(archive, Math.max(usedAt.get(archive) ?? 0, await changedAt(join(directory, name))));
  }
  const newestFirst = [...usedAt].sort(([, a], [, b]) => b - a);
  for (const [archive] of newestFirst.slice(keep)) {
    // The digest goes first: without it the file does not count.
    await rm(join(directory, `${archive}.sha256`), { force: true });
    await rm(join(directory, archive), { force: true });
  }
}

/** Removes what processes have left that died in the middle: `*.part` and `*.new`. By age alone, as a process number is given out again. */
export async function removeLeftovers(directory: string, now: number): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!/\.(part|new)$/.test(name)) continue;
    const path = join(directory, name);
    if (now - (await changedAt(path)) > abandonedAfterMs) await rm(path, { recursive: true, force: true });
  }
}

/** Now, for what has gone meanwhile. */
async function changedAt(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Date.now(),
  );
}
