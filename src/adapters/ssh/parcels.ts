// What is sent to a host that has not the release: all of it, or a list of what is in it and then what the host has not. What is made for it is kept while it may be
// asked for again, and shared by all hosts. Knows no channel.

import type { Archive } from "../../ports/source.ts";
import { type Packed, Packing } from "./packing.ts";
import type { Report } from "./report.ts";

export interface Parcel {
  /** What the host takes it for. */
  word: "archive" | "compare" | "rest";
  form: "tar" | "gz";
  bytes: number;
  /** Rejects when it is not what it was any more. */
  pieces(): AsyncIterable<Buffer>;
}

/** Below, an archive is there before a host has looked at what it has. */
const worthComparing = 1024 * 1024;
/** A file that is held takes room on the disk, and nobody sees it there. */
const keptMs = 10 * 60_000;
const mostKept = 16;

interface Kept {
  packing: Packing;
  timer: NodeJS.Timeout;
}

export class Parcels {
  readonly #kept = new Map<string, Kept>();

  /** All of a small archive; null for others, and when it cannot be sent: that is told when the host asks. */
  async small(archive: Archive): Promise<Parcel | null> {
    return archive.bytes < worthComparing ? this.#whole(archive).catch(() => null) : null;
  }

  /** What comes next; all of it where nothing can be compared. Rejects when the archive cannot be read, or is not what it should be. */
  async next(archive: Archive, report: Report): Promise<Parcel> {
    if (report.phase === "lacking") {
      const rest = report.missing && (await this.#of(archive).rest(report.missing));
      return rest ? parcelOf("rest", rest) : this.#whole(archive);
    }
    const list = report.hasBase && archive.bytes >= worthComparing && (await this.#of(archive).list());
    return list ? parcelOf("compare", list) : this.#whole(archive);
  }

  /** What is asked for later is made anew. */
  async close(): Promise<void> {
    await Promise.all([...this.#kept.keys()].map((key) => this.#drop(key)));
  }

  async #whole(archive: Archive): Promise<Parcel> {
    const packing = this.#of(archive);
    try {
      return parcelOf("archive", await packing.whole());
    } catch (error) {
      // It may be made again.
      await this.#drop(keyOf(archive));
      throw error;
    }
  }

  #of(archive: Archive): Packing {
    const key = keyOf(archive);
    const packing = this.#kept.get(key)?.packing ?? new Packing(archive);
    clearTimeout(this.#kept.get(key)?.timer);
    this.#kept.delete(key);
    this.#kept.set(key, { packing, timer: setTimeout(() => void this.#drop(key), keptMs).unref() });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) void this.#drop(oldest);
    return packing;
  }

  async #drop(key: string): Promise<void> {
    const kept = this.#kept.get(key);
    this.#kept.delete(key);
    clearTimeout(kept?.timer);
    await kept?.packing.close();
  }
}

function keyOf({ path, bytes, sha256 }: Archive): string {
  return `${sha256} ${bytes} ${path}`;
}

function parcelOf(word: Parcel["word"], { form, pieces }: Packed): Parcel {
  return { word, form, bytes: pieces.bytes, pieces: () => pieces.pieces() };
}
