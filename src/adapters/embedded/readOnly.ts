// The embedded journal for one who only reads, also while the bot has it open: takes no claim, writes nothing, and makes nothing that is not there.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { open } from "lmdb";
import type { Journal } from "../../ports/journal.ts";
import { embeddedJournal } from "./journal.ts";

export type JournalReader = Pick<Journal, "read" | "streams" | "close">;

export class NoStore extends Error {
  override name = "NoStore";
}

/**
 * Reads what is there when each question is asked. Throws `NoStore` when the folder holds no journal. LMDB tells readers apart by the number of their
 * process: the reader has to run where the bot runs, not in another container on the same volume.
 */
export function readEmbeddedJournal(directory: string): JournalReader {
  const path = join(directory, "journal.lmdb");
  // LMDB would make the folders on the way to it.
  if (!existsSync(path)) {
    throw new NoStore(
      `There is no journal in ${directory}: set DATA_DIR to the bot's folder, or REDIS_URL when its journal is in Redis.`,
    );
  }
  const root = open({ path, maxDbs: 4, readOnly: true });
  // Opened read-only, a store that was never written to has no databases to read.
  const isEmpty = root.openDB({ name: "heads", encoding: "json" }) === undefined;
  if (isEmpty) return { read: async () => [], streams: async () => [], close: () => root.close() };
  const { read, streams, close } = embeddedJournal(root);
  return { read, streams, close };
}
