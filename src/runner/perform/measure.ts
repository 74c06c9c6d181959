// One look of the bake: all questions about metrics in one request, all monitors checks beside it. An answer that did not come is a reading too.

import type { MetricCheck } from "../../canary/checks.ts";
import { questionsOf, readMetrics, readTrouble } from "../../canary/measure.ts";
import type { Reading } from "../../canary/readings.ts";
import { inTime } from "../inTime.ts";
import type { StepOf } from "../perform.ts";
import type { Looking } from "./looking.ts";
import { askMonitors, lookBackFrom, troubleOf } from "./monitors.ts";

/** Polls shorter than this are for practising; an answer needs its time all the same. */
const LEAST_MS = 1_000;

export async function measure(step: StepOf<"measure">, turn: Looking, signal: AbortSignal): Promise<void> {
  const { log, parts } = turn;
  const { checks, bake } = log.deploy.order;
  const metrics = checks.filter((check) => check.kind !== "monitors");
  const monitors = checks.filter((check) => check.kind === "monitors");
  const since = step.last && log.deploy.stage === "baking" ? lookBackFrom(log.deploy.bake) : undefined;
  // What has not come before the next look is due is asked for by that look: it sees all of this window too.
  const forMs = Math.max(bake.pollMs, LEAST_MS);
  const readings = await inTime(parts.clock, { forMs, signal }, (inTime) =>
    Promise.all([
      askMetrics(metrics, { step, turn }, inTime),
      ...monitors.map((check) => askMonitors(check, parts, { signal: inTime, since })),
    ]),
  );
  if (signal.aborted) return;
  const { from, to, last } = step;
  await log.observe({ kind: "measured", at: parts.clock.now(), window: { from, to }, last, readings: readings.flat() });
}

async function askMetrics(
  checks: MetricCheck[],
  { step, turn }: { step: StepOf<"measure">; turn: Looking },
  signal: AbortSignal,
): Promise<Reading[]> {
  const { log, parts } = turn;
  const { intervalMs } = log.deploy.order.bake;
  const { last, ...window } = { from: step.from, to: step.to, last: step.last };
  if (checks.length === 0 || window.to <= window.from) return [];
  const answer = await parts.metrics.ask(questionsOf(checks), window, intervalMs, signal);
  return checks.map((check) =>
    answer.ok
      ? readMetrics(check, answer.value, { window, intervalMs, last })
      : readTrouble(check, troubleOf(answer, parts.clock)),
  );
}
