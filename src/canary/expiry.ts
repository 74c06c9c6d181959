// When the dates of soft checks have passed: who has to be asked, once per check and date. Pure; the facts are appended to the stream `checks`.

import { z } from "zod";
import { endOfDay, isOverdue, type Soft, soft } from "./soft.ts";

export const checkFact = z.discriminatedUnion("kind", [
  /** The date of a soft check has passed: from here on its owner is asked to decide. */
  z.object({ kind: z.literal("softEnded"), at: z.number(), service: z.string(), check: z.string(), ...soft.shape }),
]);
export type CheckFact = z.infer<typeof checkFact>;

export interface SoftCheck extends Soft {
  service: string;
  check: string;
}

/** Those whose date has passed and whose owner nobody has asked about this date, as facts. */
export function softEnded(checks: readonly SoftCheck[], facts: readonly CheckFact[], now: number): CheckFact[] {
  const asked = ({ service, check, until }: SoftCheck) =>
    facts.some((fact) => fact.service === service && fact.check === check && fact.until === until);
  return checks
    .filter((one) => isOverdue(one, now) && !asked(one))
    .map((one) => ({ kind: "softEnded", at: now, ...one }));
}

/** When the next date passes, in ms since 1970; infinite when there is none to come. */
export function nextSoftEnd(checks: readonly SoftCheck[], now: number): number {
  return Math.min(...checks.filter((one) => !isOverdue(one, now)).map(({ until }) => endOfDay(until)));
}
