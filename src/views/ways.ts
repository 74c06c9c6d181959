// A refusal with the ways that are open all the same: wait in line, deploy at one's turn, take over. As buttons under the sentence. Pure.

import type { Wanted } from "../chat/bot.ts";
import { type Reply, refuse } from "../chat/command.ts";
import { carried } from "../chat/presses/press.ts";
import type { Target } from "../deploy/order.ts";
import type { Refusal } from "../deploy/refusals.ts";
import { MOST_OF_REASON } from "../locks/decided.ts";
import type { HeldLock } from "../locks/fold.ts";
import type { Button } from "./message.ts";

/** What was wanted goes with the buttons, so that nobody has to type it again. */
export function withWays(answer: { refusal: Refusal; target: Target | null }, wanted: Wanted): Reply {
  const reply = refuse(answer);
  const buttons = answer.target ? waysOf(answer.refusal, answer.target, fitting(wanted)) : [];
  if (buttons.length === 0) return reply;
  return {
    ...reply,
    parts: [
      { part: "text", text: reply.text },
      { part: "buttons", buttons },
    ],
  };
}

/** After `/unlock` of somebody else's lock: `words` is what was typed behind it. */
export function withUnlockWays(answer: { refusal: Refusal; target: Target | null }, words: string): Reply {
  const { refusal, target } = answer;
  const reply = withWays(answer, { kind: "lock", reason: "" });
  if (refusal.kind !== "notYourLock" || target === null) return reply;
  const { seen } = refusal.lock;
  const anyway: Button = {
    action: "lock:unlockOther",
    value: carried({ ...target, seen, words: fittingWords(words) }),
    label: "Unlock anyway",
    style: "danger",
  };
  const parts = [...(reply.parts ?? [])].map((part) =>
    part.part === "buttons" ? { ...part, buttons: [anyway, ...part.buttons] } : part,
  );
  return { ...reply, parts };
}

function waysOf(refusal: Refusal, target: Target, wanted: Wanted): Button[] {
  const wait =
    wanted.kind === "deploy"
      ? [deployLaterButton(target, wanted), waitButton(target, { kind: "lock", reason: "" })]
      : [waitButton(target, wanted)];
  switch (refusal.kind) {
    case "lockedBy":
    case "notYourLock":
      return [...wait, takeOverButton(target, refusal.lock, wanted)];
    case "lockChanged":
      return refusal.lock ? [...wait, takeOverButton(target, refusal.lock, wanted)] : [];
    case "reserved":
    case "heldByDeploy":
    case "deployRunning":
      return wait;
    case "commitMoved":
      return wanted.kind === "deploy" ? [deployNowButton(target, { ref: refusal.ref, sha: refusal.commit.sha })] : [];
    default:
      return [];
  }
}

export function waitButton(target: Target, wanted: Wanted): Button {
  return { action: "line:wait", value: carried({ ...target, wanted }), label: "Wait in line", style: "plain" };
}

function deployLaterButton(target: Target, wanted: Wanted): Button {
  const value = carried({ ...target, wanted });
  return { action: "line:deploy", value, label: "Deploy when it is my turn", style: "primary" };
}

export function takeOverButton(target: Target, { seen }: HeldLock, wanted: Wanted): Button {
  const deploys = wanted.kind === "deploy" ? { deploys: { ref: wanted.ref } } : {};
  const value = carried({ ...target, seen, ...deploys });
  return { action: "lock:takeOver", value, label: "Take over", style: "danger" };
}

export function deployNowButton(target: Target, { ref, sha }: { ref: string; sha?: string | undefined }): Button {
  const value = carried({ ...target, ref, sha });
  return { action: "turn:deploy", value, label: sha ? `Deploy ${sha.slice(0, 7)}` : "Deploy", style: "primary" };
}

export function leaveButton(target: Target): Button {
  return { action: "line:leave", value: carried(target), label: "Leave the line", style: "plain" };
}

function fitting(wanted: Wanted): Wanted {
  if (wanted.kind === "deploy") return { ...wanted, ref: wanted.ref && fittingWords(wanted.ref) };
  return { ...wanted, reason: fittingWords(wanted.reason) };
}

/** A button carries at most 2,000 characters, and some take six of them. */
const MOST_CARRIED = 1_500;

/** So much of it as is a reason still and goes into a button; never half of a character. */
function fittingWords(words: string): string {
  const fits = (text: string) => text.length <= MOST_OF_REASON && carried(text).length <= MOST_CARRIED;
  if (fits(words)) return words;
  const characters = [...words.slice(0, MOST_OF_REASON).replace(/[\uD800-\uDBFF]$/, "")];
  while (!fits(`${characters.join("")}…`)) characters.pop();
  return `${characters.join("")}…`;
}

/** Without a time the configured one is meant. */
export function turnLockButton(target: Target, { reason, forMs }: { reason: string; forMs: number | null }): Button {
  const value = carried({ ...target, reason: fittingWords(reason), ...(forMs === null ? {} : { forMs }) });
  return { action: "turn:lock", value, label: `Lock ${target.service}`, style: "primary" };
}

export function turnPassButton(target: Target): Button {
  return { action: "turn:pass", value: carried(target), label: "Let it pass", style: "plain" };
}
