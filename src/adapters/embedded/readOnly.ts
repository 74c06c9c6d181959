// The embedded journal for one who only reads, also while the bot has it open: takes no claim, writes nothing, and makes nothing that is not there.

import { existsSync } from "node:fs";
import { open as openFile } from "node:fs/promises";
import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import type { Journal } from "../../ports/journal.ts";
import { holderOf } from "./claim.ts";
import { embeddedJournal, readDatabases } from "./journal.ts";

/** Why the journal cannot be read here: a sentence. */
export class CannotRead extends Error {
  override name = "CannotRead";
}

export type JournalReader = Pick<Journal, "read" | "streams" | "close">;

/** The mark of LMDB in its first page, whichever way round the machine writes numbers. */
const MARKS = [Buffer.from("dec0efbe", "hex"), Buffer.from("beefc0de", "hex")];
const FIRST_BYTES = 64;

/** LMDB ends the whole process when it is given another kind of file. */
async function looksLikeOne(path: string): Promise<boolean> {
  const file = await openFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new CannotRead(`${path} cannot be read by this user (${error.code}): run this as the bot's user.`);
  });
  try {
    const { buffer } = await file.read(Buffer.alloc(FIRST_BYTES), 0, FIRST_BYTES, 0);
    return MARKS.some((mark) => buffer.includes(mark));
  } finally {
    await file.close();
  }
}

const pathIn = (directory: string) => join(directory, "journal.lmdb");

export function hasJournal(directory: string): boolean {
  return existsSync(pathIn(directory));
}

/** Rejects with `CannotRead` when the folder holds no journal, or one that is not safe to read here. */
export async function openReadOnly(directory: string): Promise<RootDatabase> {
  await requireJournal(directory);
  // LMDB tells processes apart by their number: one of the same number, in another container, would give up the bot's place among the readers when it ends.
  if ((await holderOf(directory)) === process.pid) {
    throw new CannotRead(
      `The bot has ${directory} open in another container, as a process of the same number (${process.pid}): run this in the bot's own container.`,
    );
  }
  return openClaimed(directory);
}

/** For one who has claimed the folder, and so knows that nobody else is there. */
export const openClaimed = (directory: string): RootDatabase =>
  open({ path: pathIn(directory), maxDbs: 4, readOnly: true });

/** Rejects with `CannotRead` when the folder holds no journal. */
export async function requireJournal(directory: string): Promise<void> {
  // LMDB would make the folders on the way to it.
  if (!hasJournal(directory)) {
    throw new CannotRead(
      `There is no journal in ${directory}: set DATA_DIR to the bot's folder, or REDIS_URL when its journal is in Redis.`,
    );
  }
  if (!(await looksLikeOne(pathIn(directory)))) {
    throw new CannotRead(
      `${pathIn(directory)} is not a journal: move it away and restore a backup with lockstep import, or set DATA_DIR to the bot's folder.`,
    );
  }
}

/** Reads what is there when each question is asked. Rejects as `openReadOnly` does. */
export async function readEmbeddedJournal(directory: string): Promise<JournalReader> {
  const root = await openReadOnly(directory);
  // Opened read-only, a store that was never written to has no databases to read.
  const isEmpty = readDatabases(root).heads === undefined;
  if (isEmpty) return { read: async () => [], streams: async () => [], close: () => root.close() };
  const { read, streams, close } = embeddedJournal(root);
  return { read, streams, close };
}
