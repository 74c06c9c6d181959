// How long people wait for the acknowledgement of a slash command while twenty deploys bake, beside a Bolt app that does nothing but acknowledge, in one run; and whether the bot's memory grows
// with what they type.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { freePort } from "../playground/ports.ts";
import { goAhead } from "./support/ahead.ts";
import { killClients, measureClient, nodeClient } from "./support/client.ts";
import { inspect } from "./support/inspector.ts";
import { baking, startManyTargets } from "./support/many-targets.ts";
import { cpuSeconds, residentBytes } from "./support/procfs.ts";
import { printTable, quantile } from "./support/rounds.ts";
import type { Typed, Typing } from "./support/typing.ts";

const { values } = parseArgs({
  options: {
    targets: { type: "string", default: "20" },
    people: { type: "string", default: "50" },
    rounds: { type: "string", default: "4" },
    commands: { type: "string", default: "500" },
    pause: { type: "string", default: "5000" },
    "all-in-all": { type: "string", default: "10000" },
    ahead: { type: "boolean", default: false },
    profile: { type: "string" },
  },
});
const [targets, rounds, commands] = [Number(values.targets), Number(values.rounds), Number(values.commands)];
/** How fast they type where only memory is looked at, and how often it is. */
const HASTE_MS = 300;
const LOOK_EVERY = 1_000;
const people = Array.from({ length: Number(values.people) }, (_, i) => `U0PERSON${String(i + 1).padStart(2, "0")}`);
const CLIENT = "bench/clients/typing.ts";
const MB = 1_000_000;

const directory = await mkdtemp(join(process.cwd(), "bench-"));
process.on("exit", () => {
  killClients();
  rmSync(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(1));

const world = await startManyTargets(directory, { targets, people });
process.on("exit", () => world.bot.process.kill("SIGKILL"));
const bare = await startBare(world.slack.signingSecret);
const inside = await inspect(world.inspectorPort);
const botPid = world.bot.process.pid ?? 0;

if (values.ahead) goAhead([botPid, bare.pid]);

console.log(`deploying to ${targets} targets`);
await world.bakeAll();
console.log("all of them bake");

const taken = { bare: [] as Round[], bot: [] as Round[] };
const bot = { url: `${world.origin}/slack/events`, pid: botPid, answered: true };
const latency = { commands, pauseMs: Number(values.pause) };
for (let round = 0; round <= rounds; round += 1) {
  const profiling = values.profile && round === 1 ? await inside.profile() : null;
  taken.bare.push(await type({ ...bare, answered: false }, { ...latency, round: `bare-${round}` }));
  taken.bot.push(await type(bot, { ...latency, round: `bot-${round}` }));
  await profiling?.end(values.profile ?? "");
}
print();

const memory: string[][] = [["commands", "heap MB", "resident MB"]];
await remember("0");
const began = performance.now();
for (let typed = LOOK_EVERY; typed <= Number(values["all-in-all"]); typed += LOOK_EVERY) {
  await type(bot, { commands: LOOK_EVERY, pauseMs: HASTE_MS, round: `memory-${typed}` });
  await remember(String(typed));
}
// What the deploys themselves add: looks, and messages about them.
await pause(performance.now() - began);
await remember("and as long without any");
printTable(memory);
if ((await baking(world.origin)) !== targets) throw new Error("not all of the deploys have baked until the end");
inside.close();
await world.close();
process.exit();

interface Round {
  typed: Typed;
  cpu: number;
}

interface App {
  url: string;
  pid: number;
  answered: boolean;
}

async function type({ url, pid, answered }: App, pace: Pick<Typing, "commands" | "pauseMs" | "round">): Promise<Round> {
  const typing: Typing = {
    ...pace,
    url,
    answered,
    people,
    ahead: values.ahead,
    lines: lines(),
    signingSecret: world.slack.signingSecret,
  };
  const path = join(directory, "typing.json");
  await writeFile(path, JSON.stringify(typing));
  const before = cpuSeconds([pid]);
  const { told } = await measureClient(nodeClient(CLIENT, [path]), { serverCpu: () => 0, settle: async () => {} });
  const typed = told as unknown as Typed & { unanswered: number };
  if (typed.failed > 0 || typed.unanswered > 0)
    throw new Error(`${typed.failed} were not acknowledged, ${typed.unanswered} not answered`);
  return { typed, cpu: cpuSeconds([pid]) - before };
}

/** Looking, mostly; somebody takes a lock and gives it back. */
function lines(): string[] {
  return world.services.flatMap((service) => [
    `/canary ${service}`,
    "/locks",
    `/canary ${service}`,
    `/lock ${service} db migration for 5m`,
    `/unlock ${service}`,
  ]);
}

async function startBare(secret: string) {
  const port = await freePort();
  const path = "bench/clients/bare-bolt.ts";
  const child = spawn(process.execPath, ["--import", "tsx", path, String(port), secret], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  // It ends with this process: its standard input does.
  return { url: `http://127.0.0.1:${port}/slack/events`, pid: child.pid ?? 0 };
}

async function remember(after: string): Promise<void> {
  const heap = await inside.heapBytes();
  memory.push([after, (heap / MB).toFixed(1), (residentBytes(botPid) / MB).toFixed(0)]);
}

/** The first round of each is for warming up. */
function print(): void {
  const [b, l] = [taken.bare.slice(1), taken.bot.slice(1)];
  const all = (of: Round[], what: "acknowledged" | "answers") => of.flatMap(({ typed }) => typed[what]);
  const row = (name: string, times: number[]) => [
    name,
    ...[0.5, 0.9, 0.99, 1].map((share) => quantile(times, share).toFixed(2)),
  ];
  const p99 = (of: Round[]) =>
    quantile(
      of.map(({ typed }) => quantile(typed.acknowledged, 0.99)),
      0.5,
    );
  printTable([
    ["ms", "p50", "p90", "p99", "longest"],
    row("bare Bolt: acknowledged", all(b, "acknowledged")),
    row("Lockstep: acknowledged", all(l, "acknowledged")),
    row("Lockstep: answered", all(l, "answers")),
  ]);
  const ratio = (share: number) =>
    (quantile(all(l, "acknowledged"), share) / quantile(all(b, "acknowledged"), share)).toFixed(2);
  console.log(
    `\nof the bare app: p50 ${ratio(0.5)}, p99 ${ratio(0.99)}; medians of the rounds' p99 ${(p99(l) / p99(b)).toFixed(2)}`,
  );
  const cpu = (of: Round[]) =>
    ((of.reduce((sum, one) => sum + one.cpu, 0) * 1_000) / (of.length * commands)).toFixed(2);
  console.log(`processor time per command, deploys included: bare ${cpu(b)} ms, Lockstep ${cpu(l)} ms\n`);
}
