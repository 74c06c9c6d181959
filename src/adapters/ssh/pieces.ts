// Files read in pieces, each piece once for all who send the same file at about the same time: many hosts cost no more memory than one. Knows no channel.

import { open } from "node:fs/promises";
import type { Archive } from "../../ports/source.ts";

const pieceBytes = 256 * 1024;
/** Whoever is further behind reads for itself. */
const mostPieces = 32;

/** So many stay in memory when nobody reads: a mebibyte. */
const fewPieces = 4;

const kept = new Map<string, Promise<Buffer>>();
let readers = 0;

/** The file's bytes, no more than it says it has; ends early when the file does. Rejects when it cannot be read. */
export async function* piecesOf(file: Archive): AsyncGenerator<Buffer> {
  readers += 1;
  try {
    for (let at = 0; at < file.bytes; at += pieceBytes) {
      const piece = await pieceAt(file, at);
      if (piece.length > 0) yield piece;
      if (piece.length < pieceBytes) return;
    }
  } finally {
    readers -= 1;
    // A small file is there for whoever comes next: hosts do not all ask at the same moment.
    if (readers === 0 && kept.size > fewPieces) kept.clear();
  }
}

function pieceAt(file: Archive, at: number): Promise<Buffer> {
  const key = `${file.sha256} ${file.path} ${at}`;
  const known = kept.get(key);
  if (known) return known;
  const reading = readPiece(file, at);
  kept.set(key, reading);
  for (const oldest of kept.keys()) {
    if (kept.size <= mostPieces) break;
    kept.delete(oldest);
  }
  reading.catch(() => kept.delete(key));
  return reading;
}

async function readPiece({ path, bytes }: Archive, at: number): Promise<Buffer> {
  const handle = await open(path);
  try {
    const wanted = Math.min(pieceBytes, bytes - at);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(wanted), 0, wanted, at);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
