// The embedded store keeps the contracts of its ports.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbeddedStore } from "../../../src/adapters/embedded/store.ts";
import { journalContract } from "../../contracts/journal.ts";
import { leasesContract } from "../../contracts/leases.ts";

async function prepare() {
  const directory = await mkdtemp(join(tmpdir(), "lockstep-store-"));
  return { directory, remove: () => rm(directory, { recursive: true }) };
}

journalContract("the embedded store", async () => {
  const { directory, remove } = await prepare();
  return { remove, open: async () => (await openEmbeddedStore(directory)).journal };
});

leasesContract("the embedded store", async () => {
  const { directory, remove } = await prepare();
  return {
    remove,
    async open() {
      const { leases, journal } = await openEmbeddedStore(directory);
      return { leases, close: () => journal.close() };
    },
  };
});
