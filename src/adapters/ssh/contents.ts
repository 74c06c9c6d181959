// What is in a release's archive, file by file: read once, and written as a list or as a smaller archive. Knows no host.

import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { type Extract, extract, type Pack, pack } from "tar-stream";
import type { Archive } from "../../ports/source.ts";

type Entry = Extract extends AsyncIterable<infer Each> ? Each : never;

interface ListedFile {
  /** As in the archive. */
  name: string;
  mode: number;
  bytes: number;
  sha256: string;
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

/** Rejects when the archive cannot be read, or holds too many files to compare. */
export async function readContents(path: string, mostFiles = MOST_FILES): Promise<Contents> {
  const files = new Map<string, ListedFile>();
  const unlisted = new Set<string>();
  await forEachEntry(path, async (entry) => {
    const { name, type, mode, size } = entry.header;
    const hash = createHash("sha256");
    for await (const piece of entry) hash.update(piece as Buffer);
    if (files.size + unlisted.size >= mostFiles) throw new Error(`more than ${mostFiles} files`);
    const plain = plainName(name);
    if (type !== "file" || !isListable(plain) || files.has(plain)) unlisted.add(plain);
    else files.set(plain, { name, mode: mode & 0o7777, bytes: size, sha256: hash.digest("hex") });
  });
  return new Contents([...files].filter(([plain]) => !unlisted.has(plain)).map(([, file]) => file));
}

/** A line per file: mode, SHA-256, two spaces, path. */
export async function writeList({ files }: Contents, path: string): Promise<Archive> {
  const lines = files.map(({ name, mode, sha256 }) => `${mode.toString(8)} ${sha256}  ./${plainName(name)}\n`);
  await pipeline(lines, createGzip(), createWriteStream(path, { mode: 0o600 }));
  return asArchive(path);
}

/** The archive without the files that are in the list but not `missing`: directories, links and whatever has no line are always in it. */
export async function writeRest(
  from: string,
  { contents, missing, path }: { contents: Contents; missing: ReadonlySet<number>; path: string },
): Promise<Archive> {
  const rest = pack();
  const written = pipeline(rest, createGzip(), createWriteStream(path, { mode: 0o600 }));
  written.catch(() => {}); // told below
  await forEachEntry(from, async (entry) => {
    const line = contents.lineOf(entry.header.name);
    if (line !== undefined && !missing.has(line)) entry.resume();
    else await copyEntry(entry, rest);
  });
  rest.finalize();
  await written;
  return asArchive(path);
}

async function copyEntry(entry: Entry, rest: Pack): Promise<void> {
  const { pax: _, ...header } = entry.header;
  const into = rest.entry(header);
  const closed = new Promise<void>((resolve) => into.once("close", () => resolve()));
  for await (const piece of entry) {
    if (!into.write(piece)) await new Promise<void>((resolve) => into.once("drain", () => resolve()));
  }
  into.end(null);
  await closed;
}

async function forEachEntry(path: string, work: (entry: Entry) => Promise<void>): Promise<void> {
  const entries = extract();
  const file = createReadStream(path);
  const plain = file.pipe(createGunzip());
  for (const stream of [file, plain]) stream.on("error", (error: Error) => entries.destroy(error));
  plain.pipe(entries);
  try {
    for await (const entry of entries) await work(entry);
  } finally {
    file.destroy();
  }
}

async function asArchive(path: string): Promise<Archive> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece);
  return { path, bytes: (await stat(path)).size, sha256: hash.digest("hex") };
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
