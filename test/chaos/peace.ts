// The end of a chaos run: everything heals, and the bots are left in peace until nothing is under way any more. Knows no fault by name.

import { ASK_FOR_S, NAMES } from "./configuration.ts";
import { pause } from "./pause.ts";
import { allDeploys, type Records } from "./record.ts";
import { missingLines, rootsBehind } from "./shown.ts";
import type { World } from "./world.ts";

const READY_WITHIN_MS = 120_000;
/** A question, a bake and the watch of a monitor (its window and a minute), one after the other, on a slow machine. */
const QUIET_WITHIN_MS = (ASK_FOR_S + 150) * 1_000;
/** One look in so many is told. */
const SAY_EACH = 10;

/** Resolves with what is not as it should be when there has been peace for so long; with nothing as soon as all is well. */
export async function makePeace(
  world: World,
  { records, stop, say }: { records: () => Promise<Records>; stop: AbortSignal; say: (line: string) => void },
): Promise<string[]> {
  const { slack, datadog, lines, fleet, bots } = world;
  slack.faults.clear();
  datadog.clearFaults();
  for (const line of lines.values()) {
    line.recover();
    line.slowDown(Number.POSITIVE_INFINITY);
    // What fell silent would stay so for ever: hosts notice after a while, these at once.
    line.reset();
  }
  await Promise.all(fleet.hosts.map((host) => fleet.up(host)));
  for (const bot of bots) bot.signal("SIGCONT");
  const notReady = async () => bots.filter((bot) => !bot.isReady).map(({ name }) => `${name} is not ready`);
  const late = await becomes(notReady, { withinMs: READY_WITHIN_MS, stop, say });
  if (late.length > 0) return late;
  const reading = await records();
  return becomes(() => unfinished(world, reading), { withinMs: QUIET_WITHIN_MS, stop, say });
}

async function unfinished(world: World, records: Records): Promise<string[]> {
  const targets = await Promise.all(NAMES.map(async (name) => ({ name, ...(await records.target(name)) })));
  const busy = targets.flatMap(({ name, running, lock, line, offer }) => [
    ...(running ? [`deploy ${running.deploy} of ${name} has not ended`] : []),
    ...(lock ? [`${name} is locked by ${lock.by.id} until ${new Date(lock.until).toISOString()}`] : []),
    ...(line.length > 0 ? [`${line.length} wait for ${name}`] : []),
    ...(offer ? [`${name} is offered to ${offer.to.id}`] : []),
  ]);
  if (busy.length > 0) return busy;
  const deploys = allDeploys(await records.all());
  const shown = deploys.flatMap((one) => [...missingLines(world, one), ...rootsBehind(world, one)]);
  const open = deploys.filter(({ thread }) => !thread.some(({ kind }) => kind === "closed"));
  return [...shown, ...open.map(({ id }) => `the thread of ${id} is still open`), ...connections(world)];
}

function connections({ lines }: World): string[] {
  return [...lines].flatMap(([host, line]) => {
    const { open } = line.connections();
    return open > 0 ? [`${open} connections to ${host} are open`] : [];
  });
}

/** Asks until there is nothing left to say, or there is no time left: then with what was last said. */
async function becomes(
  look: () => Promise<string[]>,
  { withinMs, stop, say }: { withinMs: number; stop: AbortSignal; say: (line: string) => void },
): Promise<string[]> {
  const until = Date.now() + withinMs;
  for (let looks = 1; ; looks++) {
    const found = await look();
    if (found.length === 0 || stop.aborted || Date.now() > until) return found;
    if (looks % SAY_EACH === 0)
      say(`not at rest yet: ${found[0]?.slice(0, 120)}${found.length > 1 ? `, and ${found.length - 1} more` : ""}`);
    await pause(500, stop);
  }
}
