// Drives one deploy: read, fold, plan, perform, append, until it has ended. Several processes may try; the one that holds the target's lease does
// it. Knows no step: what each one does is in perform.ts.

import { hostsOf } from "../deploy/order.ts";
import { plan, type Step } from "../deploy/plan.ts";
import { StoreUnreachable } from "../ports/journal.ts";
import { withBesides } from "./besides.ts";
import { DeployLog, LostFacts } from "./deployLog.ts";
import { type HeldLease, holdLease } from "./lease.ts";
import { type News, newsOf } from "./news.ts";
import type { Parts } from "./parts.ts";
import { perform } from "./perform.ts";
import { deployStream, targetStream } from "./stored.ts";

/** How soon it is noticed that the clock was set back. */
const LONGEST_WAIT_MS = 30_000;

export interface Drive {
  log: DeployLog;
  parts: Parts;
  lease: HeldLease;
  /** Aborts when this process has to let go: it stops, or the lease is lost. */
  stop: AbortSignal;
}

/** One turn of the loop: the step was planned on this version of the stream. */
export interface Turn extends Drive {
  version: number;
}

/** Resolves to true when the deploy has ended; to false when this process may not or can no longer drive it. */
export async function drive(id: string, parts: Parts, stopping: AbortSignal): Promise<boolean> {
  const log = await DeployLog.open(parts.journal, id);
  if (log === null || hasEnded(log)) return true;
  // The target's lease, not the deploy's: its token has to grow from one deploy of the target to the next.
  const lease = await holdLease(parts, targetStream(log.deploy.order.target));
  if (lease === null) return false;
  const driving: Drive = { log, parts, lease, stop: AbortSignal.any([stopping, lease.lost]) };
  try {
    await withBesides(driving, toItsEnd);
  } finally {
    await parts.fleet.close(hostsOf(log.deploy.order));
    await lease.release();
  }
  return hasEnded(log);
}

function hasEnded({ deploy }: DeployLog): boolean {
  return deploy.stage === "ended";
}

async function toItsEnd(driving: Drive): Promise<void> {
  const { log, parts, stop } = driving;
  const news = newsOf(parts.journal, [deployStream(log.id)]);
  try {
    while (!stop.aborted) {
      await log.refresh();
      if (hasEnded(log)) return;
      const now = parts.clock.now();
      const step = plan(log.deploy, now);
      if (step.do === "wait") await news.wait(parts.clock, Math.min(step.until, now + LONGEST_WAIT_MS), stop);
      else if (step.do === "rest") await news.wait(parts.clock, Number.POSITIVE_INFINITY, stop);
      else await performWhileWanted(step, { ...driving, version: log.deploy.version }, news);
    }
  } finally {
    news.close();
  }
}

/** Performs a step; stops it when a person's order has made it unwanted. A fault of ours stops the deploy where it is. */
async function performWhileWanted(step: Step, turn: Turn, news: News): Promise<void> {
  const { log, stop } = turn;
  const { stage } = log.deploy;
  const unwanted = new AbortController();
  const check = async () => {
    await log.refresh().catch(() => undefined); // what cannot be read now is read before the next step
    if (log.deploy.stage !== stage) unwanted.abort();
  };
  const watching = news.onGrowth(soon(check));
  try {
    await check();
    if (!unwanted.signal.aborted) await perform(step, turn, AbortSignal.any([stop, unwanted.signal]));
  } catch (error) {
    // Without a store nothing can be written down: this process lets go, and whoever reaches the store again goes on from what is on record.
    if (error instanceof StoreUnreachable || error instanceof LostFacts) throw error;
    await broke(step, turn, error);
  } finally {
    watching();
  }
}

/** At most one is under way and one to come: hundreds of hosts that report are one growth. */
function soon(work: () => Promise<void>): () => void {
  let running = false;
  let again = false;
  const run = async () => {
    running = true;
    while (again) {
      again = false;
      await work();
    }
    running = false;
  };
  return () => {
    again = true;
    if (!running) void run();
  };
}

async function broke(step: Step, { log, parts, stop }: Drive, error: unknown): Promise<void> {
  if (stop.aborted) return;
  // The error itself is for the log: nobody knows what it holds.
  const detail = error instanceof Error ? error.name : "unknown error";
  parts.log.error("a step failed in a way that is a fault of the bot", { deploy: log.id, step: step.do, error });
  await log.observe({ kind: "broke", at: parts.clock.now(), step: step.do, detail });
}
