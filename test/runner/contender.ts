// A process of its own in which many people want one lock at the same time, each with a bot of their own that knows nothing of the others. Prints what each
// was told, as JSON.

import { openRedisStore } from "../../src/adapters/redis/store.ts";
import type { Person } from "../../src/deploy/order.ts";
import { Supervisor } from "../../src/runner/supervise.ts";
import { partsOn, silentLog } from "../support/parts.ts";
import { wantOnce } from "./wanting.ts";

const [url = "", name = "", many = "0"] = process.argv.slice(2);
const opened = await openRedisStore(url, silentLog);
if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
const supervisor = new Supervisor(partsOn(opened));
supervisor.watch();

process.stdout.write("ready\n");
await new Promise((resolve) => process.stdin.once("data", resolve));
const people = Array.from({ length: Number(many) }, (_, i): Person => ({ id: `U${name}X${i}`, name: `${name}-${i}` }));
const told = await Promise.all(people.map(async (one) => [one.id, await wantOnce(opened, supervisor, one)]));
process.stdout.write(`${JSON.stringify(told)}\n`);
// The others may still need this one to keep the line going.
await new Promise((resolve) => process.stdin.once("end", resolve));
await supervisor.stop();
await opened.journal.close();
process.exit(0);
