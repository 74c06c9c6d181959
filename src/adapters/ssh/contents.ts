// What is in a release's archive, file by file: read once, and written as a list or as a smaller archive. Knows no host and no file on a disk.

import { createHash } from "node:crypto";
import { pipeline } from "node:stream";
import { type Extract, extract, type Pack, pack } from "tar-stream";

type Entry = Extract extends AsyncIterable<infer Each> ? Each : never;

interface ListedFile {
  /** As in the archive. */
  name: string;
  mode: number;
  bytes: number;
  /** BLAKE2b, in hexadecimal: what hosts take in less than half of the time of SHA-256. */
  digest: string;
}

export class Contents {
  /** Files that can be named in a list and stand in the archive once, in the order of the list. */
  readonly files: ListedFile[];
  readonly bytes: number;
  readonly #lines: Map<string, number>;

  constructor(files: ListedFile[]) {
    this.files = files;
    this.bytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
    this.#lines = new Map(files.map(({ name }, i) => [name, i + 1]));
  }

  /** The line of the list in which a file stands, from 1. */
  lineOf(name: string): number | undefined {
    return this.#lines.get(name);
  }

  bytesOf(lines: ReadonlySet<number>): number {
    let sum = 0;
    for (const line of lines) sum += this.files[line - 1]?.bytes ?? 0;
    return sum;
  }
}

/** With more, comparing takes a host longer than being sent everything, and what is known of each stays in this process' memory. */
export const MOST_FILES = 20_000;

/** A tar file, in pieces. */
type Tar = AsyncIterable<Buffer>;

/** Rejects when the archive cannot be read, or holds too many files to compare. */
export async function readContents(tar: Tar, mostFiles = MOST_FILES): Promise<Contents> {
  const files = new Map<string, ListedFile>();
  const unlisted = new Set<string>();
  await forEachEntry(tar, async (entry) => {
    const { name, type, mode, size } = entry.header;
    const hash = createHash("blake2b512");
    for await (const piece of entry) hash.update(piece as Buffer);
    if (files.size + unlisted.size >= mostFiles) throw new Error(`more than ${mostFiles} files`);
    const plain = plainName(name);
    if (type !== "file" || !isListable(plain) || files.has(plain)) unlisted.add(plain);
    else files.set(plain, { name, mode: mode & 0o7777, bytes: size, digest: hash.digest("hex") });
  });
  return new Contents([...files].filter(([plain]) => !unlisted.has(plain)).map(([, file]) => file));
}

/** A line per file: mode, bytes, digest, two spaces, path. */
export function* listOf({ files }: Contents): Generator<Buffer> {
  for (const { name, mode, bytes, digest } of files) {
    yield Buffer.from(`${mode.toString(8)} ${bytes} ${digest}  ./${plainName(name)}\n`);
  }
}

/** A tar file without the files that are in the list but not `missing`: directories, links and whatever has no line are always in it. */
export async function* restOf(
  tar: Tar,
  { contents, missing }: { contents: Contents; missing: ReadonlySet<number> },
): AsyncGenerator<Buffer> {
  const rest = pack();
  forEachEntry(tar, async (entry) => {
    const line = contents.lineOf(entry.header.name);
    if (line !== undefined && !missing.has(line)) entry.resume();
    else await copyEntry(entry, rest);
  }).then(
    () => rest.finalize(),
    (error: Error) => rest.destroy(error),
  );
  for await (const piece of rest) yield piece as Buffer;
}

async function copyEntry(entry: Entry, rest: Pack): Promise<void> {
  const { pax: _, ...header } = entry.header;
  const into = rest.entry(header);
  const closed = new Promise<void>((resolve) => into.once("close", () => resolve()));
  for await (const piece of entry) {
    const drained = new Promise<void>((resolve) => into.once("drain", () => resolve()));
    if (!into.write(piece)) await Promise.race([drained, closed]);
    if (into.destroyed) throw new Error("nobody reads the rest any more");
  }
  into.end(null);
  await closed;
}

async function forEachEntry(tar: Tar, work: (entry: Entry) => Promise<void>): Promise<void> {
  const entries = extract();
  // Its error comes out of the entries.
  pipeline(tar, entries, () => {});
  for await (const entry of entries) await work(entry);
}

function plainName(name: string): string {
  return name.replace(/^(\.\/)+/, "");
}

/** Others could not be read back by every tool, or would leave their place. */
function isListable(name: string): boolean {
  const odd = [...name].some((letter) => letter < " " || letter === "\x7f" || letter === "\\");
  return (
    name !== "" && !odd && !name.startsWith("/") && !name.split("/").some((part) => part === "" || /^\.\.?$/.test(part))
  );
}
