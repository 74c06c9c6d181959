// The verdict as it stands in the thread: per check what was measured, what is allowed, over which window and hosts; on a failure what it means, what
// it does not mean, and the runbook section of exactly that check. Pure.

import type { Check } from "../canary/checks.ts";
import { failsUntold } from "../canary/judge.ts";
import { isAlarm, isOverdue } from "../canary/soft.ts";
import type { CheckResult, Judgement } from "../canary/verdict.ts";
import { names } from "../chat/sentences/amounts.ts";
import { person } from "../chat/sentences/deploy.ts";
import { overdueSentence, passedSentence, softSentence } from "../chat/sentences/soft.ts";
import { redBeforeSentence, resultSentence, VERDICT_WORDS, whatItIsNot } from "../chat/sentences/verdict.ts";
import { bold, code, join, link, precise, type Text, t, utc } from "../chat/text.ts";
import type { Deploy } from "../deploy/fold.ts";
import { falseAlarmParts } from "./falseAlarm.ts";
import { dashboardLink } from "./links.ts";
import { dotted, type Message, type Part } from "./message.ts";

/** `at` is when it was judged, in ms since 1970: the date of a soft check may have passed by then. */
export function verdictMessage(deploy: Deploy, { verdict, results }: Judgement, at?: number): Message {
  const { order } = deploy;
  const canary = names(order.canary.map(({ name }) => name));
  const isSoft = (result: CheckResult) => checkOf(deploy, result)?.soft !== undefined;
  const sorted = results.toSorted((a, b) => Number(isSoft(a)) - Number(isSoft(b)) || rank(a) - rank(b));
  const trials = sorted.filter(isSoft);
  const untold = sorted.filter((result) => failsUntold(result, checkOf(deploy, result))).map(({ check }) => check);
  const failed = sorted.filter((one) => one.verdict === "fail" && !isSoft(one)).map(({ check }) => check);
  const lost =
    failed.length > 0
      ? t`${bold("The canary failed")} on ${canary}.`
      : t`${bold("The canary failed")} on ${canary}: ${names(untold)} cannot tell whether it is well, and the configuration says to go back then.`;
  const headline = {
    pass:
      trials.length === 0
        ? t`${bold("The canary is well.")} Every check passed on ${canary}; the rest of the fleet is next.`
        : passedSentence(canary, {
            hard: trials.length < sorted.length,
            stopped: trials
              .filter(({ wouldHaveStoppedAt }) => wouldHaveStoppedAt !== undefined)
              .map(({ check }) => check),
          }),
    fail: t`${lost} It goes back to the previous release now, whatever the metrics do next.`,
    inconclusive: t`${bold("The checks cannot tell")} whether the canary on ${canary} is well, so it does not pass by itself.`,
  }[verdict];
  const shown = sorted.filter((result) => !isSoft(result) || isAlarm(result));
  const entries = shown.flatMap((result) => [...checkParts(deploy, result, at), ...falseAlarmParts(order, result)]);
  const quiet = trials.filter((result) => !shown.includes(result)).flatMap((result) => softShortly(deploy, result, at));
  const which = failed.length > 0 ? t` Failed: ${failed.join(", ")}.` : t``;
  return {
    summary: t`${headline}${which} ${summaryOf(deploy, sorted, at)}`,
    parts: [{ part: "text", text: headline }, ...entries, ...quiet, { part: "note", text: footer(deploy, verdict) }],
    loud: verdict !== "pass",
  };
}

function rank({ verdict }: CheckResult): number {
  return { fail: 0, inconclusive: 1, pass: 2 }[verdict];
}

function checkOf({ order }: Deploy, result: CheckResult): Check | undefined {
  return order.checks.find(({ name }) => name === result.check);
}

const MARKS = { pass: "✅", fail: "❌", inconclusive: "⚠️" } as const;

