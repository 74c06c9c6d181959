// Watches the monitors of a deploy after its bake has passed: while the fleet is switched, and for a while after the end; and follows those that were red at
// the verdict until they are green again. One of several bots does it.
// Knows no rule: until when, and what counts, is in deploy/watch.ts and resolution.ts.

import type { Look, Watched } from "../canary/readings.ts";
import { redFact } from "../deploy/resolution.ts";
import { clockSetBack } from "../deploy/setBack.ts";
import { lateFact, monitorsChecks, nextWatchLook, watchStands } from "../deploy/watch.ts";
import { DeployLog } from "./deployLog.ts";
import { holdLease } from "./lease.ts";
import { type News, newsOf } from "./news.ts";
import type { Parts } from "./parts.ts";
import { askMonitors, lookBackFrom } from "./perform/monitors.ts";
import { deployStream } from "./stored.ts";

type Watching = { log: DeployLog; parts: Parts; news: News; stop: AbortSignal };

/** Resolves to true when there is nothing to watch, or not any more; to false when somebody else does it, or this process stops. */
export async function aftermath(id: string, parts: Parts, stopping: AbortSignal): Promise<boolean> {
  const log = await DeployLog.open(parts.journal, id);
  if (log === null) return true;
  const news = newsOf(parts.journal, [deployStream(id)]);
  try {
    if (!(await isDue({ log, parts, news, stop: stopping }))) return !stopping.aborted;
    const lease = await holdLease(parts, `watch/${id}`);
    if (lease === null) return false;
    const stop = AbortSignal.any([stopping, lease.lost]);
    try {
      await toItsEnd({ log, parts, news, stop });
      await untilGreen({ log, parts, news, stop });
    } finally {
      await lease.release();
    }
    return !stop.aborted;
  } finally {
    news.close();
  }
}

/** Waits for the verdict on the canary; false when there is nothing to watch after it. */
async function isDue({ log, parts, news, stop }: Watching): Promise<boolean> {
  while (!stop.aborted) {
    await log.refresh();
    const stands = watchStands(log.deploy, parts.clock.now());
    if (stands !== "ahead") return stands !== "over";
    await news.wait(parts.clock, Number.POSITIVE_INFINITY, stop);
  }
  return false;
}

async function toItsEnd(watching: Watching): Promise<void> {
  const { log, parts, news, stop } = watching;
  const { clock } = parts;
  let previous: Look | null = null;
  let lastLooks = 0;
  while (!stop.aborted) {
    await log.refresh();
    const { order, watch } = log.deploy;
    if (watch === null || watchStands(log.deploy, clock.now()) !== "open") return;
    if (await setBack(watching)) continue;
    const overtaken = await overtakenSince(watching);
    if (overtaken !== null) return endBefore(overtaken, watching);
    const { dueAt, last } = nextWatchLook(watch, order.bake, { previous, now: clock.now() });
    if (dueAt > clock.now()) {
      await news.wait(clock, dueAt, stop);
      continue;
    }
    // The last time also what has changed since the canary went out.
    const since = last ? lookBackFrom(watch.bake) : undefined;
    const look = await lookAt({ from: watch.bake.startedAt, last, since }, watching);
    if (stop.aborted) return;
    if (last) lastLooks++;
    previous = look;
    const fact = lateFact({ order, watch }, look, lastLooks);
    // Whatever came in between, it holds as long as the watch does: hosts are switched meanwhile, and a person may have gone back.
    if (fact) await log.intend(fact, (deploy) => deploy.watch !== null);
  }
}

async function untilGreen({ log, parts, news, stop }: Watching): Promise<void> {
  const { clock } = parts;
  let dueAt = 0;
  while (!stop.aborted) {
    await log.refresh();
    const { red, order } = log.deploy;
    if (red === null || watchStands(log.deploy, clock.now()) !== "red") return;
    if (await setBack({ log, parts, news, stop })) continue;
    dueAt = Math.min(dueAt || red.since + order.bake.pollMs, clock.now() + order.bake.pollMs);
    if (dueAt > clock.now()) {
      await news.wait(clock, dueAt, stop);
      continue;
    }
    const look = await lookAt({ from: red.since, last: false }, { log, parts, news, stop });
    if (stop.aborted) return;
    dueAt = look.at + order.bake.pollMs;
    const fact = redFact(red, look);
    if (fact) await log.intend(fact, (deploy) => deploy.red !== null);
  }
}

/** Whether the clock was; written down once, by whoever of several notices it. */
async function setBack({ log, parts }: Watching): Promise<boolean> {
  const at = parts.clock.now();
  const fact = clockSetBack(log.deploy, at);
  return fact !== null && log.intend({ ...fact, at }, (deploy) => clockSetBack(deploy, at) !== null);
}

/** All checks of monitors at this moment; with `since` also what has changed since then. */
async function lookAt(
  { from, last, since }: { from: number; last: boolean; since?: number | undefined },
  { log, parts, stop }: Watching,
): Promise<Look> {
  const checks = monitorsChecks(log.deploy.order);
  const readings = await Promise.all(checks.map((check) => askMonitors(check, parts, { signal: stop, since })));
  const at = parts.clock.now();
  return { at, window: { from, to: at }, last, readings };
}

/** Since when what the monitors say may be about something else on the target (ms since 1970; 0 for all of the time); null while it is not. */
async function overtakenSince({ log, parts }: Watching): Promise<number | null> {
  const { stage, order } = log.deploy;
  if (stage !== "ended") return null;
  const { release, running } = await parts.targets.read(order.target);
  if (running !== null && running.deploy !== order.deploy) return running.since;
  return release?.name === order.release.name ? null : 0;
}

/** What alerted before the next deploy began is still said of this one; what alerts later is that one's own to find. */
async function endBefore(since: number, watching: Watching): Promise<void> {
  const { log, parts, stop } = watching;
  const { order, watch } = log.deploy;
  if (watch === null) return;
  const over = { kind: "watchEnded" as const, at: parts.clock.now(), results: [] };
  if (since === 0) return void (await log.intend(over, (deploy) => deploy.watch !== null));
  const look = await lookAt({ from: watch.bake.startedAt, last: true, since: lookBackFrom(watch.bake) }, watching);
  if (stop.aborted) return;
  const fact = lateFact({ order, watch }, before(look, since), Number.POSITIVE_INFINITY);
  await log.intend(fact?.kind === "alertedLate" ? fact : over, (deploy) => deploy.watch !== null);
}

/** Without the groups that have alerted since then, or nobody knows when. */
function before(look: Look, since: number): Look {
  const isBefore = ({ state, triggeredAt }: Watched) =>
    triggeredAt === null ? state !== "alert" : triggeredAt < since;
  const readings = look.readings.map((reading) =>
    reading.kind === "monitors" ? { ...reading, watched: reading.watched.filter(isBefore) } : reading,
  );
  return { ...look, readings };
}
