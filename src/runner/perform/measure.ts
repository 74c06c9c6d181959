// One look of the bake: all questions about metrics in one request, all monitors checks beside it. An answer that did not come is a reading too.

import type { MetricCheck } from "../../canary/checks.ts";
import { questionsOf, readMetrics, readTrouble } from "../../canary/measure.ts";
import type { Reading } from "../../canary/readings.ts";
import type { Turn } from "../drive.ts";
import type { StepOf } from "../perform.ts";
import { askMonitors, lookBackFrom } from "./monitors.ts";

export async function measure(step: StepOf<"measure">, turn: Turn, signal: AbortSignal): Promise<void> {
  const { log, parts } = turn;
  const { checks } = log.deploy.order;
  const metrics = checks.filter((check) => check.kind !== "monitors");
  const monitors = checks.filter((check) => check.kind === "monitors");
  const since = log.deploy.stage === "baking" ? lookBackFrom(log.deploy.bake) : undefined;
  const readings = await Promise.all([
    askMetrics(metrics, { step, turn }, signal),
    ...monitors.map((check) => askMonitors(check, parts.metrics, { signal, since: step.last ? since : undefined })),
  ]);
  if (signal.aborted) return;
  const { from, to, last } = step;
  await log.observe({ kind: "measured", at: parts.clock.now(), window: { from, to }, last, readings: readings.flat() });
}

async function askMetrics(
  checks: MetricCheck[],
  { step, turn }: { step: StepOf<"measure">; turn: Turn },
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
      : readTrouble(check, { kind: answer.trouble, detail: answer.detail }),
  );
}
