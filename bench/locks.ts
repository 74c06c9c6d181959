// How fast a lock is taken and given back: ours on both stores, beside the shortest way there is, and beside two npm packages, in one run.

import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { startRedis } from "../test/support/redis.ts";
import { oursEmbedded, rawLmdb } from "./support/embedded-variants.ts";
import { oursOnRedis, rawPair, redlockPackage, semaphorePackage } from "./support/redis-variants.ts";
import { roundTrips } from "./support/round-trips.ts";
import { type Course, type Measured, measure, printTable, type Variant } from "./support/rounds.ts";

const REDIS = ["--appendonly", "yes", "--appendfsync", "everysec", "--maxmemory-policy", "noeviction"];
/** Below the working directory: a temporary directory may be in memory, which has nothing to flush. */
const directory = await mkdtemp(join(process.cwd(), "bench-"));
const server = await startRedis(REDIS);

const onRedis = await Promise.all(
  [rawPair, redlockPackage, semaphorePackage, oursOnRedis].map((open) => open(server.url)),
);
const onDisk = await Promise.all([rawLmdb, oursEmbedded].map((open) => open(directory)));

const alone: Course = { atOnce: 1, pairs: 1_000, rounds: 7 };
const together: Course = { atOnce: 32, pairs: 6_400, rounds: 7 };
try {
  const both = [...onRedis, ...onDisk];
  const [one, many] = [await measure(both, alone), await measure(both, together)];
  print(one, many);
  await printRoundTrips(onRedis);
} finally {
  for (const { close } of [...onRedis, ...onDisk]) await close();
  await server.stop();
  await rm(directory, { recursive: true });
}

/** The first of a store is what its others are compared with. */
function print(one: Measured[], many: Measured[]): void {
  const heads = ["", "one after another", "p99", "ratio", "32 at once", "p99", "ratio"];
  const rows = (from: number, to: number) =>
    one.slice(from, to).map(({ name }, i) => [name, ...cells(one, from + i, from), ...cells(many, from + i, from)]);
  printTable([heads, ...rows(0, onRedis.length), ...rows(onRedis.length, one.length)]);
}

function cells(measured: Measured[], at: number, first: number): string[] {
  const { perSecond = 0, p99Ms = 0 } = measured[at] ?? {};
  const ratio = perSecond / (measured[first]?.perSecond ?? Number.NaN);
  return [`${Math.round(perSecond)}/s`, `${p99Ms.toFixed(2)} ms`, ratio.toFixed(2)];
}

async function printRoundTrips(variants: Variant[]): Promise<void> {
  console.log("");
  const rows = [];
  for (const variant of variants) {
    const { perOperation, waiting } = await roundTrips(server.url, variant);
    rows.push([variant.name, String(perOperation), waiting === 0 ? "" : `and ${waiting} that wait for news`]);
  }
  printTable([["", "round trips per operation", ""], ...rows]);
}
