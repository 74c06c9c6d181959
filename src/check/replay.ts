// `lockstep replay`: runs the configured checks over the bakes of the last deploys, with one request to the metrics service for each, one after the other.
// Knows no adapter, and writes nothing anywhere.

import type { Check, MetricCheck } from "../canary/checks.ts";
import { questionsOf } from "../canary/measure.ts";
import { type AskingMistake, askingMistakeSentence } from "../chat/sentences/asking.ts";
import { noHistorySentence, REPLAY_STOPPED, replayStoppedSentence } from "../chat/sentences/replaying.ts";
import { hostsOf, type Target } from "../deploy/order.ts";
import type { Journal } from "../ports/journal.ts";
import type { FromMetrics, MetricsTrouble } from "../ports/metrics.ts";
import type { Outside } from "./check.ts";
import { lastBakes, type Past } from "./history.ts";
import { replayData, replayText } from "./replayed.ts";
import { type Heard, rolledUpTo, sayOf, timingOf, wholeWindow } from "./replaying.ts";
import type { Replayed } from "./tally.ts";
import { findChecked, orderOn } from "./target.ts";
import { inTerminal, wrapped } from "./terminal.ts";
import type { ReplayWords } from "./words.ts";

export type ReplayOutside = Outside & { journal: Pick<Journal, "read"> };

/** These would be the same for the next deploy. */
const HOPELESS: MetricsTrouble[] = ["rateLimited", "keysRefused", "unreachable", "garbled"];

/** Resolves to the exit code: 0 when it could be done, 2 when not. */
export async function replay(words: ReplayWords, outside: ReplayOutside, signal: AbortSignal): Promise<number> {
  const { configuration, journal, zone, out, err } = outside;
  const fail = (problem: string) => {
    err(`${wrapped(problem, "")}\n`);
    return 2;
  };
  const found = findChecked(configuration, words);
  if (!found.ok) return fail(inTerminal(askingMistakeSentence(found.mistake), zone));
  const target = found.found;
  const mistake = unknownCheck(words, outside, target);
  if (mistake) return fail(inTerminal(askingMistakeSentence(mistake), zone));
  const { bakes, without } = await lastBakes(journal, target, words.last);
  if (bakes.length === 0) {
    if (words.json) out(`${JSON.stringify(replayData({ target, replayed: [], without, checks: [] }))}\n`);
    return fail(noHistorySentence(target, without));
  }
  const replayed: Replayed[] = [];
  let stopped: string | null = null;
  for (const past of bakes) {
    const asked = await askAbout(past, { words, target }, outside, signal);
    if (signal.aborted) return fail(REPLAY_STOPPED);
    if (!asked.ok) {
      stopped = replayStoppedSentence(asked, replayed.length, bakes.length);
      break;
    }
    replayed.push(asked.value);
  }
  const checks = [...(replayed[0]?.said.keys() ?? [])];
  const told = { target, replayed, without, checks };
  if (words.json)
    out(`${JSON.stringify({ ...replayData(told), ...(stopped === null ? {} : { problem: stopped }) })}\n`);
  else if (replayed.length > 0) out(replayText(told, zone));
  return stopped === null ? 0 : fail(stopped);
}

function unknownCheck({ check }: ReplayWords, { configuration }: Outside, { service }: Target): AskingMistake | null {
  const known = Object.keys(configuration.services[service]?.checks ?? {});
  return check === undefined || known.includes(check) ? null : { kind: "unknownCheck", service, check, known };
}

async function askAbout(
  past: Past,
  { words, target }: { words: ReplayWords; target: Target },
  { configuration, parts }: Outside,
  signal: AbortSignal,
): Promise<FromMetrics<Replayed>> {
  const canary = past.order.canary.map(({ name }) => name);
  const rest = past.order.batches.flat();
  const version = past.order.release.commit.sha;
  const frozen = orderOn(configuration, target, { canary, version, all: hostsOf(past.order) });
  const order = {
    ...frozen,
    checks: frozen.checks.filter(({ name }) => words.check === undefined || words.check === name),
  };
  // Without others there is nothing to compare with, and a filter for no host is no query.
  const askable = order.checks.filter(
    (check): check is MetricCheck => isMetric(check) && (rest.length > 0 || check.kind === "limit"),
  );
  const timing = timingOf(past, order.bake);
  const window = wholeWindow(past, timing);
  const heard = await ask(askable, { window, intervalMs: timing.intervalMs }, { parts, signal });
  if (!heard.ok && HOPELESS.includes(heard.trouble)) return heard;
  const said = new Map(order.checks.map((check) => [check.name, sayOf(check, past, { order, heard })] as const));
  const widthMs = rolledUpTo(askable, heard, { window, intervalMs: timing.intervalMs });
  return { ok: true, value: { past, said, widthMs, askedMs: timing.intervalMs } };
}

async function ask(
  checks: MetricCheck[],
  { window, intervalMs }: { window: { from: number; to: number }; intervalMs: number },
  { parts, signal }: { parts: Outside["parts"]; signal: AbortSignal },
): Promise<Heard> {
  if (checks.length === 0 || window.to <= window.from) return { ok: true, value: new Map() };
  return parts.metrics.ask(questionsOf(checks), window, intervalMs, signal);
}

function isMetric(check: Check): check is MetricCheck {
  return check.kind !== "monitors";
}
