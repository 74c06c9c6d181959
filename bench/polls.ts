// How many requests bakes of one process send to Datadog while they run at the same time: each by itself, and together. Time is simulated; the adapter, HTTP and
// the stand-in are real.

import { Bakes } from "../test/support/bakes.ts";
import { MINUTE } from "../test/support/build.ts";

const FOR_MS = 5 * MINUTE;
/** From the first start to the last verdict, which waits until the bake has settled. */
const WHOLE_MS = FOR_MS + 7 * MINUTE;

interface Row {
  bakes: number;
  queries: number;
  /** All began within this time. */
  withinMs: number;
}

const rows: Row[] = [
  { bakes: 1, queries: 4, withinMs: 0 },
  { bakes: 5, queries: 4, withinMs: MINUTE },
  { bakes: 20, queries: 2, withinMs: MINUTE },
  { bakes: 20, queries: 4, withinMs: MINUTE },
  { bakes: 20, queries: 4, withinMs: 5 * MINUTE },
];

console.log(
  "| bakes at once | queries each | began within | requests, each by itself | together | in the busiest 30 s | of these last looks |",
);
console.log("|---|---|---|---|---|---|---|");
for (const row of rows) {
  const [alone, together] = [await run(row, false), await run(row, true)];
  const { bakes, queries, withinMs } = row;
  const busiest = `${alone.busiest} / ${together.busiest}`;
  console.log(
    `| ${[bakes, queries, `${withinMs / 1000} s`, alone.all, together.all, busiest, together.lastLooks].join(" | ")} |`,
  );
}

async function run({ bakes: count, queries, withinMs }: Row, together: boolean) {
  const startsMs = Array.from({ length: count }, (_, i) => Math.floor((i * withinMs) / count) + 1_234);
  const bakes = await Bakes.start({ startsMs, checks: queries, together, bake: { forMs: FOR_MS } });
  try {
    await bakes.pass(WHOLE_MS);
    const deploys = await bakes.deploys();
    if (deploys.some(({ stage }) => stage !== "asking")) throw new Error("a bake is not over");
    const times = bakes.requests().map(({ at }) => at);
    const perPoll = new Map<number, number>();
    for (const at of times) {
      const poll = Math.floor(at / 30_000);
      perPoll.set(poll, (perPoll.get(poll) ?? 0) + 1);
    }
    const lastLooks = deploys.reduce(
      (sum, deploy) =>
        sum +
        (deploy.stage === "asking" && deploy.about === "verdict"
          ? deploy.bake.looks.filter(({ last }) => last).length
          : 0),
      0,
    );
    return { all: times.length, busiest: Math.max(...perPoll.values()), lastLooks };
  } finally {
    await bakes.close();
  }
}
