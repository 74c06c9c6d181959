// One look of the bake: all questions about metrics in one request, all monitors checks beside it. An answer that did not come is a reading too.

import { answersWithin, MAY_BE_ABOUT_ONE } from "../../canary/batches.ts";
import type { MetricCheck } from "../../canary/checks.ts";
import { drawnOf } from "../../canary/draw.ts";
import { judge } from "../../canary/judge.ts";
import { questionsOf, readMetrics, readTrouble } from "../../canary/measure.ts";
import { dependsOnWindow, mayAskForPicture, pictureQuestions, pictureWindow } from "../../canary/pictureAsk.ts";
import type { Look, Reading } from "../../canary/readings.ts";
import { longestLookMs } from "../../deploy/bake.ts";
import { askedOrder } from "../../deploy/between.ts";
import type { Question, Series, Window } from "../../ports/metrics.ts";
import { inTime } from "../inTime.ts";
import type { StepOf } from "../perform.ts";
import type { Looking } from "./looking.ts";
import { askMonitors, lookBackFrom, troubleOf } from "./monitors.ts";

export async function measure(step: StepOf<"measure">, turn: Looking, signal: AbortSignal): Promise<void> {
  const { log, parts } = turn;
  const { checks, bake } = askedOrder(log.deploy);
  const metrics = checks.filter((check) => check.kind !== "monitors");
  const monitors = checks.filter((check) => check.kind === "monitors");
  const since = step.last && log.deploy.stage === "baking" ? lookBackFrom(log.deploy.bake) : undefined;
  const asked = askedBy(step, turn, questionsOf(metrics));
  // What has not come before the next look is due is asked for by that look: it sees all of this window too.
  const forMs = longestLookMs(bake);
  const [answered, watched] = await inTime(parts.clock, { forMs, signal }, (limited) =>
    Promise.all([
      askMetrics(metrics, { step, turn, asked }, limited),
      Promise.all(monitors.map((check) => askMonitors(check, parts, { signal: limited, since }))),
    ]),
  );
  if (signal.aborted) return;
  const { from, to, last } = step;
  const look: Look = {
    at: parts.clock.now(),
    window: { from, to },
    last,
    readings: [...answered.readings, ...watched],
  };
  await log.observe({ kind: "measured", ...look, readings: withPictures(look, { turn, asked, ...answered }) });
}

/** The window of the request: for a picture it begins before the one that is judged. Known from facts alone. */
interface Asked {
  window: Window;
  forPicture: boolean;
  touchedAt: number;
}

function askedBy({ from, to }: StepOf<"measure">, { log }: Looking, questions: Question[]): Asked {
  const { deploy, facts } = log;
  const { forMs, intervalMs } = askedOrder(deploy).bake;
  const touched = facts.find((fact) => fact.kind === "switching" && fact.phase !== "back");
  // Whoever asks about hosts that something else has touched shows no picture.
  const forPicture = touched !== undefined && deploy.stage === "baking" && mayAskForPicture(deploy.bake.looks);
  const touchedAt = touched?.at ?? from;
  const wider = forPicture && !questions.some(({ query }) => dependsOnWindow(query));
  const window = wider ? pictureWindow({ from, to }, { touchedAt, forMs, intervalMs }) : { from, to };
  return { window, forPicture, touchedAt };
}

interface Answered {
  readings: Reading[];
  /** Over the whole window that was asked for; nothing when nothing was answered. */
  answers: ReadonlyMap<string, Series[]>;
}

async function askMetrics(
  checks: MetricCheck[],
  { step, turn, asked }: { step: StepOf<"measure">; turn: Looking; asked: Asked },
  signal: AbortSignal,
): Promise<Answered> {
  const { log, parts } = turn;
  const { intervalMs } = log.deploy.order.bake;
  const { last, ...window } = { from: step.from, to: step.to, last: step.last };
  if (checks.length === 0 || window.to <= window.from) return { readings: [], answers: new Map() };
  const own = questionsOf(checks);
  const questions = [...own, ...(asked.forPicture ? pictureQuestions(checks) : [])];
  const answer = await parts.metrics.ask(questions, asked.window, intervalMs, signal);
  const groups = answer.ok || !MAY_BE_ABOUT_ONE.has(answer.trouble) ? [] : apart(checks, asked);
  if (groups.length > 0) {
    const plain = { window, forPicture: false, touchedAt: asked.touchedAt };
    const heard = await Promise.all(groups.map((group) => askMetrics(group, { step, turn, asked: plain }, signal)));
    return {
      readings: heard.flatMap(({ readings }) => readings),
      answers: new Map(heard.flatMap(({ answers }) => [...answers])),
    };
  }
  const answers: Answered["answers"] = answer.ok ? answer.value : new Map();
  const judged = answersWithin(
    own.map(({ id }) => id),
    window,
    answers,
  );
  const readings = checks.map((check) =>
    answer.ok
      ? readMetrics(check, judged, { window, intervalMs, last })
      : readTrouble(check, troubleOf(answer, parts.clock)),
  );
  return { readings, answers };
}

/** Who is asked for again after a trouble that one question may be to blame for: neither a picture nor a soft check may cost those that decide their answer. */
function apart(checks: MetricCheck[], { forPicture }: Asked): MetricCheck[][] {
  const [soft, hard] = [checks.filter((check) => check.soft), checks.filter((check) => !check.soft)];
  if (soft.length > 0 && hard.length > 0) return [hard, soft];
  return forPicture ? [checks] : [];
}

/** Readings with a picture where it is shown: when something has failed, and at the last look. */
function withPictures(look: Look, { turn, asked, answers }: Answered & { turn: Looking; asked: Asked }): Reading[] {
  const { deploy } = turn.log;
  if (deploy.stage !== "baking" || answers.size === 0) return look.readings;
  const order = askedOrder(deploy);
  const { judgement } = judge(order, { ...deploy.bake, looks: [...deploy.bake.looks, look] });
  if (!look.last && judgement.verdict !== "fail") return look.readings;
  const drawing = {
    answers,
    within: { window: asked.window, intervalMs: order.bake.intervalMs },
    judged: look.window,
    touchedAt: asked.touchedAt,
  };
  return look.readings.map((reading) => {
    const check = order.checks.find(({ name }) => name === reading.check);
    const result = judgement.results.find((one) => one.check === reading.check);
    const drawn = check && check.kind !== "monitors" && result ? drawnOf(check, result, drawing) : null;
    return drawn && reading.kind !== "monitors" ? { ...reading, drawn } : reading;
  });
}
