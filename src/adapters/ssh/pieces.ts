// A file that is sent to many hosts: held open and cut into pieces, each with its digest, so that what is sent is what was looked at once, whatever has become of the
// file since. A piece is read once for all who send it at about the same time: many hosts cost no more memory than one. Knows no channel.

import { createHash } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import type { Archive } from "../../ports/source.ts";

const pieceBytes = 256 * 1024;
/** Of all files; whoever is further behind reads for itself. */
const mostPieces = 32;
/** So many stay in memory when nobody reads: a mebibyte. A small file is there for whoever comes next, because hosts do not all ask at the same moment. */
const fewPieces = 4;

const kept = new Map<string, Promise<Buffer>>();
let readers = 0;
let files = 0;

export class Pieces {
  readonly bytes: number;
  readonly #file: FileHandle;
  readonly #digests: readonly string[];
  readonly #number: number;
  #readers = 0;
  #closed = false;

  private constructor(file: FileHandle, { bytes, digests }: { bytes: number; digests: readonly string[] }) {
    this.#file = file;
    this.bytes = bytes;
    this.#digests = digests;
    files += 1;
    this.#number = files;
  }

  /** Rejects when it cannot be read, or is not what it should be. */
  static async of({ path, bytes, sha256 }: Archive): Promise<Pieces> {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size !== bytes) throw new Error(`the archive holds ${size} bytes instead of ${bytes}`);
      const whole = createHash("sha256");
      const digests: string[] = [];
      for (let at = 0; at < bytes; at += pieceBytes) {
        const piece = await read(file, at, Math.min(pieceBytes, bytes - at));
        whole.update(piece);
        digests.push(digest(piece));
      }
      if (whole.digest("hex") !== sha256) throw new Error("the archive has another SHA-256 than when it was made");
      return new Pieces(file, { bytes, digests });
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Writes what comes into a file without a name: nobody else finds it, and it ends with this process at the latest. Rejects when it cannot be written. */
  static async written(path: string, source: AsyncIterable<Buffer>): Promise<Pieces> {
    const file = await open(path, "wx+", 0o600);
    try {
      await rm(path);
      const digests: string[] = [];
      let bytes = 0;
      for await (const piece of inPieces(source)) {
        digests.push(digest(piece));
        await file.writeFile(piece);
        bytes += piece.length;
      }
      return new Pieces(file, { bytes, digests });
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** All of it, in order. Rejects when it cannot be read, has changed, or was closed before this was begun. */
  async *pieces(): AsyncGenerator<Buffer> {
    if (this.#closed) throw new Error("the file is not held any more");
    readers += 1;
    this.#readers += 1;
    try {
      for (const i of this.#digests.keys()) yield await this.#piece(i);
    } finally {
      readers -= 1;
      this.#readers -= 1;
      if (readers === 0 && kept.size > fewPieces) kept.clear();
      if (this.#closed) await this.#letGo();
    }
  }

  /** Whoever is reading comes to the end first. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#letGo();
  }

  async #letGo(): Promise<void> {
    if (this.#readers === 0) await this.#file.close();
  }

  #piece(i: number): Promise<Buffer> {
    const key = `${this.#number} ${i}`;
    const known = kept.get(key);
    if (known) return known;
    const reading = this.#read(i);
    kept.set(key, reading);
    for (const oldest of kept.keys()) {
      if (kept.size <= mostPieces) break;
      kept.delete(oldest);
    }
    reading.catch(() => kept.delete(key));
    return reading;
  }

  async #read(i: number): Promise<Buffer> {
    const at = i * pieceBytes;
    const piece = await read(this.#file, at, Math.min(pieceBytes, this.bytes - at));
    if (digest(piece) !== this.#digests[i]) throw new Error("the archive has changed since it was looked at");
    return piece;
  }
}

async function read(file: FileHandle, at: number, bytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(bytes), 0, bytes, at);
  return buffer.subarray(0, bytesRead);
}

function digest(piece: Buffer): string {
  return createHash("sha256").update(piece).digest("base64");
}

async function* inPieces(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  for await (const more of source) {
    waiting.push(more);
    bytes += more.length;
    if (bytes < pieceBytes) continue;
    const all = Buffer.concat(waiting);
    const whole = bytes - (bytes % pieceBytes);
    for (let at = 0; at < whole; at += pieceBytes) yield all.subarray(at, at + pieceBytes);
    waiting = [all.subarray(whole)];
    bytes -= whole;
  }
  if (bytes > 0) yield Buffer.concat(waiting);
}
