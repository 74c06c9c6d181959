// The record of a target's checks over its past deploys, and what it proposes: make it hard, look at it, or nothing. Pure: numbers and rules, no words.

import { isOverdue, type Soft } from "./soft.ts";
import type { Tried } from "./trials.ts";
import type { Verdict } from "./verdict.ts";

/** So much of the past counts: what was longer ago tells little of the check as it is now. */
export const MOST_DEPLOYS = 200;
export const MOST_DAYS = 90;

/** A soft check that ran so often, without any doubt about it, may become hard. */
export const RUNS_TO_BE_HARD = 10;
/** More doubt than this part, and somebody should look at it. */
export const TOO_MUCH_DOUBT = 1 / 3;
/** A check that could not tell once in two runs is new, not bad. */
export const RUNS_TO_BE_LOOKED_AT = 3;

export interface CheckRecord {
  check: string;
  /** As it is configured now; null when it is hard. */
  soft: Soft | null;
  /** Bakes at whose end it was asked, by what it said. */
  ran: number;
  said: Record<Verdict, number>;
  /** Deploys, from here on. */
  stopped: number;
  wouldHaveStopped: number;
  /** Of those that it would have stopped: they went back in the end; they went out and stayed. Of the rest neither is known. */
  agreed: number;
  disagreed: number;
  falseAlarms: number;
  /** Alarms that were disagreed with or marked as false, each counted once. */
  doubted: number;
  overridden: number;
}

export interface TargetRecord {
  /** In the order of the configuration. */
  checks: CheckRecord[];
  /** Checks of these deploys that are not configured any more. */
  gone: string[];
  deploys: number;
  /** When the first of them began; null when there are none. */
  since: number | null;
  now: number;
}

/** What speaks for a look. */
export type Doubt = "doubted" | "untold" | "overdue";
export type Proposal = { kind: "hard" } | { kind: "look"; why: Doubt[] } | null;

export interface Configured {
  name: string;
  soft: Soft | null;
}

/** `tried`: oldest first. `configured`: the checks as they are now. */
export function recordOf(tried: readonly Tried[], configured: readonly Configured[]) {
  const seen = new Set(tried.flatMap(({ trials }) => trials.map(({ check }) => check)));
  const checks = configured.map(({ name, soft }) => recordOfOne({ name, soft }, tried));
  return { checks, gone: [...seen].filter((check) => !configured.some(({ name }) => name === check)) };
}

function recordOfOne({ name, soft }: Configured, tried: readonly Tried[]): CheckRecord {
  const all = tried.flatMap(({ trials, release, ending }, i) => {
    const trial = trials.find(({ check }) => check === name);
    if (!trial) return [];
    const takenBack = ending === "out" && tried.slice(i + 1).some(({ takesBack }) => takesBack === release);
    const would = trial.alarm === "wouldHaveStopped";
    const agreed = would && (takenBack || ending === "back");
    const disagreed = would && !agreed && ending === "out";
    return [{ ...trial, agreed, disagreed }];
  });
  const verdicts = all.flatMap((trial) => trial.verdicts);
  const deploys = (which: (trial: (typeof all)[number]) => boolean) => all.filter(which).length;
  const saying = (verdict: Verdict) => verdicts.filter((one) => one === verdict).length;
  return {
    check: name,
    soft,
    ran: verdicts.length,
    said: { pass: saying("pass"), fail: saying("fail"), inconclusive: saying("inconclusive") },
    stopped: deploys(({ alarm }) => alarm === "stopped"),
    wouldHaveStopped: deploys(({ alarm }) => alarm === "wouldHaveStopped"),
    agreed: deploys(({ agreed }) => agreed),
    disagreed: deploys(({ disagreed }) => disagreed),
    falseAlarms: deploys(({ falseAlarm }) => falseAlarm),
    doubted: deploys(({ disagreed, falseAlarm }) => disagreed || falseAlarm),
    overridden: deploys(({ overridden }) => overridden),
  };
}

/**
 * Look at it: more than a third of its alarms are doubted; or of at least three runs it could not tell in more than a third; or its date has passed. Make it
 * hard: it is soft, ran at least ten times, and nobody doubted any of its alarms.
 */
export function proposalFor(record: CheckRecord, now: number): Proposal {
  const { ran, said, soft, doubted } = record;
  const doubtful = doubted > TOO_MUCH_DOUBT * (record.stopped + record.wouldHaveStopped);
  const silent = ran >= RUNS_TO_BE_LOOKED_AT && said.inconclusive > TOO_MUCH_DOUBT * ran;
  const overdue = soft !== null && isOverdue(soft, now);
  const why: Doubt[] = [
    ...(doubtful ? (["doubted"] as const) : []),
    ...(silent ? (["untold"] as const) : []),
    ...(overdue ? (["overdue"] as const) : []),
  ];
  if (doubtful || silent) return { kind: "look", why };
  if (soft !== null && ran >= RUNS_TO_BE_HARD && doubted === 0) return { kind: "hard" };
  return overdue ? { kind: "look", why } : null;
}
