// Soft checks whose date has passed: a mistake to whoever looks at the configuration, and no reason not to start. The time is given. Pure.

import type { SoftCheck } from "../canary/expiry.ts";
import { endOfDay, isOverdue } from "../canary/soft.ts";
import type { Mistake } from "./mistakes.ts";
import type { Configuration } from "./schema.ts";

/** All soft checks of the configuration. */
export function softChecks({ services }: Configuration): SoftCheck[] {
  return Object.entries(services).flatMap(([service, { checks }]) =>
    Object.entries(checks).flatMap(([check, { soft }]) => (soft ? [{ service, check, ...soft }] : [])),
  );
}

/** At `now` (ms since 1970). */
export function overdueMistakes(configuration: Configuration, now: number): Mistake[] {
  return softChecks(configuration)
    .filter((one) => isOverdue(one, now))
    .map(({ service, check, until, owner }) => ({
      path: `services.${service}.checks.${check}.soft.until`,
      problem: `found "${until}", which has been over since ${dayAfter(until)} 00:00 UTC: ${owner} decides whether the check becomes hard (take "soft" out), stays soft (a later date) or goes`,
    }));
}

function dayAfter(day: string): string {
  return new Date(endOfDay(day)).toISOString().slice(0, 10);
}
