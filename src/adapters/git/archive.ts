// The release files of commits: `git archive`, compressed the same way every time, each kept beside its digest. Knows no host.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { Archive } from "../../ports/source.ts";
import { GitProblem, type Limits } from "./git.ts";
import type { Mirror } from "./mirror.ts";

/** A file that was written in the same moment in which it was read could change again without a later time. */
const sameMomentMs = 1_000;

export class Archives {
  readonly directory: string;
  /** Sizes and times at which files were found to be what their digests say. */
  readonly #checked = new Map<string, { bytes: number; mtimeMs: number }>();

  constructor(directory: string) {
    this.directory = directory;
  }

  /** The archive of a commit; null unless it is there and has the size and digest that were written down. Marks it as used. */
  async kept(sha: string): Promise<Archive | null> {
    const path = this.#pathOf(sha);
    try {
      const [sha256, size] = (await readFile(digestOf(path), "utf8")).split(/\s+/);
      const { size: bytes, mtimeMs } = await stat(path);
      if (!sha256 || bytes !== Number(size)) return null;
      const checked = this.#checked.get(path);
      if (checked?.bytes !== bytes || checked.mtimeMs !== mtimeMs) {
        const begun = Date.now();
        // A file that was damaged without changing its size would be refused by every host.
        if ((await digest(path)) !== sha256) return null;
        if (begun - mtimeMs > sameMomentMs) this.#checked.set(path, { bytes, mtimeMs });
      }
      const now = new Date();
      await utimes(digestOf(path), now, now); // the archive's own time says when it was changed
      return { path, bytes, sha256 };
    } catch {
      return null;
    }
  }

  /** Rejects with `GitProblem`. */
  async build(mirror: Mirror, sha: string, limits: Limits): Promise<Archive> {
    const path = this.#pathOf(sha);
    const unfinished = `${path}.${process.pid}.part`;
    try {
      await mkdir(this.directory, { recursive: true });
      const { bytes, sha256 } = await write(mirror, sha, { path: unfinished, limits });
      // The digest is written last: without it the file does not count.
      await rm(digestOf(path), { force: true });
      await rename(unfinished, path);
      await writeWhole(digestOf(path), `${sha256} ${bytes}\n`);
      return { path, bytes, sha256 };
    } catch (error) {
      await rm(unfinished, { force: true });
      if (error instanceof GitProblem) throw error;
      throw new GitProblem(
        "repositoryBroken",
        `the release cannot be written: ${(error as NodeJS.ErrnoException).code ?? error}`,
      );
    }
  }

  #pathOf(sha: string): string {
    return join(this.directory, `${sha}.tar.gz`);
  }
}

const digestOf = (path: string) => `${path}.sha256`;

async function digest(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 256 * 1024 }), hash);
  return hash.digest("hex");
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
