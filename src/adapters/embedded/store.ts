// The embedded store: journal and leases of one process in one LMDB file below the data directory. Knows nothing of what the facts mean.

import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import type { Journal } from "../../ports/journal.ts";
import type { Leases } from "../../ports/leases.ts";
import { claim } from "./claim.ts";
import { WRITTEN } from "./committed.ts";
import { embeddedJournal } from "./journal.ts";
import { embeddedLeases } from "./leases.ts";
import { requireJournal } from "./readOnly.ts";

export class StoreInUse extends Error {
  override name = "StoreInUse";
}

/**
 * Opens (or makes) the store in `directory`. Throws `StoreInUse` while another living process has it open: what one process appends
 * would not be noticed by the other. Rejects with `CannotRead` when the file that is there is no journal.
 */
export async function openEmbeddedStore(directory: string): Promise<{ journal: Journal; leases: Leases }> {
  mkdirSync(directory, { recursive: true });
  // Before LMDB sees the folder: it tells processes apart by their number, which another container may have given out as well.
  const release = await claimFolder(directory);
  try {
    const path = join(directory, "journal.lmdb");
    // A process that was killed just when it made the file may have left it empty: that is a new one.
    if (existsSync(path) && statSync(path).size > 0) await requireJournal(directory);
    const root = open({ path, ...WRITTEN });
    return { journal: claimedJournal(root, release), leases: embeddedLeases(root, randomUUID()) };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Takes the folder, which has to exist, until the function that it gives is called. Throws `StoreInUse`. */
export async function claimFolder(directory: string): Promise<() => Promise<void>> {
  const claimed = await claim(directory);
  if (claimed.ok) return claimed.release;
  const who = claimed.pid === null ? "" : ` (process ${claimed.pid})`;
  throw new StoreInUse(
    `${directory} is in use by another Lockstep${who}: stop it first, or set DATA_DIR to another folder.`,
  );
}

/** Others may come in once everything is on the disk. */
function claimedJournal(root: RootDatabase, release: () => Promise<void>): Journal {
  const journal = embeddedJournal(root);
  return {
    ...journal,
    close: () => journal.close().finally(release),
  };
}
