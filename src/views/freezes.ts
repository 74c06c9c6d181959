// What the one who freezes or lifts a freeze is answered. Pure.

import type { FreezeAnswer, RunningDeploy } from "../chat/bot.ts";
import { type Reply, refuse } from "../chat/command.ts";
import { carried } from "../chat/presses/press.ts";
import { count } from "../chat/sentences/amounts.ts";
import { frozenSentence, liftedSentence, scope } from "../chat/sentences/locks.ts";
import type { Freeze } from "../locks/freezes.ts";
import { type Button, wordsAndButtons } from "./message.ts";

/** A button carries at most 2,000 characters. */
const MOST_CARRIED = 100;

export function frozenReply(
  environment: string | null,
  answer: FreezeAnswer<{ freeze: Freeze; running: RunningDeploy[] }>,
): Reply {
  if (!answer.ok) return refuse({ refusal: answer.refusal, target: null });
  const { freeze, running } = answer.value;
  const text = frozenSentence(freeze, running);
  if (running.length === 0) return { text };
  const abort: Button = {
    action: "freeze:abortRunning",
    // Those that were shown: what starts after the freeze was lifted is not meant.
    value: carried({ environment, deploys: running.slice(0, MOST_CARRIED).map(({ deploy }) => deploy) }),
    label: `Abort ${count(running.length, "running deploy")}`,
    style: "danger",
    confirm: {
      title: "Abort the running deploys?",
      text: `Every deploy that ran ${scope(environment)} when it was frozen is stopped; what it has touched goes back.`,
      yes: "Abort",
      no: "Let them finish",
    },
  };
  return { text, parts: wordsAndButtons(text, [abort]) };
}

export function liftedReply(environment: string | null, answer: FreezeAnswer<{ others: Freeze[] }>): Reply {
  if (!answer.ok) return refuse({ refusal: answer.refusal, target: null });
  return { text: liftedSentence(environment, answer.value.others) };
}
