// A clock that was set back, or a bot that goes on behind one whose clock was ahead: how that is noticed, and what becomes of the times that are on record. Pure.

import type { Bake } from "./bake.ts";
import type { FactOf } from "./facts.ts";
import type { Deploy } from "./fold.ts";

/** Bots' clocks are a few seconds apart. What is further back than that is no time to compare with what is on record. */
export const APART_MS = 30_000;

/** Null while the clock may be trusted: nothing on record is later than now by more than clocks are apart. */
export function clockSetBack(
  { newestAt }: Pick<Deploy, "newestAt">,
  now: number,
): Omit<FactOf<"clockSetBack">, "at"> | null {
  const byMs = newestAt - now;
  return byMs > APART_MS ? { kind: "clockSetBack", byMs } : null;
}

/** With what it waits for in the time as it is now: pauses, questions and watches keep what they had left, and nobody waits for the old time to come again. */
export function onClock(deploy: Deploy, { byMs }: FactOf<"clockSetBack">): Deploy {
  const noted = deploy.noted && { ...deploy.noted, at: deploy.noted.at - byMs };
  const watch = deploy.watch && { passedAt: deploy.watch.passedAt - byMs, bake: earlier(deploy.watch.bake, byMs) };
  const red = deploy.red && { ...deploy.red, since: deploy.red.since - byMs };
  const common = { ...deploy, noted, watch, red };
  if (common.stage === "baking") return { ...common, bake: { ...earlier(common.bake, byMs), setBackMs: byMs } };
  return common.stage === "asking" ? { ...common, since: common.since - byMs } : common;
}

/** Its looks are kept as they were taken. */
function earlier(bake: Bake, byMs: number): Bake {
  return { ...bake, startedAt: bake.startedAt - byMs, notedAt: bake.notedAt - byMs };
}
