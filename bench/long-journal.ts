// A target with a long history: whether a lock on it costs what it costs on a new one, and how long a process that has just started reads it.

import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { openEmbeddedStore } from "../src/adapters/embedded/store.ts";
import { openRedisStore } from "../src/adapters/redis/store.ts";
import { systemClock } from "../src/adapters/system/clock.ts";
import type { Journal, StoredFact } from "../src/ports/journal.ts";
import { Targets } from "../src/runner/targets.ts";
import { SOUND, startRedis } from "../test/support/redis.ts";
import { measure, printTable } from "./support/rounds.ts";
import { targetVariant } from "./support/target-variant.ts";

const FACTS = 100_000;
const AT_A_TIME = 1_000;
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const by = { id: "U024BE7LH", name: "on-call" };

/** The target that the variants of this bench lock when they are told `web0`. */
const STREAM = "target/web0/production";

function history(from: number): StoredFact[] {
  return Array.from({ length: AT_A_TIME }, (_, i) => {
    const version = from + i + 1;
    const at = 1_795_000_000_000 + version;
    if (version % 2 === 1) return { kind: "locked", at, by, reason: "db migration", until: at + 3_600_000 };
    return { kind: "unlocked", at, by, lock: version - 1, owner: null, reason: "" };
  });
}

interface Store {
  name: string;
  /** Once with the long history, once without any; both empty at first. */
  open(which: "long" | "new"): Promise<Journal>;
  remove(): Promise<void>;
}

async function redisStore(): Promise<Store> {
  const servers = { long: await startRedis(SOUND), new: await startRedis(SOUND) };
  return {
    name: "Redis",
    async open(which) {
      const opened = await openRedisStore(servers[which].url, silent);
      if (!opened.ok) throw new Error(JSON.stringify(opened.problems));
      return opened.journal;
    },
    async remove() {
      await Promise.all([servers.long.stop(), servers.new.stop()]);
    },
  };
}

async function embeddedStore(): Promise<Store> {
  const directory = await mkdtemp(join(process.cwd(), "bench-"));
  return {
    name: "embedded",
    open: async (which) => (await openEmbeddedStore(join(directory, which))).journal,
    remove: () => rm(directory, { recursive: true }),
  };
}

async function fill(journal: Journal): Promise<void> {
  for (let expected = 0; expected < FACTS; expected += AT_A_TIME)
    await journal.append([{ stream: STREAM, expected, facts: history(expected) }]);
}

/** As a process that has just started does it. `heldUpMs` is how long others waited at most meanwhile. */
async function coldRead(store: Store): Promise<{ readMs: number; foldedMs: number; heldUpMs: number }> {
  const journal = await store.open("long");
  const began = performance.now();
  await journal.read(STREAM);
  const readMs = performance.now() - began;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const beganAll = performance.now();
  const state = await new Targets({ journal, clock: systemClock }).read({ service: "web0", environment: "production" });
  const foldedMs = performance.now() - beganAll;
  await pause(5); // what was held up last is seen now
  delay.disable();
  await journal.close();
  if (state.version !== FACTS) throw new Error(`read ${state.version} facts`);
  return { readMs, foldedMs, heldUpMs: delay.max / 1e6 };
}

for (const prepare of [redisStore, embeddedStore]) {
  const store = await prepare();
  try {
    const filling = await store.open("long");
    await fill(filling);
    await filling.close();
    const { readMs, foldedMs, heldUpMs } = await coldRead(store);
    console.log(`${store.name}, ${FACTS} facts on one target, cold: read in ${Math.round(readMs)} ms;`);
    console.log(
      `  read, parsed and folded in ${Math.round(foldedMs)} ms, others held up for ${Math.round(heldUpMs)} ms`,
    );
    const [long, empty] = [await store.open("long"), await store.open("new")];
    const variants = [
      targetVariant("a new target", empty, () => empty.close()),
      targetVariant(`${FACTS} facts`, long, () => long.close()),
    ];
    const measured = await measure(variants, { atOnce: 1, pairs: 500, rounds: 9 });
    const first = measured[0]?.perSecond ?? Number.NaN;
    const costs = measured.map(({ name, perSecond, p99Ms }) => [
      name,
      `${(1000 / perSecond).toFixed(3)} ms`,
      `${p99Ms.toFixed(2)} ms`,
      (first / perSecond).toFixed(2),
    ]);
    printTable([["warm, lock and unlock of", "median", "p99", "times a new one"], ...costs]);
    for (const { close } of variants) await close();
  } finally {
    await store.remove();
  }
}
