// How often the canary judge is wrong and how soon it is right, beside Kayenta's published rule, with fixed seeds; and how fast it is, beside
// scipy in the same run. One argument: how many bakes are simulated for each row.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { intervalOf, pValue, shiftOf, sortBoth } from "../src/canary/statistics/mannWhitney.ts";
import { lognormal, many, seeded } from "../test/canary/judging/random.ts";
import { errors, gauge, jobs, latency, rates, type Scenario } from "../test/canary/judging/scenarios.ts";
import { printTable, quantile } from "./support/rounds.ts";

const runs = Number(process.argv[2] ?? 4_000);
const either = { side: "either" } as const;
const stop = { stop: true, reported: "silence" } as const;

const well: [string, Scenario][] = [
  ["latencies, 15 independent points", latency(1, 15)],
  ["latencies, 30 independent points", latency(1, 30)],
  ["gauge, AR(1) rho 0.8, 30 points", gauge(0.8, 30)],
  ["the same, either direction", gauge(0.8, 30, either)],
  ["gauge, AR(1) rho 0.8, 60 points, either", gauge(0.8, 60, either)],
  ["gauge, AR(1) rho 0.5, 30 points", gauge(0.5, 30)],
  ["gauge, AR(1) rho 0.9, 30 points", gauge(0.9, 30)],
  ["gauge, AR(1) rho 0.8, 15 points", gauge(0.8, 15)],
  ["the same, either direction", gauge(0.8, 15, either)],
  ["errors, 0.2 a minute on each host", errors({ canary: 0.2, rest: 1.8 })],
  ["errors, 5 a minute on each host", errors({ canary: 5, rest: 45 })],
  ["60 jobs a minute that go on", jobs(60, { ...stop, stop: false })],
  ["12 jobs a minute that go on", jobs(12, { ...stop, stop: false })],
];
const unwell: [string, Scenario][] = [
  ["latency x2, 15 points", latency(2, 15)],
  ["latency x1.5, 30 points", latency(1.5, 30)],
  ["gauge, AR(1) rho 0.8, 30 points, shift 12 s.d.", gauge(0.8, 30, { shift: 12 })],
  ["2 errors in each minute against none", errors({ canary: 2, rest: 0, even: true })],
  ["2 errors a minute on average against none", errors({ canary: 2, rest: 0 })],
  ["60 jobs a minute stop, within 90 s", jobs(60, stop)],
  ["12 jobs a minute stop, within 90 s", jobs(12, stop)],
];

const percent = (part: number) => `${(100 * part).toFixed(2)} %`;
function row([title, scenario]: [string, Scenario]): string[] {
  const { ours, kayenta, kayentaPolled, medianAfter } = rates(scenario, runs, 20);
  const polled = kayentaPolled === kayenta ? "" : percent(kayentaPolled);
  return [title, percent(ours), medianAfter === null ? "" : `${medianAfter.toFixed(0)} s`, percent(kayenta), polled];
}

const heads = ["ours", "median after", "Kayenta's rule", "polled every 20 s"];
console.log(`Failed though well, of ${runs} bakes of 5 minutes`);
printTable([["", ...heads], ...well.map((one) => row(one).with(2, ""))]);
console.log(`\nFailed because unwell, of ${runs}`);
printTable([["", ...heads], ...unwell.map(row)]);

/** p, shift and interval of 2,000 x 2,000 points. */
const random = seeded(1);
const [x, y] = [many(2_000, lognormal(random, 0.5)).map((value) => value * 1.02), many(2_000, lognormal(random, 0.5))];
const took: number[] = [];
let judged = { p: 1, shift: 0 };
const before = process.memoryUsage();
let largest = 0;
for (let round = 0; round < 40; round++) {
  const began = performance.now();
  const sorted = sortBoth(x, y);
  judged = { p: pValue(sorted), shift: shiftOf(sorted) };
  intervalOf(sorted, 0.98);
  if (round >= 10) took.push(performance.now() - began);
  largest = Math.max(largest, process.memoryUsage().rss - before.rss);
}
const oursMs = quantile(took, 0.5);
console.log(`\n2,000 x 2,000 points: p, shift and interval in ${oursMs.toFixed(1)} ms (median of ${took.length})`);
console.log(`  process grown by at most ${(largest / 2 ** 20).toFixed(0)} MB in all rounds`);

const script = fileURLToPath(new URL("./support/judge-scipy.py", import.meta.url));
const python = spawnSync("python3", [script], { input: JSON.stringify([x, y]), encoding: "utf8" });
if (python.status === 0) {
  const theirs = JSON.parse(python.stdout) as { p: number; shift: number; tookMs: number[]; megabytes: number };
  const theirsMs = quantile(theirs.tookMs, 0.5);
  console.log(
    `  scipy's p and numpy's median of all differences: ${theirsMs.toFixed(1)} ms, ${theirs.megabytes.toFixed(0)} MB`,
  );
  console.log(
    `  ratio ${(oursMs / theirsMs).toFixed(3)}; p differs by ${Math.abs(judged.p / theirs.p - 1).toExponential(1)}`,
  );
  console.log(`  shift ${judged.shift === theirs.shift ? "the same to the last digit" : "differs"}`);
} else {
  console.log("  not compared: there is no python3 with scipy here");
}
