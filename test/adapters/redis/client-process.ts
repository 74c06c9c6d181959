// A process of its own that uses the store in Redis. Arguments: URL, what to do, its name. Says `ready`, begins at the first line it is sent, and ends with
// what it did, as JSON.

import { once } from "node:events";
import { openAt } from "./opening.ts";

const [, , url = "", task = "", name = ""] = process.argv;
const { journal, leases } = await openAt(url);
console.log("ready");
await once(process.stdin, "data");

/** Appends behind whatever others append. */
async function append(times: number): Promise<number[]> {
  const versions: number[] = [];
  let known = 0;
  while (versions.length < times) {
    known += (await journal.read("a", known)).length;
    const facts = [{ kind: `${name}/${versions.length}`, at: 1 }];
    if ((await journal.append([{ stream: "a", expected: known, facts }])).ok) versions.push(known + 1);
  }
  return versions;
}

/** Appends to a stream of its own until the freeze is put on. */
async function work(): Promise<number> {
  for (let version = 0; ; version += 1) {
    const work = { stream: name, expected: version, facts: [{ kind: "work", at: 1 }] };
    const done = await journal.append([work, { stream: "freeze", expected: 0, facts: [] }]);
    if (!done.ok) return version;
  }
}

/** Takes the lease and gives it back, again and again. */
async function hold(times: number): Promise<number[]> {
  const tokens: number[] = [];
  while (tokens.length < times) {
    const lease = await leases.acquire("web", name, 10_000);
    if (!lease.held) continue;
    tokens.push(lease.token);
    await leases.release("web", name);
  }
  return tokens;
}

const did = task === "append" ? await append(50) : task === "work" ? await work() : await hold(20);
console.log(JSON.stringify(did));
await journal.close();
process.stdin.destroy();