function checkParts(deploy: Deploy, result: CheckResult, at?: number): Part[] {
  const check = checkOf(deploy, result);
  if (check === undefined) return [];
  const mark = check.soft ? "🟠" : MARKS[result.verdict];
  const line = t`${mark} ${bold(check.name)} ${VERDICT_WORDS[result.verdict]}: ${resultSentence(check, result)}.`;
  const before =
    result.redBefore.length > 0 ? [{ part: "note" as const, text: redBeforeSentence(result.redBefore) }] : [];
  if (result.verdict === "pass") return [{ part: "text", text: line }, ...before];
  if (result.reason.kind === "tooEarly")
    return [
      {
        part: "note",
        text: t`${bold(check.name)} was not decided yet: ${resultSentence(check, result)}.`,
      },
    ];
  return [
    { part: "text", text: join([line, ...softWords(check, result, at), whyItMatters(check, result)], "\n") },
    { part: "note", text: dotted([...evidence(deploy, check, result)]) },
    ...before,
  ];
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
  const { reason, verdict } = result;
  const said = reason.kind === "tooEarly" ? "was not decided yet" : VERDICT_WORDS[verdict];
  const line = t`${MARKS[verdict]} ${bold(check.name)} (soft) ${said}: ${resultSentence(check, result)}.`;
  return [{ part: "note", text: join([line, ...softWords(check, result, at)], " ") }];
}

function whyItMatters(check: Check, { verdict }: CheckResult): Text {
  const open = t`${link(check.runbook, `Runbook: ${check.name}`)} says what to do.`;
  if (verdict !== "fail") return t`Nobody may read silence as health. ${open}`;
  const means = t`${bold("What it means:")} ${check.means}`;
  // Nothing was stopped, so nobody looks for the fault in the pipeline.
  if (check.soft) return t`${means}\n${open}`;
  return t`${means}\n${bold("What it does not mean:")} ${whatItIsNot(check)}\n${open}`;
}

/** Window and hosts, then the queries: enough to ask again. */
function evidence(deploy: Deploy, check: Check, { window }: CheckResult): Text[] {
  const over = window
    ? t`from ${precise(window.from)} to ${precise(window.to)} (${utc(window.from, "precise")})`
    : t`no window`;
  const dashboard = dashboardLink(deploy);
  return [
    t`${check.kind === "monitors" ? "Watched" : "Measured"} on ${measuredOn(deploy, check)} ${over}`,
    ...queries(check).map((query) => t`${code(query)}`),
    dashboard ? t`${link(dashboard, "Dashboard")}` : t``,
  ];
}

function measuredOn({ order }: Deploy, check: Check): string {
  const canary = names(order.canary.map(({ name }) => name));
  if (check.kind === "limit" || check.kind === "monitors") return canary;
  return `${canary}, against ${names(order.batches.flat().map(({ name }) => name))},`;
}

/** Those for the rest of the fleet are the same but for the hosts, which are many. */
function queries(check: Check): string[] {
  switch (check.kind) {
    case "limit":
      return check.alive === null ? [check.query] : [check.query, check.alive];
    case "compare":
      return [check.query.canary];
    case "counts":
      return [check.errors.canary, check.total.canary];
    case "monitors":
      return [];
  }
}

function footer({ order, changes }: Deploy, verdict: Judgement["verdict"]): Text {
  const authors = changes && changes.authors.length > 0 ? t` Changes by ${names(changes.authors)}.` : t``;
  return verdict === "pass" ? t`Deploy asked for by ${person(order.by)}.` : t`For ${person(order.by)}.${authors}`;
}

/** The numbers once more in plain words, for screen readers and notifications. */
function summaryOf(deploy: Deploy, results: CheckResult[], at?: number): Text {
  return results.flatMap((result) => {
    const check = checkOf(deploy, result);
    if (!check) return [];
    const soft = softWords(check, result, at).flatMap((words) => t` ${words}`);
    return t`${check.name} ${VERDICT_WORDS[result.verdict]}: ${resultSentence(check, result)}.${soft} `;
  });
}
