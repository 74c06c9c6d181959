// Buttons on a lock: unlock, extend, take over. Somebody else's lock needs a reason, which a form asks for.

import { z } from "zod";
import type { Person, Target } from "../../deploy/order.ts";
import { othersLock } from "../../locks/decide.ts";
import { MOST_OF_REASON } from "../../locks/decided.ts";
import type { HeldLock } from "../../locks/fold.ts";
import { StoreUnreachable } from "../../ports/journal.ts";
import { type Button, wordsAndButtons } from "../../views/message.ts";
import { withWays } from "../../views/ways.ts";
import type { Answer, Bot } from "../bot.ts";
import { type Form, type Reply, refuse } from "../command.ts";
import {
  extendedSentence,
  held,
  named,
  takenOverSentence,
  unlockedOtherSentence,
  unlockedSentence,
} from "../sentences/locks.ts";
import { startedSentence } from "../sentences/replies.ts";
import { onTyped } from "../sentences/whichHosts.ts";
import { join, type Text, t } from "../text.ts";
import { carried, milliseconds, onLock, press, toDeploy } from "./press.ts";

export const unlock = press({
  value: z.object(onLock),
  async pressed({ seen, ...target }, by, bot) {
    const answer = await bot.locks.unlock(target, { reason: "", seen }, by);
    return answer.ok ? { text: unlockedSentence(answer.target) } : withWays(answer, { kind: "lock", reason: "" });
  },
});

export const extend = press({
  value: z.object({ ...onLock, forMs: milliseconds }),
  async pressed({ seen, forMs, ...target }, by, bot) {
    const answer = await bot.locks.extend(target, { forMs, seen }, by);
    if (!answer.ok) return withWays(answer, { kind: "lock", reason: "" });
    return { text: extendedSentence(answer.target, answer.value) };
  },
});

/** `deploys` is what was to be deployed when the lock stood in the way: it follows at once. */
const toTakeOver = z.object({ ...onLock, deploys: z.object(toDeploy).optional() });

export const takeOver = press({
  value: toTakeOver,
  async pressed(value, by, bot) {
    const shown = await lockShown(value, by, bot);
    if (!shown.ok)
      return withWays(shown, value.deploys ? { kind: "deploy", ...value.deploys } : { kind: "lock", reason: "" });
    const { service } = value;
    const then = value.deploys
      ? t` Then ${value.deploys.ref ?? "the newest version"} is deployed${onTyped(value.deploys.hosts)}.`
      : t``;
    const text = t`${named(shown.target)} is locked by ${held(shown.value)}. They are told that you have taken it, and why.${then}`;
    return asks(
      { action: "lock:takeOver", value: carried(value), title: `Take over ${service}`, submit: "Take over" },
      text,
    );
  },
  async sent({ words, seen, deploys, ...target }, by, bot) {
    const answer = await bot.locks.takeOver(target, { reason: words, seen }, by);
    if (!answer.ok && answer.refusal.kind === "reasonNeeded")
      return asksAgain(answer, {
        action: "lock:takeOver",
        value: carried({ ...target, seen, deploys }),
        label: "Take over",
      });
    if (!answer.ok) return withWays(answer, deploys ? { kind: "deploy", ...deploys } : { kind: "lock", reason: "" });
    const taken = takenOverSentence(answer.target, answer.value);
    if (!deploys) return { text: taken };
    const started = await bot.deploy(answer.target, deploys, by).catch((error: unknown) => notReached(error, answer));
    if (started.ok) return { text: t`${taken} ${startedSentence(started.target, started.value)}` };
    const why = withWays(started, { kind: "deploy", ...deploys });
    return { ...why, text: join([taken, why.text], " ") };
  },
});

/** The lock is taken by now: "nothing was done" would be wrong. */
function notReached(error: unknown, { target }: { target: Target }): Answer<never> {
  if (!(error instanceof StoreUnreachable)) throw error;
  return { ok: false, target, refusal: { kind: "storeUnreachable", done: "unknown" } };
}

export const unlockOther = press({
  value: z.object({ ...onLock, words: z.string().default("") }),
  async pressed(value, by, bot) {
    const shown = await lockShown(value, by, bot);
    if (!shown.ok) return withWays(shown, { kind: "lock", reason: "" });
    const { words, ...rest } = value;
    const text = t`${named(shown.target)} is locked by ${held(shown.value)}. They are told that you have unlocked it, and why.`;
    const form = {
      action: "lock:unlockOther",
      value: carried(rest),
      title: `Unlock ${value.service}`,
      submit: "Unlock",
    };
    return asks(form, text, words);
  },
  async sent({ words, seen, ...target }, by, bot) {
    const answer = await bot.locks.unlock(target, { reason: words.trim(), seen }, by);
    if (!answer.ok && answer.refusal.kind === "reasonNeeded")
      return asksAgain(answer, {
        action: "lock:unlockOther",
        value: carried({ ...target, seen }),
        label: "Unlock anyway",
      });
    return answer.ok ? { text: unlockedOtherSentence(answer.target) } : withWays(answer, { kind: "lock", reason: "" });
  },
});

/** The lock that the person has seen, if it still could be taken from its owner. */
async function lockShown(
  { service, environment, seen }: { service: string; environment: string; seen: number },
  by: Person,
  bot: Bot,
): Promise<Answer<HeldLock>> {
  const status = await bot.status({ service, environment });
  if (!status.ok) return status;
  const { state, now } = status.value;
  const { target } = status;
  const others = othersLock(state, { by, seen }, now);
  return others.ok ? { ok: true, target, value: others.lock } : { ...others, target };
}

/** The form was sent with nothing but blanks: the way to it stays open. */
function asksAgain(answer: Parameters<typeof refuse>[0], again: Pick<Button, "action" | "value" | "label">): Reply {
  const { text } = refuse(answer);
  return { text, parts: wordsAndButtons(text, [{ ...again, style: "danger" }]) };
}

function asks(about: Pick<Form, "action" | "value" | "title" | "submit">, text: Text, initial = ""): Reply {
  const input = {
    label: "Why?",
    hint: "For the one who held it, and for the record",
    initial,
    mostCharacters: MOST_OF_REASON,
  };
  const title = about.title.length > 24 ? about.submit : about.title;
  return { text: t`${text} The form could not be shown: press again.`, form: { ...about, title, text, input } };
}
