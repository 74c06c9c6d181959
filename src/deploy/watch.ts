// How long the monitors of a deploy are watched after its bake has passed, when they are looked at, and what is written down of it. Pure: a monitor looks
// back over a window, so that it says late what went wrong in the bake.

import { LAST_LOOK_ATTEMPTS } from "../canary/again.ts";
import type { MonitorsCheck } from "../canary/checks.ts";
import { judge } from "../canary/judge.ts";
import type { Look } from "../canary/readings.ts";
import type { CheckResult } from "../canary/verdict.ts";
import type { Bake } from "./bake.ts";
import type { FactOf } from "./facts.ts";
import type { Deploy } from "./fold.ts";
import { EVALUATED_EVERY_MS, lagOf } from "./lag.ts";
import type { Order } from "./order.ts";
import { followedUntil } from "./resolution.ts";

/** Begins with a bake that the checks have passed. */
export type Watch = { passedAt: number; bake: Bake };

/** A watch that nobody could end in time is ended within so long: what has changed since is read then. After that it is over. */
const GRACE_MS = 900_000;

/** Those that decide: what a soft one would say late stops nothing. */
export function monitorsChecks({ checks }: Pick<Order, "checks">): MonitorsCheck[] {
  return checks.filter((check) => check.kind === "monitors").filter(({ soft }) => !soft);
}

/** Window plus evaluation delay of the slowest monitor, and a minute. In ms since 1970. */
export function watchUntil({ passedAt, bake }: Watch): number {
  const readings = bake.looks.findLast(({ last }) => last)?.readings ?? [];
  return passedAt + lagOf(readings.flatMap((reading) => (reading.kind === "monitors" ? reading.watched : [])));
}

/** `ahead`: its bake may still pass. `red`: what has alerted is followed. `over`: there is nothing to watch, or not any more. */
export function watchStands(deploy: Deploy, now: number): "ahead" | "open" | "red" | "over" {
  const { order, watch, stage, red } = deploy;
  if (watch !== null || red !== null) return now >= closesAt(deploy) ? "over" : watch ? "open" : "red";
  if (order.kind === "rollback" || monitorsChecks(order).length === 0) return "over";
  const mayPass = stage === "preparing" || stage === "canary" || stage === "baking";
  return mayPass || (stage === "asking" && deploy.about === "verdict") ? "ahead" : "over";
}

/** Nothing is written down of a watch from then on, nor of what has alerted. In ms since 1970; 0 when there is neither. */
export function closesAt({ watch, red }: Pick<Deploy, "watch" | "red">): number {
  if (watch !== null) return watchUntil(watch) + GRACE_MS;
  return red === null ? 0 : followedUntil(red) + GRACE_MS;
}

/** When to look next: every poll since the bake has passed, and once at the end of the watch. `previous` is the last look of this process. */
export function nextWatchLook(
  watch: Watch,
  { pollMs }: Pick<Order["bake"], "pollMs">,
  { previous, now }: { previous: Look | null; now: number },
): { dueAt: number; last: boolean } {
  const until = watchUntil(watch);
  // A clock that was set back must not make anybody wait for the time it had.
  if (previous && previous.at > now) return { dueAt: now, last: previous.last || now >= until };
  if (previous?.last) return { dueAt: previous.at + Math.min(pollMs, EVALUATED_EVERY_MS), last: true };
  const since = (previous?.at ?? now) - watch.passedAt;
  const number = Math.floor(since / pollMs) + (previous === null ? 0 : 1);
  const dueAt = watch.passedAt + Math.max(1, number) * pollMs;
  return dueAt >= until || now >= until ? { dueAt: until, last: true } : { dueAt, last: false };
}

/** What a look of the watch comes to: an alert, the end of the watch, or nothing yet. `lastLooks` counts the looks at its end, this one included. */
export function lateFact(
  { order, watch }: { order: Order; watch: Watch },
  look: Look,
  lastLooks: number,
): FactOf<"alertedLate"> | FactOf<"watchEnded"> | null {
  const { at } = look;
  // No answer is no alert, whatever a check says about that in the bake.
  const checks = monitorsChecks(order).map((check) => ({ ...check, inconclusive: "ask" as const }));
  const baked = { ...watch.bake, looks: [...watch.bake.looks, look] };
  const { verdict, results } = judge({ checks, canary: order.canary }, baked).judgement;
  if (verdict === "fail") return { kind: "alertedLate", at, results };
  if (!look.last) return null;
  const unanswered = results.some(({ reason }) => reason.kind === "trouble");
  if (unanswered && lastLooks < LAST_LOOK_ATTEMPTS) return null;
  return { kind: "watchEnded", at, results: results.filter(isUntold) };
}

function isUntold({ verdict }: CheckResult): boolean {
  return verdict === "inconclusive";
}
