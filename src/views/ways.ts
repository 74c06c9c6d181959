// A refusal with the ways that are open all the same: wait in line, deploy at one's turn, take over. As buttons under the sentence. Pure.

import type { Wanted } from "../chat/bot.ts";
import { type Reply, refuse } from "../chat/command.ts";
import { carried } from "../chat/presses/press.ts";
import { shortened } from "../chat/sentences/amounts.ts";
import type { Target } from "../deploy/order.ts";
import type { Refusal } from "../deploy/refusals.ts";
import {
  deployLaterButton,
  deployNowButton,
  extendButton,
  fittingWords,
  takeOverButton,
  turnLockButton,
  unlockButton,
  waitButton,
} from "./lockButtons.ts";
import { type Button, wordsAndButtons } from "./message.ts";

/** What was wanted goes with the buttons, so that nobody has to type it again. */
export function withWays(answer: { refusal: Refusal; target: Target | null }, wanted: Wanted): Reply {
  const reply = refuse(answer);
  const buttons = answer.target ? waysOf(answer.refusal, answer.target, fitting(wanted)) : [];
  if (buttons.length === 0) return reply;
  return { ...reply, parts: wordsAndButtons(reply.text, buttons) };
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
  const parts = (reply.parts ?? []).map((part) =>
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
    case "yoursChanged":
      return [extendButton(target, refusal.lock), unlockButton(target, refusal.lock)];
    case "reserved":
    case "heldByDeploy":
    case "deployRunning":
      return wait;
    case "yourTurn":
      return [wanted.kind === "deploy" ? deployNowButton(target, wanted) : turnToLock(target, wanted)];
    case "commitMoved":
      return wanted.kind === "deploy"
        ? [deployNowButton(target, { ref: refusal.ref, sha: refusal.commit.sha, hosts: wanted.hosts })]
        : [];
    default:
      return [];
  }
}

function turnToLock(target: Target, { reason, lasting }: Wanted & { kind: "lock" }): Button {
  return turnLockButton(target, { reason, forMs: lasting && "forMs" in lasting ? lasting.forMs : null });
}

function fitting(wanted: Wanted): Wanted {
  if (wanted.kind === "deploy") return { ...wanted, ref: wanted.ref && fittingRef(wanted.ref, wanted.hosts) };
  return { ...wanted, reason: fittingWords(wanted.reason) };
}

/** Beside names of hosts there is less room; hardly any ref is longer. */
function fittingRef(ref: string, hosts: string[] | undefined): string {
  return fittingWords(hosts ? shortened(ref, MOST_BESIDE_HOSTS) : ref);
}

const MOST_BESIDE_HOSTS = 100;
