// The release file of a commit: `git archive`, compressed the same way every time, kept beside its digest. Knows no host.

import { createHash } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { createGzip } from "node:zlib";
import type { Archive } from "../../ports/source.ts";
import { GitProblem, type Limits } from "./git.ts";
import type { Mirror } from "./mirror.ts";

type Place = Limits & { directory: string };

/** The archive in `directory`, built unless it is there and has the size and digest that were written down. */
export async function archiveOf(mirror: Mirror, sha: string, place: Place): Promise<Archive> {
  const path = join(place.directory, `${sha}.tar.gz`);
  return (await kept(path)) ?? (await build(mirror, sha, { path, ...place }));
}

async function kept(path: string): Promise<Archive | null> {
  try {
    const [sha256, size] = (await readFile(`${path}.sha256`, "utf8")).split(/\s+/);
    const bytes = (await stat(path)).size;
    if (!sha256 || bytes !== Number(size)) return null;
    // A file that was damaged without changing its size would be refused by every host; reading it once is cheap.
    const found = createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
    return found === sha256 ? { path, bytes, sha256 } : null;
  } catch {
    return null;
  }
}

async function build(mirror: Mirror, sha: string, at: Place & { path: string }): Promise<Archive> {
  await mkdir(at.directory, { recursive: true });
  const unfinished = `${at.path}.${process.pid}.part`;
  try {
    const { bytes, sha256 } = await write(mirror, sha, { path: unfinished, limits: at });
    // The digest is written last: without it the file does not count.
    await rm(`${at.path}.sha256`, { force: true });
    await rename(unfinished, at.path);
    await writeWhole(`${at.path}.sha256`, `${sha256} ${bytes}\n`);
    return { path: at.path, bytes, sha256 };
  } catch (error) {
    await rm(unfinished, { force: true });
    if (error instanceof GitProblem) throw error;
    throw new GitProblem(
      "repositoryBroken",
      `the release cannot be written: ${(error as NodeJS.ErrnoException).code ?? error}`,
    );
  }
}

/** No name and no time goes into the gzip header: the same commit gives the same file on every machine with the same zlib. */
async function write(
  mirror: Mirror,
  sha: string,
  to: { path: string; limits: Limits },
): Promise<{ bytes: number; sha256: string }> {
  const file = await open(to.path, "w");
  try {
    const gzip = createGzip({ level: 6 });
    const hash = createHash("sha256");
    let bytes = 0;
    const written = (async () => {
      for await (const piece of gzip as AsyncIterable<Buffer>) {
        hash.update(piece);
        bytes += piece.length;
        await file.write(piece);
      }
    })();
    written.catch(() => gzip.destroy());
    try {
      await mirror.run(["archive", "--format=tar", sha], to.limits, (piece) => feed(gzip, piece));
      gzip.end();
      await written;
    } finally {
      gzip.destroy();
      await written.catch(() => {});
    }
    await file.sync();
    return { bytes, sha256: hash.digest("hex") };
  } finally {
    await file.close();
  }
}

function feed(gzip: ReturnType<typeof createGzip>, piece: Buffer): Promise<void> {
  return new Promise((resolve, reject) => gzip.write(piece, (error) => (error ? reject(error) : resolve())));
}

async function writeWhole(path: string, text: string): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
