// A process of its own that has the store open: takes a lease, writes a fact, says so, and stays until it is killed. Each
// line that it hears is one fact more.

import { createInterface } from "node:readline";
import { openEmbeddedStore } from "../../../src/adapters/embedded/store.ts";

const { journal, leases } = await openEmbeddedStore(process.argv[2] ?? "");
const lease = await leases.acquire("web", "holder", 3_600_000);
await journal.append([{ stream: "a", expected: 0, facts: [{ kind: "written", at: 1 }] }]);
process.stdout.write(`${JSON.stringify(lease)}\n`);
let version = 1;
for await (const _ of createInterface({ input: process.stdin })) {
  await journal.append([{ stream: "a", expected: version, facts: [{ kind: "written", at: 2 }] }]);
  version += 1;
}
