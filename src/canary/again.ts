// Whether asking the metrics service once more can still tell something, and when. Pure; sends nothing.

import type { Look, Trouble } from "./readings.ts";

/** Last looks that are begun, at the most, while the metrics service gives no answer. */
export const LAST_LOOK_ATTEMPTS = 5;

/** Troubles that waiting does not mend: somebody has to do something first. */
const FINAL: ReadonlySet<Trouble["kind"]> = new Set(["keysRefused", "queryRefused", "notFound"]);

/**
 * When the last look is to be taken again (ms since 1970); null when it is not, because it was answered, because waiting mends nothing, or because the
 * budget is used up: four polls after the first attempt. `checks`: those whose answer is waited for, all when left out. A service that says itself that it will not answer within that time is not asked again.
 */
export function lastLookAgainAt(looks: readonly Look[], pollMs: number, checks?: readonly string[]): number | null {
  const lastLooks = looks.filter(({ last }) => last);
  const [first, newest] = [lastLooks[0], lastLooks.at(-1)];
  if (!first || !newest || lastLooks.length >= LAST_LOOK_ATTEMPTS) return null;
  const mendable = newest.readings.flatMap(({ check, trouble }) =>
    trouble && !FINAL.has(trouble.kind) && (checks?.includes(check) ?? true) ? [trouble] : [],
  );
  if (mendable.length === 0) return null;
  const polls = Math.floor((newest.at - first.at) / pollMs) + 1;
  const at = Math.max(first.at + polls * pollMs, Math.min(...mendable.map(({ retryAt }) => retryAt ?? 0)));
  return at <= first.at + (LAST_LOOK_ATTEMPTS - 1) * pollMs ? at : null;
}
