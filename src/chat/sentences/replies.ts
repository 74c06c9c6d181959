// What the one who pressed a button or typed a command is told when it worked, or when the bot itself failed.

import type { Target } from "../../deploy/order.ts";
import type { Wish } from "../../deploy/rules.ts";
import { type Text, t } from "../text.ts";

const DONE: Record<Wish, string> = {
  abort: "is being stopped; what it has touched goes back",
  promote: "goes on to the whole fleet",
  retry: "tries again",
  rollBack: "is being rolled back",
};

export function orderedSentence(wish: Wish, { service, environment }: Target): Text {
  return t`The deploy of ${service} to ${environment} ${DONE[wish]}. Its thread shows how it goes.`;
}

/** Says what is known to have failed, in the words of the error itself, which hold no secret. */
export function faultSentence(error: unknown): Text {
  const detail = error instanceof Error ? error.message : String(error);
  return t`That did not work because of a fault in the bot or its store, and it is not known to have been done: ${detail.slice(0, 200)}. Look before you try again; the bot's log has more.`;
}
