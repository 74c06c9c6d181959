// Release archives for tests: a few files in a gzipped tar, as `git archive` would make it.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Archive } from "../../src/ports/source.ts";

const run = promisify(execFile);

/** Makes an archive in `directory` from names and contents, and from what `more` does to the directory in which they lie. */
export async function makeArchive(
  directory: string,
  files: Record<string, string | Buffer>,
  more: (tree: string) => Promise<void> = async () => {},
): Promise<Archive> {
  const tree = await mkdtemp(join(directory, "tree-"));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(tree, name)), { recursive: true });
    await writeFile(join(tree, name), content);
  }
  await more(tree);
  const path = `${tree}.tar.gz`;
  // Without an entry for the directory itself, as git's are.
  await run("tar", ["-czf", path, "-C", tree, "--", ...(await readdir(tree))]);
  await rm(tree, { recursive: true });
  const bytes = await readFile(path);
  return { path, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}
