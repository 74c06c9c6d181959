// When the canary went out, as people and scripts write it: `10:42`, an ISO time, `5m` ago. Pure: the zone and the time of day are given.

import { DateTime } from "luxon";
import { parseTimeOfDay } from "../chat/timeOfDay.ts";
import { parseDuration } from "../config/duration.ts";

/** Moments in ms since 1970. */
export type Since =
  | { ok: true; at: number }
  | { ok: false; why: "unreadable" }
  | { ok: false; why: "future"; at: number };

const WITH_SECONDS = /^(\d{1,2}):(\d{2}):(\d{2})$/;

/** A time of day is the last one that the clock in `zone` has shown; an ISO time without an offset is in `zone` too. */
export function parseSince(text: string, zone: string, now: number): Since {
  const words = text.trim();
  const ago = parseDuration(words.replace(/\s+ago$/i, ""));
  if (ago !== null) return { ok: true, at: now - ago };
  if (/^\d{4}-/.test(words)) {
    const iso = DateTime.fromISO(words.replace(/^(\S+) (?=\d)/, "$1T"), { zone });
    if (!iso.isValid) return { ok: false, why: "unreadable" };
    const at = iso.toMillis();
    return at > now ? { ok: false, why: "future", at } : { ok: true, at };
  }
  const at = lastTime(words, zone, now);
  return at === null ? { ok: false, why: "unreadable" } : { ok: true, at };
}

function lastTime(words: string, zone: string, now: number): number | null {
  const time = timeOfDay(words);
  const local = DateTime.fromMillis(now, { zone });
  if (time === null || !local.isValid) return null;
  // One that a clock change brings twice may be either: the later of those that have been.
  const on = (day: DateTime) => day.set({ ...time, millisecond: 0 }).getPossibleOffsets();
  const times = [...on(local), ...on(local.minus({ days: 1 }))].map((one) => one.toMillis());
  return times.toSorted((a, b) => b - a).find((one) => one <= now) ?? null;
}

function timeOfDay(words: string): { hour: number; minute: number; second: number } | null {
  const [, hour, minute, second] = WITH_SECONDS.exec(words)?.map(Number) ?? [];
  if (hour !== undefined && minute !== undefined && second !== undefined) {
    return hour > 23 || minute > 59 || second > 59 ? null : { hour, minute, second };
  }
  const parsed = parseTimeOfDay(words);
  return parsed === null || parsed.tomorrow ? null : { hour: parsed.hour, minute: parsed.minute, second: 0 };
}
