// The verdict as it stands in the thread: per check what was measured, what is allowed, over which window and hosts; on a failure what it means, what
// it does not mean, and the runbook section of exactly that check. Pure.

import type { Check } from "../canary/checks.ts";
import { failsUntold } from "../canary/judge.ts";
import type { CheckResult, Judgement } from "../canary/verdict.ts";
import { names } from "../chat/sentences/amounts.ts";
import { person } from "../chat/sentences/deploy.ts";
import { redBeforeSentence, resultSentence, VERDICT_WORDS, whatItIsNot } from "../chat/sentences/verdict.ts";
import { bold, code, link, precise, type Text, t, utc } from "../chat/text.ts";
import type { Deploy } from "../deploy/fold.ts";
import { dashboardLink } from "./links.ts";
import { dotted, type Message, type Part } from "./message.ts";

export function verdictMessage(deploy: Deploy, { verdict, results }: Judgement): Message {
  const { order } = deploy;
  const canary = names(order.canary.map(({ name }) => name));
  const sorted = worstFirst(results);
  const untold = sorted.filter((result) => failsUntold(result, checkOf(deploy, result))).map(({ check }) => check);
  const failed = sorted.filter((result) => result.verdict === "fail").map(({ check }) => check);
  const lost =
    failed.length > 0
      ? t`${bold("The canary failed")} on ${canary}.`
      : t`${bold("The canary failed")} on ${canary}: ${names(untold)} cannot tell whether it is well, and the configuration says to go back then.`;
  const headline = {
    pass: t`${bold("The canary is well.")} Every check passed on ${canary}; the rest of the fleet is next.`,
    fail: t`${lost} It goes back to the previous release now, whatever the metrics do next.`,
    inconclusive: t`${bold("The checks cannot tell")} whether the canary on ${canary} is well, so it does not pass by itself.`,
  }[verdict];
  const entries = sorted.flatMap((result) => checkParts(deploy, result));
  const which = failed.length > 0 ? t` Failed: ${failed.join(", ")}.` : t``;
  return {
    summary: t`${headline}${which} ${summaryOf(deploy, sorted)}`,
    parts: [{ part: "text", text: headline }, ...entries, { part: "note", text: footer(deploy, verdict) }],
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

/** What one check says: one line when it passed, otherwise what it means, what was asked and what to do. */
export function checkParts(deploy: Deploy, result: CheckResult): Part[] {
  const check = checkOf(deploy, result);
  if (check === undefined) return [];
  const line = t`${MARKS[result.verdict]} ${bold(check.name)} ${VERDICT_WORDS[result.verdict]}: ${resultSentence(check, result)}.`;
  const before =
    result.redBefore.length > 0 ? [{ part: "note" as const, text: redBeforeSentence(result.redBefore) }] : [];
  if (result.verdict === "pass") return [{ part: "text", text: line }, ...before];
  if (result.reason.kind === "tooEarly")
    return [{ part: "note", text: t`${bold(check.name)} was not decided yet: ${resultSentence(check, result)}.` }];
  return [
    { part: "text", text: t`${line}\n${whyItMatters(check, result)}` },
    { part: "note", text: dotted([...evidence(deploy, check, result)]) },
    ...before,
  ];
}

function whyItMatters(check: Check, { verdict }: CheckResult): Text {
  const open = t`${link(check.runbook, `Runbook: ${check.name}`)} says what to do.`;
  if (verdict !== "fail") return t`Nobody may read silence as health. ${open}`;
  return t`${bold("What it means:")} ${check.means}\n${bold("What it does not mean:")} ${whatItIsNot(check)}\n${open}`;
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
export function summaryOf(deploy: Deploy, results: CheckResult[]): Text {
  return results.flatMap((result) => {
    const check = checkOf(deploy, result);
    return check ? t`${check.name} ${VERDICT_WORDS[result.verdict]}: ${resultSentence(check, result)}. ` : [];
  });
}
