// The lock in the embedded store, and beside it what LMDB itself needs for two writes that are on the disk.

import { join } from "node:path";
import { open } from "lmdb";
import { openEmbeddedStore } from "../../src/adapters/embedded/store.ts";
import type { Variant } from "./rounds.ts";
import { targetVariant } from "./target-variant.ts";

export async function rawLmdb(directory: string): Promise<Variant> {
  const root = open({ path: join(directory, "raw.lmdb") });
  const onDisk = async (write: Promise<unknown>) => {
    await write;
    await root.flushed;
  };
  return {
    name: "raw LMDB put + remove, both flushed",
    async pair(lock) {
      await onDisk(root.put(lock, "owner"));
      await onDisk(root.remove(lock));
    },
    close: () => root.close(),
  };
}

export async function oursEmbedded(directory: string): Promise<Variant> {
  const { journal } = await openEmbeddedStore(join(directory, "store"));
  return targetVariant("ours embedded", journal, () => journal.close());
}
