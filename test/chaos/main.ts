// `npm run test:chaos`: real bots, with people who never stop asking and everything around them failing, then peace; says what is not as it has to be.
// Exit 0 when all is well, 1 when something is not, 2 when it could not be run, 130 after Ctrl-C.

import { striking } from "./faults.ts";
import { leftBehind, type Violation, violations } from "./invariants.ts";
import { readOptions, USAGE } from "./options.ts";
import { pause } from "./pause.ts";
import { makePeace } from "./peace.ts";
import { People } from "./people.ts";
import { type Record, Records } from "./record.ts";
import { progressLine, say, summary, violationText } from "./report.ts";
import { Tally } from "./tally.ts";
import { traffic } from "./traffic.ts";
import { startWorld, type World } from "./world.ts";

const SAY_EVERY_MS = 5_000;
const MEASURE_EVERY_MS = 2_000;
const STOPPED_WITHIN_MS = 10_000;
const READY_WITHIN_MS = 90_000;

const interrupted = new AbortController();
process.on("SIGINT", () => interrupted.abort());
process.on("SIGTERM", () => interrupted.abort());

async function run(world: World): Promise<Violation[]> {
  const tookMs = await untilReady(world, interrupted.signal);
  const storm = stormOf(world.options.minutes * 60_000);
  const over = new AbortController();
  const people = new People(world, storm);
  const faults = new Tally();
  const going = [traffic(world, over.signal), measuring(world, over.signal), telling(world, people, { faults, storm })];
  let reading: Records | null = null;
  try {
    await Promise.all([people.act(), striking(world, { tally: faults, stop: storm, startsInMs: tookMs })]);
    if (interrupted.signal.aborted) return [];
    say("All faults are over; the bots are left in peace.");
    const records = async () => (reading = await Records.open(world));
    const unrest = await makePeace(world, { records, stop: interrupted.signal, say });
    reading ??= await Records.open(world);
    const record = await reading.all();
    const found = violations(world, people, record, unrest);
    await reading.close();
    reading = null;
    found.push(...(await stopBots(world)), ...(await leftBehind(world)));
    say(`\n${summary(world, people, { record, faults })}`);
    if (!interrupted.signal.aborted) tell(found, record);
    return found;
  } finally {
    over.abort();
    await Promise.all(going);
    await (reading as Records | null)?.close();
  }
}

/** Aborts after so many ms, and at Ctrl-C. Not put together from `AbortSignal.timeout`: a timeout that nobody holds is collected before its time. */
function stormOf(ms: number): AbortSignal {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), ms);
  interrupted.signal.addEventListener("abort", () => {
    clearTimeout(timer);
    over.abort();
  });
  return over.signal;
}

/** Resolves with how many ms it took. */
async function untilReady({ bots, directory }: World, stop: AbortSignal): Promise<number> {
  const from = Date.now();
  while (!stop.aborted && !bots.every((bot) => bot.isReady)) {
    if (Date.now() > from + READY_WITHIN_MS)
      throw new Error(`the bots do not start, although nothing is wrong yet: see ${directory}`);
    await pause(200, stop);
  }
  return Date.now() - from;
}

async function telling(
  world: World,
  people: People,
  { faults, storm }: { faults: Tally; storm: AbortSignal },
): Promise<void> {
  const until = Date.now() + world.options.minutes * 60_000;
  while (!storm.aborted) {
    await pause(SAY_EVERY_MS, storm);
    if (!storm.aborted) say(progressLine(world, people, { faults, leftMs: Math.max(0, until - Date.now()) }));
  }
}

async function measuring({ bots }: World, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    await pause(MEASURE_EVERY_MS, over);
    for (const bot of bots) bot.measure();
  }
}

async function stopBots({ bots }: World): Promise<Violation[]> {
  const took = await Promise.all(bots.map(async (bot) => ({ name: bot.name, ms: await bot.end() })));
  const late = took.filter(({ ms }) => ms > STOPPED_WITHIN_MS);
  return late.map(({ name, ms }) => ({ what: `${name} took ${ms} ms to stop after SIGTERM`, deploys: [] }));
}

function tell(found: Violation[], record: Record): void {
  for (const violation of found) say(`\n${violationText(violation, record)}`);
  say(found.length === 0 ? "\nAll is as it has to be." : `\n${found.length} violations.`);
}

const options = readOptions(process.argv.slice(2));
if (typeof options === "string") {
  process.stderr.write(`${options}\n\n${USAGE}`);
  process.exit(2);
}
say(`Seed ${options.seed}: ${options.minutes} min, ${options.bots} bots, the ${options.store} store. Starting …`);
const world = await startWorld(options).catch((error: unknown) => {
  process.stderr.write(`The run could not be started: ${error instanceof Error ? error.message : error}\n`);
  process.exit(2);
});
let keep = true;
let code = 2;
try {
  const found = await run(world);
  keep = found.length > 0 && !interrupted.signal.aborted;
  code = interrupted.signal.aborted ? 130 : keep ? 1 : 0;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
} finally {
  await world.close(keep);
}
if (keep) say(`Seed ${options.seed}. Logs and everything else: ${world.directory}`);
process.exit(code);
