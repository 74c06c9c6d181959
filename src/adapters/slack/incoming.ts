// What Slack sends, in our own terms: who did what, and how they can be answered. Shapes only, nothing is done here.

import { createHash } from "node:crypto";
import type { BlockAction, ButtonAction, SlashCommand, ViewSubmitAction } from "@slack/bolt";
import type { Pressed, Sent } from "../../chat/entry.ts";
import type { Typed } from "../../chat/registry.ts";
import { type AnswerTo, sentForm } from "./forms.ts";
import type { Asking } from "./replies.ts";

/** `what` came in; `once` names it, the same when Slack delivers it twice: lower-case letters and digits. */
export interface Incoming<T> {
  what: T;
  once: string;
  asking: Asking;
}

export function typedIn(command: SlashCommand): Incoming<Typed> {
  const by = { id: command.user_id, name: command.user_name };
  return {
    what: { command: command.command.replace(/^\//, ""), text: command.text, by },
    once: nameFor(`command ${command.trigger_id}`),
    asking: { by, trigger: command.trigger_id, to: { url: command.response_url } },
  };
}

export function pressedIn(body: BlockAction, action: ButtonAction): Incoming<Pressed> {
  const by = nameOf(body.user);
  return {
    what: { action: action.action_id, value: action.value ?? "", by },
    once: nameFor(`press ${by.id} ${action.action_ts} ${action.action_id} ${action.value}`),
    asking: { by, trigger: body.trigger_id, to: answerTo(body) },
  };
}

function answerTo({ container, response_url: url, view }: BlockAction): AnswerTo {
  if (view) return { home: true };
  const { is_ephemeral: isEphemeral, thread_ts: thread, message_ts: ts } = container ?? {};
  return {
    ...(url ? { url } : {}),
    // Its buttons are spent once they have been answered.
    ...(isEphemeral === true ? { replaces: true } : {}),
    // Otherwise the answer to a button in a thread would stand in the channel.
    ...(typeof thread === "string" && thread !== ts ? { thread } : {}),
  };
}

export function sentIn(body: ViewSubmitAction): Incoming<Sent> {
  const by = nameOf(body.user);
  const { to, ...form } = sentForm(body.view);
  // A modal can be sent once; whoever sends it again has not seen that it had arrived.
  return { what: { ...form, by }, once: nameFor(`form ${body.view.id}`), asking: { by, trigger: body.trigger_id, to } };
}

const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";

/** As short as the names that the bot gives: a deploy may get it. */
function nameFor(key: string): string {
  const digest = createHash("sha256").update(key).digest();
  return Array.from(digest.subarray(0, 8), (byte) => LETTERS.charAt(byte % LETTERS.length)).join("");
}

function nameOf(user: { id: string; name?: string }): { id: string; name: string } {
  return { id: user.id, name: user.name ?? user.id };
}
