// One archive as it is sent: compared with its digest once, unzipped where that is hardly more to send, listed, and without what a host has. Knows no host.

import { pipeline } from "node:stream";
import { createGunzip, createGzip } from "node:zlib";
import type { Archive } from "../../ports/source.ts";
import { type Contents, listOf, readContents, restOf } from "./contents.ts";
import { Pieces } from "./pieces.ts";

/** What is sent; each of its pieces is what was compared or written here. */
export interface Packed {
  form: "tar" | "gz";
  pieces: Pieces;
}

/** Unzipping costs a host more than the line saves, unless it makes this part of it. */
const worthZipping = 0.9;
/** A tar that is no larger is sent as it is: unzipping it is a process on each host. */
const mostUnzipped = 128 * 1024;
/** A rest as large as this part of the files is not worth the pains. */
const worthSending = 0.8;

export class Packing {
  readonly #archive: Archive;
  readonly #asMade: Promise<Pieces>;
  /** By what they are; a rest by the lines that are in it. */
  readonly #made = new Map<string, Promise<Packed | null>>();
  readonly #files = new Set<Pieces>();
  #contents: Promise<Contents> | null = null;
  #closed = false;
  #count = 0;

  constructor(archive: Archive) {
    this.#archive = archive;
    this.#asMade = Pieces.of(archive).then((pieces) => this.#hold(pieces));
    this.#asMade.catch(() => {}); // told to whoever asks for it
  }

  /** Rejects when the archive cannot be read, or is not what it should be. */
  async whole(): Promise<Packed> {
    const zipped = await this.#asMade;
    const tar = await this.#once("whole", async () => {
      const most = Math.max(mostUnzipped, zipped.bytes / worthZipping);
      return { form: "tar", pieces: await this.#write(upTo(most, unzip(zipped))) };
    });
    return tar ?? { form: "gz", pieces: zipped };
  }

  /** What a host compares with; null where the archive cannot be read, or holds nothing or too much to compare. */
  list(): Promise<Packed | null> {
    return this.#once("list", async () => {
      const contents = await this.#read();
      return contents.files.length > 0 ? { form: "gz", pieces: await this.#write(zip(listOf(contents))) } : null;
    });
  }

  /** What is in these lines of the list, and all that is in none; null when the whole archive is sent better. */
  rest(missing: ReadonlySet<number>): Promise<Packed | null> {
    return this.#once([...missing].sort((a, b) => a - b).join(), async () => {
      const contents = await this.#read();
      if (contents.bytesOf(missing) > contents.bytes * worthSending) return null;
      const zipped = await this.#asMade;
      const tar = await this.#write(restOf(unzip(zipped), { contents, missing }));
      const smaller = await this.#write(zip(tar.pieces()));
      const form = smaller.bytes < tar.bytes * worthZipping ? "gz" : "tar";
      await this.#letGo(form === "gz" ? tar : smaller);
      return { form, pieces: form === "gz" ? smaller : tar };
    });
  }

  /** Whoever reads one of its files comes to the end first. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#files].map((pieces) => this.#letGo(pieces)));
  }

  /** Null, and so for as long as this is kept, where it cannot be made. */
  #once(name: string, make: () => Promise<Packed | null>): Promise<Packed | null> {
    const made = this.#made.get(name) ?? make().catch(() => null);
    this.#made.set(name, made);
    return made;
  }

  #read(): Promise<Contents> {
    this.#contents ??= this.#asMade.then((zipped) => readContents(unzip(zipped)));
    return this.#contents;
  }

  /** Beside the archive: a temporary directory may be in memory. */
  async #write(source: AsyncIterable<Buffer>): Promise<Pieces> {
    this.#count += 1;
    return this.#hold(await Pieces.written(`${this.#archive.path}.${process.pid}-${this.#count}.part`, source));
  }

  async #hold(pieces: Pieces): Promise<Pieces> {
    this.#files.add(pieces);
    if (this.#closed) await this.#letGo(pieces);
    return pieces;
  }

  async #letGo(pieces: Pieces): Promise<void> {
    this.#files.delete(pieces);
    await pieces.close();
  }
}

/** Begun by whoever reads it, who is told when it fails. */
async function* unzip(zipped: Pieces): AsyncGenerator<Buffer> {
  yield* pipeline(zipped.pieces(), createGunzip({ chunkSize: 256 * 1024 }), () => {});
}

async function* zip(plain: Iterable<Buffer> | AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* pipeline(plain, createGzip(), () => {});
}

async function* upTo(most: number, source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const piece of source) {
    bytes += piece.length;
    if (bytes > most) throw new Error(`more than ${most} bytes`);
    yield piece;
  }
}
