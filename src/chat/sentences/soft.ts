// What is said of soft checks, of what they would have stopped, and of false alarms. Knows no message and no block.

import type { Soft } from "../../canary/soft.ts";
import type { CheckResult } from "../../canary/verdict.ts";
import type { Person, Target } from "../../deploy/order.ts";
import { bold, code, precise, type Text, t } from "../text.ts";
import { names } from "./amounts.ts";
import { person } from "./deploy.ts";

/** Under a soft check that did not pass: what it would have done. That it stops nothing the headline says, once. */
export function softSentence({ verdict, wouldHaveStoppedAt }: CheckResult): Text {
  if (wouldHaveStoppedAt === undefined) return t`${bold("Soft:")} nobody is asked.`;
  const why = verdict === "inconclusive" ? ", because it is configured to go back when it cannot tell" : "";
  return t`${bold("Soft: would have stopped this deploy")} at ${precise(wouldHaveStoppedAt)}${why}.`;
}

/** Its date has passed, and nobody has decided yet. */
export function overdueSentence({ until, owner }: Soft): Text {
  return t`Its time as a soft check ended with ${until} (UTC). ${person({ id: owner, name: owner })} decides: make it hard, give it a later date, or delete it.`;
}

/** After a verdict that passes: what the soft checks say. `next`: what follows, as the end of a sentence. */
export function passedSentence(
  canary: string,
  { hard, stopped, next }: { hard: boolean; stopped: string[]; next: string | null },
): Text {
  const would = t`${names(stopped)} would have stopped this deploy.`;
  const stops = stopped.length === 1 ? "it stops" : "they stop";
  const soft = stopped.length === 0 ? t`` : hard ? t` Soft, so ${stops} nothing: ${would}` : t` Soft: ${would}`;
  return hard
    ? t`${bold("The canary is well.")} Every hard check passed on ${canary}${next === null ? "" : `; ${next}`}.${soft}`
    : t`${bold("The canary passes: there is no hard check.")} All its checks are soft, which report and never stop${next === null ? "" : `; ${next}`}.${soft}`;
}

/** In the thread, once somebody has said so. */
export function falseAlarmSentence(check: string, by: Person, { service, environment }: Target): Text {
  return t`${person(by)} marked ${code(check)} as a false alarm. This deploy stays as it is; ${code(`/canary stats ${service} ${environment}`)} counts it.`;
}

/** To the one who pressed. */
export function markedSentence(check: string, { service, environment }: Target): Text {
  return t`It is on record that ${code(check)} was a false alarm here. ${code(`/canary stats ${service} ${environment}`)} shows what that makes of the check.`;
}
