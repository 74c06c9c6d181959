// The embedded journal as a whole: read at one moment beside a bot that writes, and put into a folder that has none. Knows no format of backups.

import { mkdir, open as openFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { open } from "lmdb";
import type { Kept, Restore, Snapshot } from "../../ports/copies.ts";
import { type StreamName, UnreadableFact } from "../../ports/journal.ts";
import { committed, quietly, WRITTEN } from "./committed.ts";
import { databasesOf, readDatabases } from "./journal.ts";
import { hasJournal, openClaimed, openReadOnly, requireJournal } from "./readOnly.ts";
import { claimFolder } from "./store.ts";

/** Facts at a time: few enough to be held in memory, whatever they are. */
const PAGE = 200;

/** Also while the bot has it open. Rejects with `CannotRead` when the folder holds no journal, or one that is not safe to read here. */
export async function embeddedSnapshot(directory: string): Promise<Snapshot> {
  const root = await openReadOnly(directory);
  const { facts } = readDatabases(root);
  // Held until it is closed: what is there now stays, and the bot's file grows by what it changes meanwhile.
  const transaction = root.useReadTransaction();

  async function* pages(): AsyncGenerator<Kept[]> {
    if (facts === undefined) return; // a store that was never written to
    let page: Kept[] = [];
    let before: [StreamName, number] = ["", 0];
    try {
      for (const { key, value } of facts.getRange({ transaction })) {
        page.push({ stream: key[0], version: key[1], fact: value });
        before = key;
        if (page.length < PAGE) continue;
        yield page;
        page = [];
      }
    } catch (error) {
      // What it says holds some of the text.
      if (!(error instanceof SyntaxError)) throw error;
      const [[stream, version] = before] = facts.getKeys({ transaction, start: [before[0], before[1] + 1], limit: 1 });
      throw new UnreadableFact({ stream, version }, "no JSON");
    }
    yield page;
  }

  return {
    facts: pages,
    async close() {
      transaction.done();
      await root.close();
    },
  };
}

/** Null when there is a journal with facts already. Rejects with `StoreInUse` while a bot, or another restore, has the folder. */
export async function embeddedRestore(directory: string): Promise<Restore | null> {
  await mkdir(directory, { recursive: true });
  const release = await claimFolder(directory);
  try {
    if (await holdsFacts(directory)) {
      await release();
      return null;
    }
    return await restoreInto(directory, release);
  } catch (error) {
    await release();
    throw error;
  }
}

/** In a file beside it, which gets the journal's name at the end. */
async function restoreInto(directory: string, release: () => Promise<void>): Promise<Restore> {
  const [path, coming] = [join(directory, "journal.lmdb"), join(directory, "restoring.lmdb")];
  await removeStore(coming);
  const root = open({ path: coming, ...WRITTEN });
  const { facts, heads } = databasesOf(root);
  let isOpen = true;

  async function closeFile(): Promise<void> {
    if (isOpen) await root.close();
    isOpen = false;
  }

  return {
    async add(kept) {
      const put = () => {
        for (const { stream, version, fact } of kept) {
          quietly(facts.put([stream, version], fact));
          quietly(heads.put(stream, version));
        }
      };
      await committed(root.transaction(put));
    },
    async finish() {
      await root.flushed;
      await closeFile();
      // And its lock file: whoever still has the empty journal open keeps the old one, and must not share the new one's.
      await removeStore(path);
      await rename(coming, path);
      await removeStore(coming);
      await syncFolder(directory);
      return { ok: true };
    },
    async close() {
      await closeFile();
      await removeStore(coming);
      await release();
    },
  };
}

async function holdsFacts(directory: string): Promise<boolean> {
  if (!hasJournal(directory)) return false;
  await requireJournal(directory);
  const root = openClaimed(directory);
  const { heads } = readDatabases(root);
  const count = heads?.getCount({ limit: 1 }) ?? 0;
  await root.close();
  return count > 0;
}

async function removeStore(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(`${path}-lock`, { force: true });
}

/** A new name is on the disk only once its folder is. */
async function syncFolder(directory: string): Promise<void> {
  const folder = await openFile(directory);
  await folder.sync().finally(() => folder.close());
}
