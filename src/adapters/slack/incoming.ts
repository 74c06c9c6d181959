// What Slack sends, in our own terms: who did what, and how they can be answered. Shapes only, nothing is done here.

import type { BlockAction, ButtonAction, SlashCommand, ViewSubmitAction } from "@slack/bolt";
import type { Pressed, Sent } from "../../chat/entry.ts";
import type { Typed } from "../../chat/registry.ts";
import { type AnswerTo, sentForm } from "./forms.ts";
import type { Asking } from "./replies.ts";

/** `what` came in; `once` is the same when Slack delivers it twice. */
export interface Incoming<T> {
  what: T;
  once: string;
  asking: Asking;
}

export function typedIn(command: SlashCommand): Incoming<Typed> {
  const by = { id: command.user_id, name: command.user_name };
  return {
    what: { command: command.command.replace(/^\//, ""), text: command.text, by },
    once: `command ${command.trigger_id}`,
    asking: { by, trigger: command.trigger_id, to: { url: command.response_url } },
  };
}

export function pressedIn(body: BlockAction, action: ButtonAction): Incoming<Pressed> {
  const by = nameOf(body.user);
  return {
    what: { action: action.action_id, value: action.value ?? "", by },
    once: `press ${by.id} ${action.action_ts}`,
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
  return { what: { ...form, by }, once: `form ${body.view.id}`, asking: { by, trigger: body.trigger_id, to } };
}

function nameOf(user: { id: string; name?: string }): { id: string; name: string } {
  return { id: user.id, name: user.name ?? user.id };
}
