// A process of its own whose files may not grow beyond 256 KiB for a while, as on a full disk: fills the store, says how each request ended, gets room again and
// goes on. Prints one JSON line.

import { execFileSync } from "node:child_process";
import { openEmbeddedStore } from "../../../src/adapters/embedded/store.ts";

const BYTES = 20_000;
const MOST = 100;

const limitFiles = (bytes: string) => execFileSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:`]);
const endOf = (request: Promise<unknown>) =>
  request.then(
    () => "done",
    ({ name, done }) => `${name} ${done}`,
  );

const { journal, leases } = await openEmbeddedStore(process.argv[2] ?? "");
let version = 0;
const append = async () => {
  const facts = [{ kind: "long", at: 1, text: "x".repeat(BYTES) }];
  const end = await endOf(journal.append([{ stream: "a", expected: version, facts }]));
  if (end === "done") version += 1;
  return end;
};

limitFiles(String(256 * 1024));
let refused = "done";
for (let i = 0; i < MOST && refused === "done"; i++) refused = await append();
const kept = (await journal.read("a")).length === version;
limitFiles("unlimited");
const again = [
  await append(),
  await endOf(leases.acquire("web", "one", 1_000)),
  await endOf(leases.release("web", "one")),
];
const after = (await journal.read("a")).length === version;
await journal.close();
process.stdout.write(`${JSON.stringify({ refused, kept, again, after })}\n`);
