// What is sent to a host that has not the release: all of it, or a list of what is in it and then what the host has not. Knows no channel.

import type { Archive } from "../../ports/source.ts";
import type { Differences } from "./differences.ts";
import { piecesOf } from "./pieces.ts";
import type { Report } from "./report.ts";
import { readSmall } from "./small.ts";

export interface Parcel {
  /** What the host takes it for. */
  word: "archive" | "compare" | "rest";
  /** `sum`: the host compares its SHA-256, and unzips it. Otherwise it was compared here, and is `tar` or `gz`; then a line comes behind it. */
  form: "sum" | "tar" | "gz";
  bytes: number;
  sha256: string;
  pieces(): AsyncIterable<Buffer>;
}

/** Below, an archive is there before a host has looked at what it has, or taken its digest. */
const worthComparing = 1024 * 1024;

/** All of a small archive; null for others, and when it cannot be read or is not what it should be, which is for the host to see. */
export async function smallParcel(archive: Archive): Promise<Parcel | null> {
  if (archive.bytes >= worthComparing) return null;
  const small = await readSmall(archive).catch(() => null);
  return small && { word: "archive", sha256: archive.sha256, ...small };
}

/** What comes next; all of it where nothing can be compared, an archive that cannot be read included. */
export async function nextParcel(archive: Archive, report: Report, differences: Differences): Promise<Parcel> {
  if (report.phase === "lacking") {
    const file = report.missing && (await differences.rest(archive, report.missing));
    return file ? parcelOf("rest", file) : parcelOf("archive", archive);
  }
  const small = await smallParcel(archive);
  if (small) return small;
  if (!report.hasBase || archive.bytes < worthComparing) return parcelOf("archive", archive);
  const list = await differences.list(archive);
  return list ? parcelOf("compare", list) : parcelOf("archive", archive);
}

function parcelOf(word: Parcel["word"], file: Archive): Parcel {
  return { word, form: "sum", bytes: file.bytes, sha256: file.sha256, pieces: () => piecesOf(file) };
}
