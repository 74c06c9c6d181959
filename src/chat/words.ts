// How typed words become arguments: small grammars for services, environments, refs and durations. Pure.

import { z } from "zod";
import { parseDuration } from "../config/duration.ts";
import type { LockTerms } from "./bot.ts";
import { parseTimeOfDay } from "./timeOfDay.ts";

/** A schema from text to the named groups of `pattern`; `problem` is the sentence when it does not fit. */
function typed<T>(pattern: RegExp, problem: string, groups: z.ZodType<T>): z.ZodType<T, string> {
  return z.string().transform((text, context): T => {
    const match = pattern.exec(text.trim().replace(/\s+/g, " "));
    if (match) return groups.parse({ ...match.groups });
    context.addIssue({ code: "custom", message: text.trim() === "" ? "It needs to know which service." : problem });
    return z.NEVER;
  });
}

const name = z.string();

/** `web`, `web staging`, `web to staging`, `web in staging` */
export const target = typed(
  /^(?<service>[^\s@]+)(?: (?:(?:to|in|on) )?(?<environment>\S+))?$/i,
  "It takes a service and, where that is not the usual one, an environment.",
  z.object({ service: name, environment: name.optional() }),
);

export const isStats = (word: string): boolean => word.toLowerCase() === "stats";

/** A target, `stats web [staging]` or `web stats`: as the target that it would be, and as the one whose record is asked for, when it can mean that. */
export const canaryWords = z.string().transform((text, context) => {
  const [, behind] = /^\s*stats\s+(?!(?:to|in|on)\b)(.+)$/is.exec(text) ?? [];
  const record = behind === undefined ? null : target.safeParse(behind);
  const status = target.safeParse(text);
  if (status.success) {
    const { service, environment = "" } = status.data;
    if (!isStats(environment)) return { status: status.data, record: record?.data ?? null };
    return { status: status.data, record: { service } };
  }
  if (record?.success) return { status: { service: "stats" }, record: record.data };
  context.addIssue({ code: "custom", message: status.error.issues[0]?.message ?? "" });
  return z.NEVER;
});

/** `web@feature-x to staging`, also with spaces around the `@` */
export const targetAndRef = typed(
  /^(?<service>[^\s@]+)(?: ?@ ?(?<ref>\S+))?(?: (?:(?:to|in|on) )?(?<environment>\S+))?$/i,
  "It takes a service, a version behind @, and an environment.",
  z.object({ service: name, ref: name.optional(), environment: name.optional() }),
);

/** A service and whatever was said about it. Words stay words: only `for <duration>` or `until <time>` at the very end is an expiry. */
export const targetAndReason = typed(
  /^(?<service>[^\s@]+)(?: (?<reason>.*))?$/s,
  "It takes a service and, if you like, a reason.",
  z.object({ service: name, reason: z.string().default("") }),
);

const EXPIRY = /^(?:(?<reason>.*)\s)?(?:for\s+(?<time>[\d.]+\s*[a-z]+(?:\s*[\d.]+\s*[a-z]+)*)|until\s+(?<clock>.+))$/is;

/** `db migration for 30m` or `… until 15:00` → the reason and the time. What is no time at the very end is part of the reason. */
export function splitExpiry(text: string): LockTerms {
  const { reason = "", time, clock } = EXPIRY.exec(text.trim())?.groups ?? {};
  const forMs = time === undefined ? null : parseDuration(time);
  if (forMs) return { reason: reason.trim(), lasting: { forMs } };
  const until = clock === undefined ? null : parseTimeOfDay(clock);
  return until ? { reason: reason.trim(), lasting: { until } } : { reason: text.trim() };
}

/** The environment that a word was probably meant to be: one that it differs from by a letter or two. */
export function nearlyEnvironment(text: string, environments: string[]): string | undefined {
  const [, first = ""] = /^(?:(?:to|in|on) )?(\S+)/i.exec(text) ?? [];
  return environments.find((one) => first.length > 3 && lettersApart(first.toLowerCase(), one.toLowerCase()) <= 2);
}

/** Letters to change, add or leave out (Levenshtein's distance). */
function lettersApart(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (before[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(changed, (before[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    before = row;
  }
  return before[b.length] ?? 0;
}

/** Takes a leading environment off, when the first word is one. */
export function splitEnvironment(
  text: string,
  environments: string[],
): { environment: string | undefined; rest: string } {
  const [, first = "", rest = ""] = /^(?:(?:to|in|on) )?(\S+)\s*(.*)$/is.exec(text) ?? [];
  const environment = environments.find((one) => one.toLowerCase() === first.toLowerCase());
  return environment === undefined ? { environment, rest: text } : { environment, rest };
}
