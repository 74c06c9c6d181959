// The bot's fleet puts a release on all hosts beside what runs there, as it does while a canary bakes.

import { pool } from "../../src/runner/pool.ts";
import { fleetOf, orderOf } from "../support/bot.ts";
import { done, untilToldToGo } from "../support/protocol.ts";
import { readTask } from "../support/task.ts";

const task = await readTask(process.argv[2] ?? "");
const fleet = fleetOf(task);
const { site, release, concurrency } = orderOf(task);
const { signal } = new AbortController();
await untilToldToGo();
await pool(task.hosts, { atOnce: concurrency, enough: () => false }, async (host) => {
  const prepared = await fleet.prepare(host, { site, release: release.name, archive: task.archive }, signal);
  if (!prepared.ok) throw new Error(`${host.name}: ${prepared.trouble}, ${prepared.detail}`);
});
await fleet.close();
await done();
process.exit();
