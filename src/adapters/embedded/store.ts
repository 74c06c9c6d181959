// The embedded store: journal and leases of one process in one LMDB file below the data directory. Knows nothing of what the facts mean.

import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { open } from "lmdb";
import type { Journal } from "../../ports/journal.ts";
import type { Leases } from "../../ports/leases.ts";
import { embeddedJournal } from "./journal.ts";
import { embeddedLeases } from "./leases.ts";
import { describeProcess, isRunning, type ProcessMark } from "./process.ts";

export class StoreInUse extends Error {
  override name = "StoreInUse";
}

/**
 * Opens (or makes) the store in `directory`. Throws `StoreInUse` while another living process has it open: what one process appends
 * would not be noticed by the other.
 */
export async function openEmbeddedStore(directory: string): Promise<{ journal: Journal; leases: Leases }> {
  mkdirSync(directory, { recursive: true });
  const root = open({ path: join(directory, "journal.lmdb"), maxDbs: 4 });
  const owners = root.openDB<ProcessMark, string>({ name: "owner", encoding: "json" });
  const me = describeProcess(process.pid);
  const other = await root.transaction(() => {
    const owner = owners.get("owner");
    if (owner && owner.pid !== me.pid && isRunning(owner)) return owner;
    owners.put("owner", me);
    return null;
  });
  if (other) {
    await root.close();
    throw new StoreInUse(
      `${directory} is in use by another Lockstep (process ${other.pid}): stop it first, or set DATA_DIR to another folder.`,
    );
  }
  return { journal: embeddedJournal(root), leases: embeddedLeases(root, randomUUID()) };
}
