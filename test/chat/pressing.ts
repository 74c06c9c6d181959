// Presses buttons and sends forms for tests, and tells what the bot was asked.

import { expect } from "chai";
import type { Form, Reply } from "../../src/chat/command.ts";
import { pressed, sent } from "../../src/chat/presses/all.ts";
import { plain } from "../../src/chat/text.ts";
import type { Refusal } from "../../src/deploy/refusals.ts";
import type { Button } from "../../src/views/message.ts";
import { NOON, you } from "../support/build.ts";
import { given, locked, WEB } from "../support/targets.ts";
import { recordingBot } from "./recordingBot.ts";

/** With names as long as they may be. */
export const LONG = { service: "s".repeat(40), environment: "e".repeat(40) };
export const lock = given(locked()).lock ?? expect.fail();
export const lockedBy: Refusal = { kind: "lockedBy", lock, waiting: 0 };
export const notYours: Refusal = { kind: "notYourLock", lock };

export const buttonsOf = ({ parts = [] }: Reply): Button[] =>
  parts.flatMap((part) => (part.part === "buttons" ? part.buttons : []));
export const labelled = (reply: Reply, label: string): Button =>
  buttonsOf(reply).find((button) => button.label === label) ?? expect.fail(`no button ${label}`);

/** A bot to which the target is as it stands after these facts. */
export function botAt(state = given(locked())) {
  const recording = recordingBot();
  recording.bot.status = async (typed) => ({
    ok: true,
    target: { ...WEB, ...typed, environment: typed.environment ?? WEB.environment },
    value: { state, deploy: null, now: NOON },
  });
  return recording;
}

export async function press({ action, value }: Pick<Button, "action" | "value">, state = given(locked())) {
  const { bot, asked } = botAt(state);
  const reply = await pressed({ action, value, by: you }, bot);
  return { asked, reply, said: plain(reply.text) };
}

export async function send({ action, value }: Form, words: string) {
  const { bot, asked } = botAt();
  const reply = await sent({ action, value, words, by: you }, bot);
  return { asked, said: plain(reply.text) };
}
