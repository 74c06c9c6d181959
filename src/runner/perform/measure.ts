// One look of the bake: all questions about metrics in one request, all monitors checks beside it. An answer that did not come is a reading too.

import type { MetricCheck, MonitorsCheck } from "../../canary/checks.ts";
import { questionsOf, readMetrics, readTrouble } from "../../canary/measure.ts";
import type { MonitorsReading, Reading } from "../../canary/readings.ts";
import type { Turn } from "../drive.ts";
import type { StepOf } from "../perform.ts";
import { watchedOf } from "./note.ts";

export async function measure(step: StepOf<"measure">, turn: Turn, signal: AbortSignal): Promise<void> {
  const { log, parts } = turn;
  const { checks } = log.deploy.order;
  const metrics = checks.filter((check) => check.kind !== "monitors");
  const monitors = checks.filter((check) => check.kind === "monitors");
  const readings = await Promise.all([
    askMetrics(metrics, { step, turn }, signal),
    ...monitors.map((check) => askMonitors(check, turn, signal)),
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
  const [soft, hard] = [checks.filter((check) => check.soft), checks.filter((check) => !check.soft)];
  if (!answer.ok && answer.trouble === "queryRefused" && soft.length > 0 && hard.length > 0) {
    // One query that is refused refuses the whole request: a check on trial must not silence those that decide.
    const apart = [hard, soft].map((group) => askMetrics(group, { step, turn }, signal));
    return (await Promise.all(apart)).flat();
  }
  return checks.map((check) =>
    answer.ok
      ? readMetrics(check, answer.value, { window, intervalMs, last })
      : readTrouble(check, { kind: answer.trouble, detail: answer.detail }),
  );
}

async function askMonitors(check: MonitorsCheck, { parts }: Turn, signal: AbortSignal): Promise<MonitorsReading> {
  const found = await parts.metrics.monitors(check.select, signal);
  if (found.ok) return { kind: "monitors", check: check.name, watched: watchedOf(found.value), trouble: null };
  return { kind: "monitors", check: check.name, watched: [], trouble: { kind: found.trouble, detail: found.detail } };
}
