// Checks on trial: a soft check is asked and judged like any other, and stops nothing. Until when it may stay so, and who decides then. Pure.

import { z } from "zod";
import type { CheckResult } from "./verdict.ts";

/** `until` is a day such as `2027-03-01`, its end in UTC included; `owner` is a Slack user id. */
export const soft = z.object({ until: z.string(), owner: z.string() });
export type Soft = z.infer<typeof soft>;

const DAY_MS = 86_400_000;

/** The first moment after that day, in ms since 1970. */
export function endOfDay(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) + DAY_MS;
}

/** Whether its date has passed. It stays soft all the same: only people make a check hard. */
export function isOverdue({ until }: Soft, at: number): boolean {
  return at >= endOfDay(until);
}

/** Whether this result stopped its deploy, or would have were the check not soft. */
export function isAlarm({ verdict, wouldHaveStoppedAt }: CheckResult): boolean {
  return verdict === "fail" || wouldHaveStoppedAt !== undefined;
}
