// The buttons of locks and of the line: what each is called, what it does and what it carries, and which of them stand beside a target. Pure.

import type { Wanted, WantedDeploy } from "../chat/bot.ts";
import { carried } from "../chat/presses/press.ts";
import type { Person, Target } from "../deploy/order.ts";
import { shortSha } from "../deploy/releases.ts";
import { MOST_OF_REASON } from "../locks/decided.ts";
import { type HeldLock, lockAt, type TargetState, type Waiting } from "../locks/fold.ts";
import { placeOf, turnAt } from "../locks/line.ts";
import type { Button } from "./message.ts";

const EXTEND_MS = 30 * 60_000;

export function extendButton(target: Target, { seen }: Pick<HeldLock, "seen">): Button {
  const value = carried({ ...target, seen, forMs: EXTEND_MS });
  return { action: "lock:extend", value, label: "Extend 30 min", style: "primary" };
}

export function unlockButton(target: Target, { seen }: Pick<HeldLock, "seen">): Button {
  return { action: "lock:unlock", value: carried({ ...target, seen }), label: "Unlock", style: "plain" };
}

export function waitButton(target: Target, wanted: Wanted): Button {
  return { action: "line:wait", value: carried({ ...target, wanted }), label: "Wait in line", style: "plain" };
}

export function deployLaterButton(target: Target, wanted: Wanted): Button {
  const value = carried({ ...target, wanted });
  return { action: "line:deploy", value, label: "Deploy when it is my turn", style: "primary" };
}

export function takeOverButton(target: Target, { seen }: HeldLock, wanted: Wanted): Button {
  const deploys = wanted.kind === "deploy" ? { deploys: { ref: wanted.ref, hosts: wanted.hosts } } : {};
  const value = carried({ ...target, seen, ...deploys });
  return { action: "lock:takeOver", value, label: "Take over", style: "danger" };
}

/** Without a commit that was shown, whatever the ref (or the configured branch) means when it is pressed. */
export function deployNowButton(target: Target, { ref, sha, hosts }: WantedDeploy): Button {
  const value = carried({ ...target, ref, sha, hosts });
  return { action: "turn:deploy", value, label: sha ? `Deploy ${shortSha(sha)}` : "Deploy", style: "primary" };
}

export function leaveButton(target: Target): Button {
  return { action: "line:leave", value: carried(target), label: "Leave the line", style: "plain" };
}

/** Without a time the configured one is meant. */
export function turnLockButton(target: Target, { reason, forMs }: { reason: string; forMs: number | null }): Button {
  const value = carried({ ...target, reason: fittingWords(reason), ...(forMs === null ? {} : { forMs }) });
  return { action: "turn:lock", value, label: `Lock ${target.service}`, style: "primary" };
}

export function turnPassButton(target: Target): Button {
  return { action: "turn:pass", value: carried(target), label: "Let it pass", style: "plain" };
}

/** Beside a row of `/locks`: the owner's own, or the ways of everybody else. */
export function rowButtons(target: Target, state: TargetState, { by, now }: { by: Person; now: number }): Button[] {
  const lock = lockAt(state, now);
  if (lock?.by.id === by.id) return [extendButton(target, lock), unlockButton(target, lock)];
  const turn = turnAt(state, now);
  if (turn?.by.id === by.id) return turnButtons(target, state, turn);
  const line = placeOf(state, by) === null ? waitButton(target, { kind: "lock", reason: "" }) : leaveButton(target);
  return lock && !state.running ? [line, takeOverButton(target, lock, { kind: "lock", reason: "" })] : [line];
}

/** A button carries at most 2,000 characters, and a control character takes six of them. */
const MOST_CARRIED = 1_500;

/** As much of the words as a reason may have and a button can carry; never half of a character. */
export function fittingWords(words: string): string {
  const fits = (text: string) => text.length <= MOST_OF_REASON && carried(text).length <= MOST_CARRIED;
  if (fits(words)) return words;
  const characters = [...words.slice(0, MOST_OF_REASON).replace(/[\uD800-\uDBFF]$/, "")];
  while (!fits(`${characters.join("")}…`)) characters.pop();
  return `${characters.join("")}…`;
}

/** To take what was waited for; a deploy only of the commit that was shown with the offer. */
function turnButtons(target: Target, { offer }: TargetState, { by, wants }: Waiting): Button[] {
  if (wants.kind === "lock") return [turnLockButton(target, wants), turnPassButton(target)];
  const shown = offer?.to.id === by.id ? offer.commit : null;
  const deploy = shown ? [deployNowButton(target, { ref: wants.ref, sha: shown.sha, hosts: wants.hosts })] : [];
  return [...deploy, turnLockButton(target, { reason: "", forMs: null }), turnPassButton(target)];
}
