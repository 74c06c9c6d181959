// Locks, the line and freezes, in words.

import type { Target } from "../../deploy/order.ts";
import type { HeldLock } from "../../locks/fold.ts";
import type { Freeze } from "../../locks/freezes.ts";
import type { Holding, InLine, RunningDeploy, Taken } from "../bot.ts";
import { bold, clock, code, date, list, type Text, t } from "../text.ts";
import { count } from "./amounts.ts";
import { person } from "./deploy.ts";

/** Who, since when, why, until when. */
export function held({ by, reason, since, until }: Pick<HeldLock, "by" | "reason" | "since" | "until">): Text {
  return t`${person(by)} since ${clock(since)}${because(reason)}, until ${date(until)}`;
}

export function because(reason: string): string {
  return reason === "" ? "" : ` (${reason})`;
}

export function named({ service, environment }: Target): Text {
  return t`${bold(service)} in ${environment}`;
}

export function waitingWords(waiting: number): string {
  return waiting === 0 ? "" : ` ${count(waiting, "person waits", "people wait")} for it.`;
}

export function lockedSentence(target: Target, { lock, waiting }: Holding): Text {
  return t`You have locked ${named(target)}${because(lock.reason)} until ${date(lock.until)}.${waitingWords(waiting)}`;
}

export function extendedSentence(target: Target, { lock, waiting }: Holding): Text {
  return t`${named(target)} is yours until ${date(lock.until)} now.${waitingWords(waiting)}`;
}

export function takenOverSentence(target: Target, { lock, from }: Taken): Text {
  return t`You have taken ${named(target)} over from ${person(from)}, who is told. It is yours until ${date(lock.until)}.`;
}

export function unlockedSentence(target: Target): Text {
  return t`You have unlocked ${named(target)}.`;
}

export function unlockedOtherSentence(target: Target): Text {
  return t`${named(target)} is unlocked. The one who held it is told why.`;
}

export function placeWords({ place, length }: InLine): string {
  const where = place === 1 ? "You are next" : `You are number ${place}`;
  return length > 1 ? `${where} of ${length}` : where;
}

export function inLineSentence(target: Target, at: InLine): Text {
  return t`${placeWords(at)} in line for ${named(target)}. When it is your turn you get a direct message.`;
}

export function leftLineSentence(target: Target): Text {
  return t`You are out of the line for ${named(target)}.`;
}

/** `in production`, or `everywhere` */
export function scope(environment: string | null): string {
  return environment === null ? "everywhere" : `in ${environment}`;
}

export function freezeSentence({ by, environment, reason, since, until }: Freeze): Text {
  const end = until === null ? t`until somebody lifts it` : t`until ${date(until)}`;
  return t`Deploys ${scope(environment)} are frozen by ${person(by)} since ${date(since)} (${reason}), ${end}.`;
}

/** To the one who has frozen: what happens to the deploys that run already. */
export function frozenSentence(freeze: Freeze, running: RunningDeploy[]): Text {
  const end = freeze.until === null ? t`until ${code(unfreeze(freeze.environment))}` : t`until ${date(freeze.until)}`;
  const begun = t`Deploys ${scope(freeze.environment)} are frozen (${freeze.reason}) ${end}: none starts.`;
  if (running.length === 0) return t`${begun} None is running.`;
  const names = list(running.map(({ target, by }) => t`${named(target)} (by ${person(by)})`));
  return t`${begun} ${count(running.length, "deploy runs and finishes", "deploys run and finish")}: ${names}.`;
}

export function unfreeze(environment: string | null): string {
  return environment === null ? "/unlock all" : `/unlock all ${environment}`;
}

export function liftedSentence(environment: string | null, others: Freeze[]): Text {
  const still = others.length > 0 ? t` Still frozen: ${list(others.map((one) => scope(one.environment)))}.` : t``;
  return t`Deploys ${scope(environment)} are no longer frozen.${still}`;
}

export function abortedSentence(told: RunningDeploy[]): Text {
  if (told.length === 0) return t`No deploy is running there any more.`;
  return t`${list(told.map(({ target }) => named(target)))}: the deploy is being stopped; what it has touched goes back.`;
}
