// Small archives, read and compared with their digest once for all hosts that they are sent to. Knows no host.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { Archive } from "../../ports/source.ts";

export interface Small {
  form: "tar" | "gz";
  bytes: number;
  pieces(): AsyncIterable<Buffer>;
}

/** A tar that is no larger is sent as it is: unzipping it is a process on each host. */
const mostUnzipped = 128 * 1024;
const pieceBytes = 128 * 1024;
/** Of so many archives, which is no more memory than that of each. */
const most = 4;

const kept = new Map<string, Promise<Small>>();

/** Rejects when it cannot be read, or is not what it should be. */
export function readSmall(archive: Archive): Promise<Small> {
  const key = `${archive.sha256} ${archive.path}`;
  const known = kept.get(key);
  if (known) return known;
  const reading = read(archive);
  kept.set(key, reading);
  for (const oldest of kept.keys()) {
    if (kept.size <= most) break;
    kept.delete(oldest);
  }
  reading.catch(() => kept.delete(key));
  return reading;
}

async function read({ path, bytes, sha256 }: Archive): Promise<Small> {
  const packed = await readFile(path);
  if (packed.length !== bytes || createHash("sha256").update(packed).digest("hex") !== sha256) {
    throw new Error("the archive is not what it should be");
  }
  const tar = await promisify(gunzip)(packed, { maxOutputLength: mostUnzipped }).catch(() => null);
  const sent = tar ?? packed;
  return {
    form: tar ? "tar" : "gz",
    bytes: sent.length,
    async *pieces() {
      for (let at = 0; at < sent.length; at += pieceBytes) yield sent.subarray(at, at + pieceBytes);
    },
  };
}
