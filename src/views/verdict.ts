// The verdict as it stands in the thread: per check what was measured, what is allowed, over which window and hosts; on a failure what it means, what
// it does not mean, and the runbook section of exactly that check. Pure.

import type { Check } from "../canary/checks.ts";
import { failsUntold } from "../canary/judge.ts";
import { isAlarm, isOverdue } from "../canary/soft.ts";
import type { CheckResult, Judgement } from "../canary/verdict.ts";
import { names } from "../chat/sentences/amounts.ts";
import { nextWords, person } from "../chat/sentences/deploy.ts";
import { hostList } from "../chat/sentences/hostList.ts";
import { overdueSentence, passedSentence, softSentence } from "../chat/sentences/soft.ts";
import {
  onCallSentence,
  redBeforeSentence,
  resultSentence,
  surenessSentence,
  VERDICT_WORDS,
  wayOutSentence,
  whatItIsNot,
} from "../chat/sentences/verdict.ts";
import { bold, join, link, type Text, t } from "../chat/text.ts";
import { askedOrder } from "../deploy/between.ts";
import type { Deploy } from "../deploy/fold.ts";
import { pictureOf } from "./chart.ts";
import { evidence } from "./evidence.ts";
import { falseAlarmParts } from "./falseAlarm.ts";
import { type Chart, dotted, type Message, type Part } from "./message.ts";

/** `at` is when it was judged, in ms since 1970: the date of a soft check may have passed by then. */
export function verdictMessage(deploy: Deploy, { verdict, results }: Judgement, at?: number): Message {
  const { order } = deploy;
  const canary = hostList(askedOrder(deploy).canary.map(({ name }) => name));
  // After a batch it is all hosts that have the release by then.
  const it = deploy.bakes === 0 ? "canary" : "new release";
  const isSoft = (result: CheckResult) => checkOf(deploy, result)?.soft !== undefined;
  const sorted = worstFirst(results).toSorted((a, b) => Number(isSoft(a)) - Number(isSoft(b)));
  const trials = sorted.filter(isSoft);
  const untold = sorted.filter((result) => failsUntold(result, checkOf(deploy, result))).map(({ check }) => check);
  const failed = sorted.filter((one) => one.verdict === "fail" && !isSoft(one)).map(({ check }) => check);
  const lost =
    failed.length > 0
      ? t`${bold(`The ${it} failed`)} on ${canary}.`
      : t`${bold(`The ${it} failed`)} on ${canary}: ${names(untold)} cannot tell whether it is well, and the configuration says to go back then.`;
  const next = nextWords(deploy);
  const headline = {
    pass:
      trials.length === 0
        ? t`${bold(`The ${it} is well.`)} Every check passed on ${canary}${next === null ? "" : `; ${next}`}.`
        : passedSentence(canary, {
            next,
            hard: trials.length < sorted.length,
            stopped: trials
              .filter(({ wouldHaveStoppedAt }) => wouldHaveStoppedAt !== undefined)
              .map(({ check }) => check),
          }),
    fail: t`${lost} It goes back to the previous release now, whatever the metrics do next.`,
    inconclusive: t`${bold("The checks cannot tell")} whether the ${it} on ${canary} is well, so it does not pass by itself.${wayOut(deploy)}`,
  }[verdict];
  const shown = sorted.filter((result) => !isSoft(result) || isAlarm(result));
  const entries = shown.flatMap((result, i) => [
    ...checkParts(deploy, result, { first: i === 0, at }),
    ...falseAlarmParts(order, result),
  ]);
  const quiet = trials.filter((result) => !shown.includes(result)).flatMap((result) => softShortly(deploy, result, at));
  const numbers = shown.flatMap((result) => picture(deploy, result)?.numbers ?? []).join(" ");
  const which = failed.length > 0 ? t` Failed: ${failed.join(", ")}.` : t``;
  return {
    summary: t`${headline}${which} ${summaryOf(deploy, sorted, at)}${numbers}`,
    parts: [
      { part: "text", text: headline },
      ...entries,
      ...quiet,
      ...calling(deploy, verdict),
      { part: "note", text: footer(deploy, verdict) },
    ],
    loud: verdict !== "pass",
  };
}

export function worstFirst(results: readonly CheckResult[]): CheckResult[] {
  return results.toSorted((a, b) => rank(a) - rank(b));
}

function rank({ verdict }: CheckResult): number {
  return { fail: 0, inconclusive: 1, pass: 2 }[verdict];
}

function checkOf({ order }: Deploy, result: CheckResult): Check | undefined {
  return order.checks.find(({ name }) => name === result.check);
}

const MARKS = { pass: "✅", fail: "❌", inconclusive: "⚠️" } as const;

