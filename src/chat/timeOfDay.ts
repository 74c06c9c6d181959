// Times of day as people type them, such as `15:00`, `3pm` or `tomorrow 9:00`, and the moment that is meant by them in a time zone. Pure.

import { DateTime } from "luxon";

export interface TimeOfDay {
  /** 0 to 23. */
  hour: number;
  minute: number;
  /** Tomorrow's; otherwise the next time that the clock says so. */
  tomorrow: boolean;
}

const TYPED =
  /^(?<tomorrow>tomorrow\s+(?:at\s+)?)?(?<hour>\d{1,2})(?:[:.h](?<minute>\d{2}))?\s*(?<half>[ap]\.?m\.?)?$/i;

/** Null when `text` is not a time of day. A bare number such as `15` is none: it may be anything. */
export function parseTimeOfDay(text: string): TimeOfDay | null {
  const words = text.trim().toLowerCase();
  const match = TYPED.exec(words.replace(/\bnoon$/, "12:00").replace(/\bmidnight$/, "0:00"));
  const { tomorrow, hour = "", minute, half } = match?.groups ?? {};
  if (!match || (minute === undefined && half === undefined)) return null;
  const given = Number(hour);
  if (half !== undefined && (given < 1 || given > 12)) return null;
  const time = {
    hour: half === undefined ? given : (given % 12) + (half.startsWith("p") ? 12 : 0),
    minute: Number(minute ?? 0),
  };
  return time.hour > 23 || time.minute > 59 ? null : { ...time, tomorrow: tomorrow !== undefined };
}

/** The moment in ms since 1970; null when the zone is unknown. An hour that a clock change leaves out is the one after it. */
export function momentOf({ hour, minute, tomorrow }: TimeOfDay, zone: string, now: number): number | null {
  const local = DateTime.fromMillis(now, { zone });
  if (!local.isValid) return null;
  // The day first, then the hour: one that is left out today is there tomorrow. One that comes twice today may come once more.
  const on = (day: DateTime) => day.set({ hour, minute, second: 0, millisecond: 0 }).getPossibleOffsets();
  const times = [...(tomorrow ? [] : on(local)), ...on(local.plus({ days: 1 }))].map((one) => one.toMillis());
  return times.toSorted((a, b) => a - b).find((one) => one > now) ?? null;
}
