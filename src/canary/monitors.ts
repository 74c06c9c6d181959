// Judges monitors: an alert at any moment since the canary went out is a fail, also when it has resolved by itself. Pure.

import type { MonitorsCheck } from "./checks.ts";
import type { Look, MonitorsReading, Watched } from "./readings.ts";
import { blank, inconclusive, noAnswer, readingOf } from "./result.ts";
import type { CheckResult, Reason } from "./verdict.ts";

/** How far the service's clock and ours may be apart: for a group that was not there before the deploy, and for where a look back begins. */
export const CLOCK_TOLERANCE_MS = 60_000;

/** Monitors are watched since `notedAt`, before anything changed: also while the canary goes out and warms up, unlike metrics. */
type Before = { noted: Watched[]; notedAt: number };

/** `noted` is what the monitors were before anything changed; what was red then is named and left out. */
export function judgeMonitors(check: MonitorsCheck, looks: readonly Look[], { noted, notedAt }: Before): CheckResult {
  const redBefore = noted.filter(({ state }) => state === "alert");
  const readings = looks.flatMap((look) => {
    const reading = readingOf(look, check);
    return reading ? [{ look, reading }] : [];
  });
  const newest = looks.at(-1);
  const since = newest === undefined ? null : { from: notedAt, to: newest.window.to };
  const alerted = latched(
    readings.map(({ reading }) => reading),
    { noted, notedAt },
  );
  if (alerted.length > 0) {
    const result = { ...blank(check, newest), window: since, redBefore };
    return { ...result, verdict: "fail", reason: { kind: "alerted", monitors: alerted } };
  }
  const last = readings.at(-1);
  if (last === undefined || !last.look.last) {
    return {
      ...inconclusive(check, newest, { kind: readings.length > 0 ? "tooEarly" : "notMeasured" }),
      redBefore,
    };
  }
  const doubt = doubtAbout(last.reading, { noted, redBefore });
  const result = { ...blank(check, last.look), window: since, redBefore };
  return doubt
    ? { ...result, verdict: "inconclusive", reason: doubt }
    : { ...result, verdict: "pass", reason: { kind: "quiet" } };
}

/** Each group that alerted since, with the latest that was heard of it. */
function latched(readings: MonitorsReading[], { noted, notedAt }: Before): Watched[] {
  const before = new Map(noted.map((watched) => [key(watched), watched]));
  const found = new Map<string, Watched>();
  for (const watched of readings.flatMap((reading) => reading.watched)) {
    const first = before.get(key(watched));
    if (first?.state === "alert") continue;
    // Compared with the service's own earlier time where there is one, so that its clock and ours need not agree.
    const baseline = first === undefined ? notedAt - CLOCK_TOLERANCE_MS : (first.triggeredAt ?? 0);
    const triggered = watched.triggeredAt !== null && watched.triggeredAt > baseline;
    if (watched.state === "alert" || triggered || found.has(key(watched))) found.set(key(watched), watched);
  }
  return [...found.values()];
}

/** Why silence is not "well". */
function doubtAbout(
  { watched, trouble }: MonitorsReading,
  { noted, redBefore }: { noted: Watched[]; redBefore: Watched[] },
): Reason | null {
  if (trouble) return noAnswer(trouble);
  // Groups come and go with their hosts, monitors do not.
  const gone = noted.filter(({ id }) => watched.every((one) => one.id !== id));
  if (gone.length > 0) return { kind: "monitorsGone", monitors: namesOf(gone) };
  if (watched.length === 0) return { kind: "noMonitors" };
  const red = new Set(redBefore.map(key));
  const rest = watched.filter((one) => !red.has(key(one)));
  if (rest.length === 0) return { kind: "onlyRedBefore" };
  const muted = rest.filter((one) => one.muted);
  if (muted.length > 0) return { kind: "muted", monitors: namesOf(muted) };
  // Skipped and ignored as well: nobody has looked.
  const silent = rest.filter(({ state }) => state !== "ok" && state !== "warn");
  return silent.length > 0 ? { kind: "monitorsWithoutData", monitors: namesOf(silent) } : null;
}

function key({ id, group }: Watched): string {
  return `${id}/${group}`;
}

function namesOf(watched: Watched[]): string[] {
  return [...new Set(watched.map(({ name }) => name))];
}
