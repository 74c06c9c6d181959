// Between an archive and what hosts have of it: made once, kept as files for as long as they may be asked for again, shared by all hosts. Knows no host.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Archive } from "../../ports/source.ts";
import { type Contents, readContents, writeList, writeRest } from "./contents.ts";

/** Archives of which something is kept. */
const mostArchives = 4;
/** A rest as large as this part of the files is not worth the pains. */
const worthSending = 0.8;

interface Kept {
  contents: Promise<Contents | null>;
  list: Promise<Archive | null>;
  rests: Map<string, Promise<Archive | null>>;
}

export class Differences {
  #folder: Promise<string> | null = null;
  #files = 0;
  readonly #kept = new Map<string, Kept>();

  /** The list that a host compares with; null where the archive cannot be read, or holds nothing or too much to compare. */
  list(archive: Archive): Promise<Archive | null> {
    return this.#of(archive).list;
  }

  /** An archive of what is in these lines of the list, and of all that is in none; null when the whole archive is sent better. */
  async rest(archive: Archive, missing: ReadonlySet<number>): Promise<Archive | null> {
    const kept = this.#of(archive);
    const contents = await kept.contents;
    if (!contents || contents.bytesOf(missing) > contents.bytes * worthSending) return null;
    const key = [...missing].sort((a, b) => a - b).join();
    const made =
      kept.rests.get(key) ?? this.#newFile().then((path) => writeRest(archive.path, { contents, missing, path }));
    kept.rests.set(
      key,
      made.catch(() => null),
    );
    return made.catch(() => null);
  }

  /** Removes all files. What is asked for later is made anew. */
  async close(): Promise<void> {
    const folder = this.#folder;
    this.#folder = null;
    this.#kept.clear();
    if (folder) await rm(await folder, { recursive: true, force: true });
  }

  #of(archive: Archive): Kept {
    const kept = this.#kept.get(archive.sha256) ?? this.#begin(archive);
    this.#kept.delete(archive.sha256);
    this.#kept.set(archive.sha256, kept);
    return kept;
  }

  #begin(archive: Archive): Kept {
    for (const [oldest, { list, rests }] of this.#kept) {
      if (this.#kept.size < mostArchives) break;
      this.#kept.delete(oldest);
      for (const file of [list, ...rests.values()]) void file.then((made) => made && rm(made.path, { force: true }));
    }
    const contents = readContents(archive.path).catch(() => null);
    const list = contents.then(async (found) => (found?.files.length ? writeList(found, await this.#newFile()) : null));
    return { contents, list: list.catch(() => null), rests: new Map() };
  }

  async #newFile(): Promise<string> {
    this.#folder ??= mkdtemp(join(tmpdir(), "lockstep-"));
    this.#files += 1;
    return join(await this.#folder, `${this.#files}.gz`);
  }
}