/** The first of a verdict says what goes for all; `at` is when it was judged, where a date may have passed. */
type Place = { first: boolean; at?: number | undefined };

/** What one check says: one line when it passed, otherwise what it means, what was asked and what to do. */
export function checkParts(deploy: Deploy, result: CheckResult, place: Place): Part[] {
  const check = checkOf(deploy, result);
  if (check === undefined) return [];
  const mark = check.soft ? "🟠" : MARKS[result.verdict];
  const line = t`${mark} ${bold(check.name)} ${VERDICT_WORDS[result.verdict]}: ${resultSentence(check, result)}.`;
  const before =
    result.redBefore.length > 0 ? [{ part: "note" as const, text: redBeforeSentence(result.redBefore) }] : [];
  if (result.verdict === "pass") return [{ part: "text", text: line }, ...before];
  if (result.reason.kind === "tooEarly")
    return [{ part: "note", text: t`${bold(check.name)} was not decided yet: ${resultSentence(check, result)}.` }];
  const shown = pictureOf(check, result);
  const sure = surenessSentence(check, result);
  return [
    { part: "text", text: join([line, ...softWords(check, result, place.at)], "\n") },
    ...(shown ? [chartPart(shown.chart), { part: "note" as const, text: shown.caption }] : []),
    { part: "text", text: whyItMatters(check, result, place) },
    ...(sure.length > 0 ? [{ part: "note" as const, text: sure }] : []),
    { part: "note", text: dotted(evidence(deploy, check, result)) },
    ...before,
  ];
}

function chartPart(chart: Chart): Part {
  return { part: "chart", chart };
}

function picture(deploy: Deploy, result: CheckResult) {
  const check = checkOf(deploy, result);
  return check ? pictureOf(check, result) : null;
}

/** While a person is asked. */
function wayOut(deploy: Deploy): Text {
  return deploy.stage === "asking" && deploy.about === "verdict"
    ? t` ${wayOutSentence(deploy.since + deploy.order.askMs)}`
    : t``;
}

/** Whether it has a say, and who decides whether it ever will. */
function softWords({ soft }: Check, result: CheckResult, at?: number): Text[] {
  if (!soft) return [];
  const overdue = at !== undefined && isOverdue(soft, at) ? [overdueSentence(soft)] : [];
  const settled = result.verdict === "pass" || result.reason.kind === "tooEarly";
  return settled ? overdue : [softSentence(result), ...overdue];
}

/** One short line: there is nothing to do about a soft check that raised no alarm. */
function softShortly(deploy: Deploy, result: CheckResult, at?: number): Part[] {
  const check = checkOf(deploy, result);
  if (!check) return [];
  const line = t`${MARKS[result.verdict]} ${bold(check.name)} (soft) ${wordOf(result)}: ${resultSentence(check, result)}.`;
  return [{ part: "note", text: join([line, ...softWords(check, result, at)], " ") }];
}

export function wordOf({ reason, verdict }: CheckResult): string {
  return reason.kind === "tooEarly" ? "was not decided yet" : VERDICT_WORDS[verdict];
}

function whyItMatters(check: Check, { verdict }: CheckResult, place: Place): Text {
  const open = t`${link(check.runbook, `Runbook: ${check.name}`)} says what to do.`;
  if (verdict !== "fail") return place.first ? t`Nobody may read silence as health. ${open}` : open;
  // A soft check has stopped nothing, so nobody looks for the fault in the pipeline.
  const not = check.soft ? "" : whatItIsNot(check, place);
  const notMeant = not === "" ? t`` : t`${bold("What it does not mean:")} ${not}\n`;
  return t`${bold("What it means:")} ${check.means}\n${notMeant}${open}`;
}

/** In large print: surfaces may not tell anybody of a name in small print. */
function calling({ order }: Deploy, verdict: Judgement["verdict"]): Part[] {
  return order.onCall && verdict !== "pass" ? [{ part: "text", text: onCallSentence(order.onCall) }] : [];
}

function footer({ order, changes }: Deploy, verdict: Judgement["verdict"]): Text {
  const authors = changes && changes.authors.length > 0 ? t` Changes by ${names(changes.authors)}.` : t``;
  if (verdict === "pass") return t`Deploy asked for by ${person(order.by)}.`;
  return t`For ${person(order.by)}.${authors}`;
}

/** The numbers once more in plain words, for screen readers and notifications. */
export function summaryOf(deploy: Deploy, results: CheckResult[], at?: number): Text {
  return results.flatMap((result) => {
    const check = checkOf(deploy, result);
    if (check === undefined) return [];
    const more = [surenessSentence(check, result), ...softWords(check, result, at)].filter((text) => text.length > 0);
    return t`${join([t`${check.name} ${wordOf(result)}: ${resultSentence(check, result)}.`, ...more], " ")} `;
  });
}
